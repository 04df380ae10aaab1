//! A decoded picture as far as somebody needs it.

use fast_image_resize::Resizer;
use jpeg::{Part, Planes};

use super::orientation;
use crate::pixels::Pixels;

/// A picture that is about to be fitted into something.
pub(crate) enum Source {
    /// Decoded as it is.
    Pixels(Pixels),
    /// A JPEG, decoded as far as needed.
    Samples(Samples),
}

/// The samples of a JPEG, of some part of its size.
pub(crate) struct Samples {
    planes: Planes,
    /// The sides that are stored, before the picture is turned upright and however small its samples are.
    width_px: u32,
    height_px: u32,
    orientation: u16,
}

impl Source {
    /// Scales the picture so that it covers `width_px` x `height_px`, and cuts off what is over, on both sides alike.
    pub(crate) fn cover(&self, resizer: &mut Resizer, width_px: u32, height_px: u32) -> Pixels {
        match self {
            Self::Pixels(pixels) => pixels.cover(resizer, width_px, height_px),
            Self::Samples(samples) => samples.cover(width_px, height_px),
        }
    }

    /// The pixels of the picture at its own size.
    pub(super) fn whole(self) -> Pixels {
        match self {
            Self::Pixels(pixels) => pixels,
            Self::Samples(samples) => {
                let (width, height) =
                    orientation::turned(samples.orientation, samples.width_px, samples.height_px);
                samples.cover(width, height)
            }
        }
    }
}

impl Samples {
    pub(super) fn new(planes: Planes, width_px: u32, height_px: u32, orientation: u16) -> Self {
        Self {
            planes,
            width_px,
            height_px,
            orientation,
        }
    }

    fn cover(&self, width_px: u32, height_px: u32) -> Pixels {
        // What is cut off is the same before and after turning, since it is the same on both sides.
        let (width, height) = orientation::turned(self.orientation, width_px, height_px);
        let (stored_width, stored_height) = (f64::from(self.width_px), f64::from(self.height_px));
        let scale = (stored_width / f64::from(width)).min(stored_height / f64::from(height));
        let seen = |len: u32, stored: f64| (f64::from(len) * scale).min(stored);
        let (seen_width, seen_height) = (seen(width, stored_width), seen(height, stored_height));
        let part = Part {
            left: (stored_width - seen_width) / 2.0,
            top: (stored_height - seen_height) / 2.0,
            width: seen_width,
            height: seen_height,
        };
        let rgbx = self.planes.rgbx(part, width, height);
        orientation::upright(Pixels::new(width, height, rgbx, true), self.orientation)
    }
}
