//! JPEG into pixels, at its own size or another.
//!
//! Start reading at [`Picture`]; then `scan`, how coded data becomes blocks; `inverse`, how blocks become samples; `fit`, how
//! samples become pixels of the size that is wanted.

mod bits;
mod fit;
mod frame;
mod huffman;
mod inverse;
mod planes;
mod scan;
mod weights;

pub use planes::{Part, Planes};

use frame::Frame;
use scan::Scan;

/// A JPEG whose headers were read.
///
/// Baseline and extended JPEG of eight bits, coded by Huffman in one scan, grey or of luma and two chromas (BT.601 over
/// the full range, the chroma halved in either direction or not): what cameras and most programs write.
pub struct Picture<'a> {
    frame: Frame,
    /// From the first byte of coded data to the end of the file.
    coded: &'a [u8],
}

/// Why a JPEG was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It may be sound, but is of a kind that [`Picture`] does not read: progressive, of several scans, of other colours.
    OtherKind,
    /// It does not keep to the format, or ends too early.
    Damaged,
}

/// How much smaller than it is a picture is read: one to eight eighths of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Eighths(u8);

impl Eighths {
    /// The picture's own size.
    pub const ALL: Self = Self(8);

    /// The fewest that are not less than a share of the sides; all eight for shares of 1.0 and more.
    pub fn at_least(share: f64) -> Self {
        // Computed shares that should be eighths may lie above them by a rounding.
        Self((share * 8.0 - 1e-6).ceil().clamp(1.0, 8.0) as u8)
    }

    /// The number of eighths, 1 to 8.
    pub fn count(self) -> u8 {
        self.0
    }
}

impl<'a> Picture<'a> {
    /// Reads the headers. Nothing that grows with the picture is allocated.
    ///
    /// # Errors
    /// [`Unread`], for whatever is not known to be sound.
    pub fn new(file: &'a [u8]) -> Result<Self, Unread> {
        let (frame, coded) = Frame::read(file)?;
        Ok(Self { frame, coded })
    }

    /// Its width, at least 1. EXIF's orientation is not looked at.
    pub fn width_px(&self) -> u16 {
        self.frame.width_px
    }

    /// Its height, at least 1.
    pub fn height_px(&self) -> u16 {
        self.frame.height_px
    }

    /// Decodes the samples, at a part of the picture's size: low frequencies alone are transformed, which takes less time,
    /// and no filter could do it better.
    ///
    /// Allocates three samples for each pixel of the smaller picture at most, and as much as the file is long.
    ///
    /// # Errors
    /// [`Unread`], when anything up to the marker that ends the picture is not as it should be. What lies behind it is
    /// not looked at.
    pub fn planes(&self, eighths: Eighths) -> Result<Planes, Unread> {
        Scan::new(&self.frame, eighths).read(self.coded)
    }
}
