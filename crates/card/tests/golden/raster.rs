//! Pixels that can be halved.

use std::io::Cursor;

/// An opaque picture, RGB8.
#[derive(Clone)]
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) height: usize,
    rgb: Vec<u8>,
}

impl Raster {
    pub(crate) fn plain(width: usize, height: usize, color: [u8; 3]) -> Self {
        Self {
            width,
            height,
            rgb: color.repeat(width * height),
        }
    }

    pub(crate) fn of_png(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
        let (width, height) = (reader.info().width as usize, reader.info().height as usize);
        let mut rgb = vec![0; width * height * 3];
        reader.next_frame(&mut rgb).expect("a whole one of RGB");
        Self { width, height, rgb }
    }

    pub(crate) fn to_jpeg(&self) -> Vec<u8> {
        let (pixels, _) = self.rgb.as_chunks::<3>();
        let rgbx: Vec<u8> = pixels
            .iter()
            .flat_map(|&[red, green, blue]| [red, green, blue, 255])
            .collect();
        let side = |px: usize| u16::try_from(px).expect("fewer than 65,536");
        jpeg::encode(jpeg::View::new(&rgbx, side(self.width), side(self.height)), 88)
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, color: [u8; 3]) {
        let at = (y * self.width + x) * 3;
        self.rgb[at..at + 3].copy_from_slice(&color);
    }

    pub(crate) fn get(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// Half as wide and half as high, each pixel the mean of four.
    pub(crate) fn halved(&self) -> Self {
        let mut half = Self::plain(self.width / 2, self.height / 2, [0; 3]);
        for y in 0..half.height {
            for x in 0..half.width {
                half.set(x, y, self.mean(2 * x, 2 * y, 2));
            }
        }
        half
    }

    /// The mean colour of a square.
    pub(crate) fn mean(&self, left: usize, top: usize, side: usize) -> [u8; 3] {
        let mut sums = [0_usize; 3];
        for y in top..top + side {
            for x in left..left + side {
                for (sum, channel) in sums.iter_mut().zip(self.get(x, y)) {
                    *sum += usize::from(channel);
                }
            }
        }
        sums.map(|sum| ((sum + side * side / 2) / (side * side)) as u8)
    }
}
