//! Every picture as it was when somebody last looked at it, at half its size. A picture that looks different fails; what
//! nobody can see (another rounding, another encoder) does not.
//!
//! After a change that is meant to be seen: `CARD_GOLDEN=write cargo test -p card --test golden`, then look at
//! `docs/cards.jpg`, which the example `sheet` draws, and at what changed in the folder `pictures` beside this file.

mod gallery;
mod raster;

use std::path::{Path, PathBuf};

use gallery::{Exhibit, exhibits};
use raster::Raster;

/// How far a block may be from the golden one, of 255: in brightness over few pixels, in each colour over many, since the
/// golden files are JPEGs and eyes see colour coarsely. A stroke of text that moved by a pixel makes 30 and more.
const TOLERANCE: u8 = 12;
/// The side of the blocks whose brightness is compared, in px of the halved picture, and of those whose colours are.
const BRIGHTNESS_PX: usize = 4;
const COLOR_PX: usize = 16;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pictures")
}

#[test]
fn every_picture_looks_as_it_did() {
    let writes = std::env::var("CARD_GOLDEN").is_ok_and(|value| value == "write");
    let mut painter = card::Painter::with_format(card::Format::Png);
    let mut differences = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for Exhibit { name, draw } in exhibits() {
        let drawn = Raster::of_png(&draw(&mut painter).bytes).halved();
        let path = folder().join(format!("{name}.jpg"));
        names.push(format!("{name}.jpg"));
        if writes {
            std::fs::write(&path, drawn.to_jpeg()).expect("the folder is there");
            continue;
        }
        let Ok(golden) = std::fs::read(&path) else {
            differences.push(format!("{name}: there is no golden picture of it"));
            continue;
        };
        if let Some(difference) = difference(&drawn, &of_jpeg(&golden)) {
            differences.push(format!("{name}: {difference}"));
        }
    }
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let file = entry.expect("readable").file_name();
        if !names.iter().any(|name| file == name.as_str()) {
            differences.push(format!("{} is a picture of nothing", file.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn of_jpeg(bytes: &[u8]) -> Raster {
    let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(bytes));
    let rgb = decoder.decode().expect("a JPEG of RGB");
    let (width, height) = decoder.dimensions().expect("decoded");
    let mut raster = Raster::plain(width, height, [0; 3]);
    let (pixels, _) = rgb.as_chunks::<3>();
    for (at, &color) in pixels.iter().enumerate() {
        raster.set(at % width, at / width, color);
    }
    raster
}

/// Where the two look different, in words; `None` when they do not.
fn difference(one: &Raster, other: &Raster) -> Option<String> {
    if (one.width, one.height) != (other.width, other.height) {
        return Some(format!(
            "{} x {} px in place of {} x {}",
            one.width, one.height, other.width, other.height
        ));
    }
    let mut blocks = Vec::new();
    let mut compare = |side: usize, apart: fn([u8; 3], [u8; 3]) -> u8| {
        for y in (0..=one.height - side).step_by(side) {
            for x in (0..=one.width - side).step_by(side) {
                let apart = apart(one.mean(x, y, side), other.mean(x, y, side));
                if apart > TOLERANCE {
                    blocks.push((apart, x, y));
                }
            }
        }
    };
    compare(BRIGHTNESS_PX, |here, there| {
        brightness(here).abs_diff(brightness(there))
    });
    compare(COLOR_PX, |[r, g, b], [red, green, blue]| {
        r.abs_diff(red).max(g.abs_diff(green)).max(b.abs_diff(blue))
    });
    let (apart, x, y) = blocks.iter().max()?;
    Some(format!(
        "{} blocks look different, most at ({x}, {y}), by {apart} of 255",
        blocks.len()
    ))
}

/// By the weights of JPEG (BT.601).
fn brightness(color: [u8; 3]) -> u8 {
    let [red, green, blue] = color.map(u32::from);
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

#[test]
fn letter_that_moved_by_a_pixel_is_noticed() {
    let mut picture = Raster::plain(64, 64, [20, 20, 20]);
    let mut moved = picture.clone();
    let letter = |picture: &mut Raster, left: usize| {
        for y in 20..40 {
            for x in left..left + 3 {
                picture.set(x, y, [255, 255, 255]);
            }
        }
    };
    letter(&mut picture, 30);
    letter(&mut moved, 31);
    assert_eq!(difference(&picture, &picture), None);
    assert!(difference(&picture, &moved).is_some());
    let other_size = Raster::plain(64, 32, [20, 20, 20]);
    assert!(difference(&picture, &other_size).is_some());
}
