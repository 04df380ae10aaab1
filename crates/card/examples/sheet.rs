//! Hangs all pictures of the golden tests side by side, to be looked at:
//! `cargo run -p card --example sheet -- docs/cards.jpg`. Another argument takes only those with it in their names, such
//! as `poster` or `arabic`.

#[path = "../tests/golden/gallery.rs"]
mod gallery;
#[path = "../tests/golden/raster.rs"]
mod raster;

use std::error::Error;

use card::{Format, Painter};
use gallery::exhibits;
use raster::Raster;

const COLUMNS: usize = 6;
const GAP_PX: usize = 12;
/// Cards are hung at a quarter of their area.
const COLUMN_WIDTH_PX: usize = 512;
const WALL: [u8; 3] = [24, 25, 28];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("name the file to write")?;
    let part = arguments.next().unwrap_or_default();
    let mut painter = Painter::with_format(Format::Png);
    let cards: Vec<Raster> = exhibits()
        .iter()
        .filter(|exhibit| exhibit.name.contains(&part))
        .map(|exhibit| Raster::of_png(&(exhibit.draw)(&mut painter).bytes).halved())
        .collect();
    // Each card goes where its column ends first, so that flat ones leave no holes.
    let mut ends = [GAP_PX; COLUMNS];
    let mut places = Vec::new();
    for card in &cards {
        let column = (0..COLUMNS).min_by_key(|&column| ends[column]).expect("columns");
        places.push((GAP_PX + column * (COLUMN_WIDTH_PX + GAP_PX), ends[column]));
        ends[column] += card.height + GAP_PX;
    }
    let height = ends.into_iter().max().expect("columns");
    let mut sheet = Raster::plain(GAP_PX + COLUMNS * (COLUMN_WIDTH_PX + GAP_PX), height, WALL);
    for (card, (left, top)) in cards.iter().zip(places) {
        put(&mut sheet, card, left, top);
    }
    std::fs::write(out, sheet.to_jpeg())?;
    Ok(())
}

fn put(sheet: &mut Raster, card: &Raster, left: usize, top: usize) {
    for y in 0..card.height {
        for x in 0..card.width {
            sheet.set(left + x, top + y, card.get(x, y));
        }
    }
}
