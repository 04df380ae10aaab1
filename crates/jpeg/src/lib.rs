//! JPEG: pixels in, all of a picture or only what changed of it; and pixels out, of the size that is wanted.
//!
//! Writes baseline JPEG (ITU-T T.81, JFIF 1.02) of three components, the chroma halved both ways. The picture is coded in
//! short runs, each of which can be decoded without the others; so a picture that repeats most of an earlier one costs
//! only the runs that differ, and its bytes are the same as if all had been coded. The same pixels give the same bytes on
//! every machine, whatever vector instructions it has.
//!
//! Reads what cameras and most programs write, at one to eight eighths of its size, and makes pixels of any size of it.
//! What it does not read it names as such: callers have another decoder for the rest.
//!
//! Knows nothing of cards, names or fonts, nor of EXIF.
//!
//! Start reading at [`encode`]; then `run`, how a run becomes bytes; `color`, `dct` and `entropy` are its three steps. For
//! reading, at [`Picture`].

mod color;
mod damage;
mod dct;
mod decode;
mod entropy;
mod header;
mod quantization;
mod run;
mod view;

pub use damage::Damage;
pub use decode::{Eighths, Part, Picture, Planes, Unread};
pub use view::View;

use quantization::Tables;
use run::Runs;

/// The whole picture as a JPEG file.
///
/// `quality` is 1 to 100 on the scale that libjpeg made usual: 50 takes the tables of T.81's Annex K as they stand, 90 a
/// fifth of them. Values outside of it are taken as the nearest inside. The arithmetic is made for 95 and less; at 100
/// its rounding costs a third of a decibel.
pub fn encode(view: View<'_>, quality: u8) -> Vec<u8> {
    let runs = Runs::of(view);
    let tables = Tables::of_quality(quality);
    let mut file = Vec::with_capacity(header::LEN_MAX + view.rgbx.len() / 8);
    header::write(&mut file, view, &tables);
    runs.encode(0..runs.count, &tables, &mut file);
    header::write_end(&mut file);
    file
}

/// An encoded picture that others of its size are encoded from: those that differ from it in some places only.
pub struct Prepared {
    width_px: u16,
    height_px: u16,
    tables: Tables,
    /// A whole file.
    file: Vec<u8>,
    /// Where each run begins in the file, then where the last one ends.
    borders: Vec<usize>,
}

impl Prepared {
    /// Encodes the picture and remembers where each run stands. For `quality` see [`encode`].
    pub fn new(view: View<'_>, quality: u8) -> Self {
        let runs = Runs::of(view);
        let tables = Tables::of_quality(quality);
        let mut file = Vec::with_capacity(header::LEN_MAX + view.rgbx.len() / 8);
        header::write(&mut file, view, &tables);
        let mut borders = Vec::with_capacity(runs.count + 1);
        for run in 0..runs.count {
            borders.push(file.len());
            runs.encode(run..run + 1, &tables, &mut file);
        }
        borders.push(file.len());
        header::write_end(&mut file);
        file.shrink_to_fit();
        Self {
            width_px: view.width_px,
            height_px: view.height_px,
            tables,
            file,
            borders,
        }
    }

    /// The JPEG file of a picture that is the prepared one outside of `damage`. What lies inside is encoded anew.
    ///
    /// The bytes are those of [`encode`] with the same quality, if `damage` covers every pixel that differs; pixels that
    /// differ and are not covered are shown as they were prepared.
    ///
    /// # Panics
    ///
    /// When the picture or the damage is not of the prepared picture's size.
    pub fn encode(&self, view: View<'_>, damage: &Damage) -> Vec<u8> {
        assert_eq!(
            (view.width_px, view.height_px),
            (self.width_px, self.height_px),
            "the picture has the prepared one's size"
        );
        let runs = Runs::of(view);
        assert_eq!(
            (damage.width_px(), damage.height_px()),
            (self.width_px, self.height_px),
            "the damage is told for the prepared picture's size"
        );
        let mut file = Vec::with_capacity(self.file.len() + self.file.len() / 2 + 4096);
        file.extend_from_slice(&self.file[..self.borders[0]]);
        for (damaged, span) in damage.spans() {
            if damaged {
                runs.encode(span, &self.tables, &mut file);
            } else {
                file.extend_from_slice(&self.file[self.borders[span.start]..self.borders[span.end]]);
            }
        }
        header::write_end(&mut file);
        file
    }

    /// How many bytes of memory it holds.
    pub fn memory_bytes(&self) -> usize {
        self.file.capacity() + self.borders.capacity() * size_of::<usize>() + size_of::<Self>()
    }
}

#[cfg(test)]
mod tests;
