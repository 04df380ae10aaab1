//! Pictures that stand for people, drawn from the hash of their avatar.
//!
//! Each is a soft gradient with one of a few motifs, the same one for the same hash in every run. They are drawn with
//! a palette of at most 256 colours, which every format here can hold.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Largest side in pixels; what is asked for beyond it is given at this size, as Discord never enlarges a picture.
pub(crate) const SIDE_MAX_PX: u32 = 512;

/// Frames of an animated picture, each shown for [`FRAME_CENTISECONDS`].
const FRAMES: u32 = 8;
const FRAME_CENTISECONDS: u16 = 12;

/// Shades of the gradient; the palette holds each of them plain and under the motif, and the motif's own colours.
const SHADES: usize = 112;
/// Steps between the background and the motif, for smooth edges are worth more there than shades.
const INK_STEPS: usize = 32;

/// A picture's file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    Png,
    Jpeg,
    WebP,
    Gif,
}

impl Format {
    /// By the ending of a file's name.
    pub(crate) fn by_extension(extension: &str) -> Option<Self> {
        match extension {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::WebP),
            "gif" => Some(Self::Gif),
            _ => None,
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }
}

/// What is drawn over the gradient.
#[derive(Clone, Copy, Debug)]
enum Motif {
    /// Head and shoulders.
    Person { head: f32, lift: f32 },
    /// A pattern of five by five tiles, mirrored.
    Tiles { bits: u32 },
    /// A sun over hills.
    Hills { sun: (f32, f32), phase: f32 },
    /// Petals around a middle.
    Flower { petals: f32, turn: f32 },
    /// Rings that overlap.
    Rings { count: u32, turn: f32 },
}

/// A picture that can be drawn at any size.
#[derive(Clone, Debug)]
pub(crate) struct Portrait {
    from: [f32; 3],
    to: [f32; 3],
    ink: [f32; 3],
    angle: f32,
    motif: Motif,
    animated: bool,
}

impl Portrait {
    /// The picture of a hash. One that starts with `a_` moves, as a GIF.
    pub(crate) fn of(hash: &str) -> Self {
        let seed = hash.bytes().fold(0xcbf2_9ce4_8422_2325, |seed: u64, byte| {
            (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut rng = StdRng::seed_from_u64(seed);
        let hue = rng.random_range(0.0..1.0_f32);
        let second = hue + rng.random_range(0.08..0.30_f32);
        let motif = match rng.random_range(0..6) {
            0 | 1 => Motif::Person {
                head: rng.random_range(0.15..0.19),
                lift: rng.random_range(-0.02..0.03),
            },
            2 => Motif::Tiles {
                bits: rng.random_range(0x0421..0x7fff),
            },
            3 => Motif::Hills {
                sun: (rng.random_range(0.25..0.75), rng.random_range(0.24..0.42)),
                phase: rng.random_range(0.0..6.0),
            },
            4 => Motif::Flower {
                petals: rng.random_range(5..9_u8).into(),
                turn: rng.random_range(0.0..6.0),
            },
            _ => Motif::Rings {
                count: rng.random_range(3..6),
                turn: rng.random_range(0.0..6.0),
            },
        };
        Self {
            from: colour(hue, rng.random_range(0.55..0.80), rng.random_range(0.62..0.74)),
            to: colour(second, rng.random_range(0.50..0.75), rng.random_range(0.34..0.46)),
            ink: colour(hue + 0.04, 0.35, 0.96),
            angle: rng.random_range(0.0..std::f32::consts::TAU),
            motif,
            animated: hash.starts_with("a_"),
        }
    }

    /// One of the six pictures of people without an avatar: a person on a plain ground.
    pub(crate) fn default_of(index: u32) -> Self {
        let hues = [0.64, 0.0, 0.36, 0.10, 0.98, 0.83];
        let hue = hues[index as usize % hues.len()];
        let ground = colour(hue, if index == 1 { 0.04 } else { 0.62 }, 0.58);
        Self {
            from: ground,
            to: ground,
            ink: [1.0, 1.0, 1.0],
            angle: 0.0,
            motif: Motif::Person {
                head: 0.17,
                lift: 0.0,
            },
            animated: false,
        }
    }

    /// The file, `side_px` wide and high, at most [`SIDE_MAX_PX`].
    pub(crate) fn encode(&self, format: Format, side_px: u32) -> Vec<u8> {
        let side = side_px.min(SIDE_MAX_PX);
        match format {
            Format::Png => self.png(side),
            Format::Jpeg => self.jpeg(side),
            Format::WebP => self.webp(side),
            Format::Gif => self.gif(side),
        }
    }

    fn png(&self, side: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette());
        let mut writer = encoder.write_header().expect("writing to memory does not fail");
        writer
            .write_image_data(&self.draw(side, 0.0))
            .expect("there is a byte for each pixel");
        writer.finish().expect("writing to memory does not fail");
        file
    }

    fn jpeg(&self, side: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let side_short = u16::try_from(side).expect("SIDE_MAX_PX fits into 16 bits");
        jpeg_encoder::Encoder::new(&mut file, 90)
            .encode(
                &self.rgb(side),
                side_short,
                side_short,
                jpeg_encoder::ColorType::Rgb,
            )
            .expect("there are three bytes for each pixel");
        file
    }

    fn webp(&self, side: u32) -> Vec<u8> {
        let mut file = Vec::new();
        image_webp::WebPEncoder::new(&mut file)
            .encode(&self.rgb(side), side, side, image_webp::ColorType::Rgb8)
            .expect("there are three bytes for each pixel");
        file
    }

    fn gif(&self, side: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let side_short = u16::try_from(side).expect("SIDE_MAX_PX fits into 16 bits");
        let frames = if self.animated { FRAMES } else { 1 };
        let mut encoder = gif::Encoder::new(&mut file, side_short, side_short, &self.palette())
            .expect("the palette has 256 colours at most");
        encoder
            .set_repeat(gif::Repeat::Infinite)
            .expect("writing to memory does not fail");
        for frame in 0..frames {
            let picture = gif::Frame {
                delay: FRAME_CENTISECONDS,
                width: side_short,
                height: side_short,
                buffer: self.draw(side, frame as f32 / frames as f32).into(),
                ..gif::Frame::default()
            };
            encoder
                .write_frame(&picture)
                .expect("the frame has the picture's size");
        }
        drop(encoder);
        file
    }

    fn rgb(&self, side: u32) -> Vec<u8> {
        let palette = self.palette();
        self.draw(side, 0.0)
            .into_iter()
            .flat_map(|index| {
                let at = usize::from(index) * 3;
                [palette[at], palette[at + 1], palette[at + 2]]
            })
            .collect()
    }

    /// The gradient's shades, then the steps from its middle to the ink.
    fn palette(&self) -> Vec<u8> {
        let middle = mix(self.from, self.to, 0.5);
        (0..SHADES)
            .map(|shade| mix(self.from, self.to, shade as f32 / (SHADES - 1) as f32))
            .chain((0..INK_STEPS).map(|step| mix(middle, self.ink, (step + 1) as f32 / INK_STEPS as f32)))
            .flat_map(|colour| colour.map(|part| (part * 255.0).round() as u8))
            .collect()
    }

    /// Indices into the palette, row by row. `time` runs from 0 to 1 over the frames of a moving picture.
    fn draw(&self, side: u32, time: f32) -> Vec<u8> {
        let (sin, cos) = (self.angle + time * std::f32::consts::TAU).sin_cos();
        let mut pixels = Vec::with_capacity((side * side) as usize);
        for row in 0..side {
            for column in 0..side {
                let (x, y) = (
                    (column as f32 + 0.5) / side as f32,
                    (row as f32 + 0.5) / side as f32,
                );
                let along = ((x - 0.5) * cos + (y - 0.5) * sin) / std::f32::consts::SQRT_2 + 0.5;
                let ink = self.motif.coverage(x, y, 1.0 / side as f32);
                let index = if ink * (INK_STEPS as f32) < 0.5 {
                    (along.clamp(0.0, 1.0) * (SHADES - 1) as f32).round() as usize
                } else {
                    let step = (ink * INK_STEPS as f32).round() as usize;
                    SHADES + step.clamp(1, INK_STEPS) - 1
                };
                pixels.push(u8::try_from(index).expect("the palette has 256 colours at most"));
            }
        }
        pixels
    }
}

impl Motif {
    /// How much of a pixel the motif covers, 0 to 1. `x` and `y` run from 0 to 1, `px` is the width of a pixel.
    fn coverage(self, x: f32, y: f32, px: f32) -> f32 {
        let inside = |distance: f32| (0.5 - distance / px).clamp(0.0, 1.0);
        match self {
            Self::Person { head, lift } => {
                let face = (x - 0.5).hypot(y - 0.40 - lift) - head;
                let body = ((x - 0.5) / 1.25).hypot(y - 0.98 - lift) - 0.30;
                inside(face.min(body)) * 0.94
            }
            Self::Tiles { bits } => {
                let (column, row) = (((x - 0.14) / 0.144).floor(), ((y - 0.14) / 0.144).floor());
                if !(0.0..5.0).contains(&column) || !(0.0..5.0).contains(&row) {
                    return 0.0;
                }
                let mirrored = column.min(4.0 - column) as u32;
                if bits >> (mirrored * 5 + row as u32) & 1 == 0 {
                    return 0.0;
                }
                let from_middle = |at: f32, tile: f32| (at - 0.14 - (tile + 0.5) * 0.144).abs() - 0.044;
                let (dx, dy) = (from_middle(x, column).max(0.0), from_middle(y, row).max(0.0));
                inside(dx.hypot(dy) - 0.022) * 0.88
            }
            Self::Hills { sun, phase } => {
                let disc = inside((x - sun.0).hypot(y - sun.1) - 0.12) * 0.95;
                let hill = |height: f32, waves: f32, shift: f32| {
                    inside(height + 0.06 * (x * waves + shift).sin() - y)
                };
                let far = hill(0.62, 7.0, phase) * 0.30;
                let near = hill(0.78, 5.0, phase * 1.7 + 2.0) * 0.55;
                disc.max(far).max(near)
            }
            Self::Flower { petals, turn } => {
                let (dx, dy) = (x - 0.5, y - 0.5);
                let away = dx.hypot(dy);
                let wave = (dy.atan2(dx) * petals / 2.0 + turn).cos().abs();
                let petal = inside(away - 0.18 - 0.18 * wave) * 0.72;
                if inside(away - 0.10) > 0.0 {
                    petal.max(inside(away - 0.10) * 0.98)
                } else {
                    petal
                }
            }
            Self::Rings { count, turn } => (0..count)
                .map(|ring| {
                    let at = turn + ring as f32 / count as f32 * std::f32::consts::TAU;
                    let away = (x - 0.5 - 0.16 * at.cos()).hypot(y - 0.5 - 0.16 * at.sin());
                    inside((away - 0.19).abs() - 0.022) * 0.85
                })
                .fold(0.0, f32::max),
        }
    }
}

fn mix(from: [f32; 3], to: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * share)
}

/// A colour from hue (in turns), saturation and lightness, as sRGB parts from 0 to 1.
fn colour(hue: f32, saturation: f32, lightness: f32) -> [f32; 3] {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset: f32| {
        let place = (offset + hue.rem_euclid(1.0) * 12.0).rem_euclid(12.0);
        lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_hash_gives_the_same_picture_and_another_hash_another() {
        let draw = |hash| Portrait::of(hash).encode(Format::Png, 64);
        assert_eq!(draw("0a1b"), draw("0a1b"));
        assert_ne!(draw("0a1b"), draw("0a1c"));
    }

    #[test]
    fn animated_hash_moves_as_gif_and_stands_as_png() {
        let gif = Portrait::of("a_77").encode(Format::Gif, 32);
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(&gif[..]).expect("a GIF");
        let mut frames = Vec::new();
        while let Some(frame) = decoder.read_next_frame().expect("a whole frame") {
            frames.push(frame.buffer.to_vec());
        }
        assert_eq!(frames.len(), FRAMES as usize);
        assert_ne!(frames[0], frames[1]);

        let png = Portrait::of("a_77").encode(Format::Png, 32);
        let mut reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a small picture")];
        reader.next_frame(&mut pixels).expect("whole pixels");
        assert_eq!((reader.info().width, reader.info().height), (32, 32));
        assert!(reader.info().animation_control().is_none());
    }

    #[test]
    fn nothing_is_drawn_larger_than_the_original() {
        let bytes = Portrait::of("77").encode(Format::WebP, 4096);
        assert_eq!(
            crate::rest::picture_size::sniff(&bytes),
            Some(("image/webp", (SIDE_MAX_PX, SIDE_MAX_PX)))
        );
    }
}
