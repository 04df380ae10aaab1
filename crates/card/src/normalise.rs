//! Pictures of strangers made ready to be kept: what comes back is ours from the first byte to the last.

use fast_image_resize::Resizer;
use jpeg::View;

use crate::decode::{self, DecodeError};
use crate::encode::{Format, write_png};
use crate::pixels::Pixels;
use crate::scene::Scene;
use crate::style::Layout;

/// Above what cards are written with: a picture that is kept is encoded once more as a part of each card.
const JPEG_QUALITY: u8 = 92;
/// As much as a PNG with alpha may hold at worst and still be read again: four bytes a pixel and the frame around them
/// stay below [`crate::PICTURE_BYTES_MAX`].
const AREA_MAX_PX: f64 = 2_000_000.0;

/// A picture to keep, as [`normalise`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    /// The file; at most [`crate::PICTURE_BYTES_MAX`] bytes, and some 100 kB for most photographs.
    pub bytes: Vec<u8>,
    /// JPEG, or PNG where some of the picture is transparent.
    pub format: Format,
    /// Its width, 1 to [`crate::PICTURE_SIDE_MAX_PX`].
    pub width_px: u32,
    /// Its height, in the same range.
    pub height_px: u32,
}

/// Reads somebody's picture as [`crate::Background::decode`] would, and writes it anew to be kept: upright, without its
/// metadata, its colours and sides as we draw them, only its first frame, and no larger than the largest card takes to
/// be covered. What is kept can always be read again, in less time than the original, and nothing of the bytes that
/// came in is among it.
///
/// Takes 20 to 400 ms and up to 260 MB for the largest picture, so it does not belong on a thread that others wait for,
/// nor on many at once.
///
/// # Errors
/// [`DecodeError`] says what is wrong with the bytes, in a sentence for those who sent them.
pub fn normalise(bytes: &[u8]) -> Result<Normalised, DecodeError> {
    let picture = decode::decode(bytes)?;
    let (width_px, height_px) = kept_sides(picture.width_px, picture.height_px);
    let picture = if (width_px, height_px) == (picture.width_px, picture.height_px) {
        picture
    } else {
        picture.cover(&mut Resizer::new(), width_px, height_px)
    };
    let (format, bytes) = if picture.opaque {
        (Format::Jpeg, jpeg_of(&picture))
    } else {
        let png = write_png(width_px, height_px, png::ColorType::Rgba, &picture.rgba);
        (
            Format::Png,
            png.expect("memory can be written, and the pixels match the sides"),
        )
    };
    Ok(Normalised {
        bytes,
        format,
        width_px,
        height_px,
    })
}

fn jpeg_of(picture: &Pixels) -> Vec<u8> {
    let side = |px| u16::try_from(px).expect("a decoded picture has at most 4096 px a side");
    jpeg::encode(
        View::new(&picture.rgba, side(picture.width_px), side(picture.height_px)),
        JPEG_QUALITY,
    )
}

/// The sides that a picture is kept with: such that each card is covered without making it larger again. Pictures that
/// are smaller stay as they are, and very wide ones give way to [`AREA_MAX_PX`].
fn kept_sides(width_px: u32, height_px: u32) -> (u32, u32) {
    let (width, height) = (f64::from(width_px), f64::from(height_px));
    let (card_width, card_height) = largest_card();
    let covering = (f64::from(card_width) / width).max(f64::from(card_height) / height);
    let affordable = (AREA_MAX_PX / (width * height)).sqrt();
    let scale = covering.min(affordable).min(1.0);
    let scaled = |side: f64| ((side * scale).round() as u32).max(1);
    (scaled(width), scaled(height))
}

/// The sides of the smallest box that each card fits into.
fn largest_card() -> (i32, i32) {
    let frames = Scene::ALL.into_iter().flat_map(|scene| {
        let layouts = Layout::ALL.iter();
        layouts.map(move |&layout| scene.frame(layout))
    });
    frames.fold((0, 0), |(width, height), frame| {
        (width.max(frame.width_px), height.max(frame.height_px))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::PICTURE_BYTES_MAX;

    fn noise(at: u32) -> u8 {
        (at.wrapping_mul(0x9E37_79B1) ^ (at >> 3).wrapping_mul(0x85EB_CA77)).to_be_bytes()[0]
    }

    fn png(width_px: u32, height_px: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
        let places = (0..height_px).flat_map(|y| (0..width_px).map(move |x| (x, y)));
        let rgba: Vec<u8> = places.flat_map(|(x, y)| pixel(x, y)).collect();
        write_png(width_px, height_px, png::ColorType::Rgba, &rgba).expect("a picture")
    }

    fn soft(x: u32, y: u32) -> [u8; 4] {
        [(x / 8) as u8, (y / 4) as u8, 90, 255]
    }

    #[test]
    fn kept_pictures_cover_every_card_and_are_no_larger() {
        for ((width, height), kept) in [
            ((1920, 1080), (1451, 816)),
            ((1080, 1920), (1024, 1820)),
            ((4096, 4096), (1024, 1024)),
            ((1024, 816), (1024, 816)),
            ((640, 360), (640, 360)),
            ((1, 4096), (1, 4096)),
            // This much does not fit into the bytes that are read.
            ((4096, 1024), (2828, 707)),
        ] {
            assert_eq!(kept_sides(width, height), kept, "{width} x {height}");
        }
    }

    #[test]
    fn opaque_pictures_are_kept_as_small_jpegs_that_look_the_same() {
        let sent = png(1920, 1080, soft);
        let kept = normalise(&sent).expect("a sound picture");
        assert_eq!(
            (kept.format, kept.width_px, kept.height_px),
            (Format::Jpeg, 1451, 816)
        );
        assert!(kept.bytes.len() < 100_000, "{} bytes", kept.bytes.len());
        let (before, after) = (
            decode::decode(&sent).expect("sent"),
            decode::decode(&kept.bytes).expect("kept"),
        );
        assert_eq!((after.width_px, after.height_px), (1451, 816));
        let before = before.cover(&mut Resizer::new(), 64, 36);
        let after = after.cover(&mut Resizer::new(), 64, 36);
        let off = before
            .rgba
            .iter()
            .zip(&after.rgba)
            .map(|(one, other)| one.abs_diff(*other));
        assert!(off.max() <= Some(3));
    }

    #[test]
    fn transparent_pictures_stay_transparent() {
        let sent = png(300, 200, |x, y| {
            [x as u8, y as u8, 7, if x < 150 { 255 } else { 0 }]
        });
        let kept = normalise(&sent).expect("a sound picture");
        assert_eq!(
            (kept.format, kept.width_px, kept.height_px),
            (Format::Png, 300, 200)
        );
        let (before, after) = (
            decode::decode(&sent).expect("sent"),
            decode::decode(&kept.bytes).expect("kept"),
        );
        assert!(!after.opaque);
        assert!(before.rgba == after.rgba);
    }

    #[test]
    fn the_worst_picture_there_is_can_be_read_again() {
        // Noise cannot be compressed, and noise in the alpha asks for a PNG.
        let rgba = |x: u32, y: u32| [0, 1, 2, 3].map(|channel| noise((y * 4096 + x) * 4 + channel));
        // As large as a PNG of 8 MiB comes, of the shape that shrinks least.
        for (width, height) in [(2440, 820), (4096, 490), (490, 4096)] {
            let sent = png(width, height, rgba);
            let kept = normalise(&sent).expect("a sound picture");
            assert!(
                kept.bytes.len() <= PICTURE_BYTES_MAX,
                "{} bytes",
                kept.bytes.len()
            );
            let again = normalise(&kept.bytes).expect("it is read again");
            assert_eq!((again.width_px, again.height_px), (kept.width_px, kept.height_px));
        }
    }

    #[test]
    fn nothing_that_was_hidden_in_the_file_is_kept() {
        let mut sent = jpeg_of(&Pixels::new(16, 16, [9, 9, 9, 255].repeat(256), true));
        let secret = b"taken at home";
        let comment = [&[0xFF, 0xFE, 0, 2 + secret.len() as u8], secret.as_slice()].concat();
        sent.splice(2..2, comment);
        sent.extend_from_slice(secret);
        let kept = normalise(&sent).expect("a sound picture");
        let told = |file: &[u8]| file.windows(secret.len()).any(|window| window == secret);
        assert!(told(&sent) && !told(&kept.bytes));
    }

    #[test]
    fn what_is_no_picture_is_refused_as_everywhere() {
        assert_eq!(normalise(b"<html>").err(), Some(DecodeError::UnknownFormat));
    }
}
