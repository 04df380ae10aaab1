//! What others read from our files.

use proptest::prelude::*;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Damage, Prepared, View, encode};

const QUALITY: u8 = 90;

struct Picture {
    rgbx: Vec<u8>,
    width_px: u16,
    height_px: u16,
}

impl Picture {
    fn from_fn(width_px: u16, height_px: u16, pixel: impl Fn(i32, i32) -> [u8; 3]) -> Self {
        let mut rgbx = Vec::new();
        for y in 0..i32::from(height_px) {
            for x in 0..i32::from(width_px) {
                rgbx.extend_from_slice(&pixel(x, y));
                // The fourth byte is noise, which must not be seen.
                rgbx.push((x * 31 + y * 17) as u8);
            }
        }
        Self {
            rgbx,
            width_px,
            height_px,
        }
    }

    fn view(&self) -> View<'_> {
        View::new(&self.rgbx, self.width_px, self.height_px)
    }

    fn rgb(&self) -> Vec<u8> {
        let pixels = self.rgbx.as_chunks::<4>().0;
        pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect()
    }
}

fn read_by_zune(file: &[u8]) -> Vec<u8> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode().expect("zune-jpeg reads it")
}

fn read_by_jpeg_decoder(file: &[u8]) -> Vec<u8> {
    let mut decoder = jpeg_decoder::Decoder::new(file);
    decoder.decode().expect("jpeg-decoder reads it")
}

fn encode_by_a_peer(picture: &Picture, quality: u8) -> Vec<u8> {
    use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let encoded = encoder.encode(
        &picture.rgbx,
        picture.width_px,
        picture.height_px,
        ColorType::Rgba,
    );
    encoded.expect("the peer encodes it");
    file
}

/// The mean of squared differences, and the largest difference.
fn distance(one: &[u8], other: &[u8]) -> (f64, u8) {
    assert_eq!(one.len(), other.len());
    let differences = one.iter().zip(other).map(|(one, other)| one.abs_diff(*other));
    let squares: f64 = differences.clone().map(|d| f64::from(d).powi(2)).sum();
    (squares / one.len() as f64, differences.max().unwrap_or(0))
}

fn psnr_db(mean_square: f64) -> f64 {
    10.0 * (255.0 * 255.0 / mean_square.max(1e-6)).log10()
}

/// Noise that is the same each time: the upper bits of a multiplicative hash.
fn noise(x: i32, y: i32, channel: u32) -> u8 {
    let seed = (x.cast_unsigned().wrapping_mul(0x9E37_79B1) ^ y.cast_unsigned().wrapping_mul(0x85EB_CA77))
        .wrapping_add(channel.wrapping_mul(0xC2B2_AE3D));
    (seed ^ seed >> 15)
        .wrapping_mul(0x2C1B_3C6D)
        .wrapping_mul(0x297A_2D39)
        .to_be_bytes()[0]
}

fn gradient(x: i32, y: i32) -> [u8; 3] {
    [x as u8, (y * 2) as u8, (255 - (x + y) / 2) as u8]
}

/// White bars with slanted edges on a soft ground, as large letters have them.
fn letters(x: i32, y: i32) -> [u8; 3] {
    let soft = |over: i32| (60 + (x + over) / 8 + y / 16) as u8;
    match (x + y / 3) % 23 {
        0..=6 => [255, 255, 255],
        7 | 22 => [150, 160, 170],
        _ => [soft(0), soft(40), soft(90)],
    }
}

#[test]
fn pictures_are_read_by_two_decoders_and_look_as_they_did() {
    type Pixel = fn(i32, i32) -> [u8; 3];
    let pictures: [(&str, Pixel, f64, u8); 7] = [
        ("gradient", gradient, 40.0, 40),
        ("grey", |_, _| [128; 3], 60.0, 0),
        ("white", |_, _| [255; 3], 60.0, 0),
        ("black", |_, _| [0; 3], 60.0, 0),
        ("one colour", |_, _| [88, 101, 242], 46.0, 2),
        ("letters", letters, 35.0, 60),
        (
            "coarse noise in grey",
            |x, y| [noise(x / 2, y / 2, 0); 3],
            33.0,
            40,
        ),
    ];
    for (name, pixel, psnr_min_db, difference_max) in pictures {
        let picture = Picture::from_fn(192, 96, pixel);
        let file = encode(picture.view(), QUALITY);
        for (decoder, pixels) in [
            ("zune-jpeg", read_by_zune(&file)),
            ("jpeg-decoder", read_by_jpeg_decoder(&file)),
        ] {
            let (mean_square, largest) = distance(&pixels, &picture.rgb());
            let psnr = psnr_db(mean_square);
            assert!(
                psnr >= psnr_min_db && largest <= difference_max,
                "{name}, {decoder}: {psnr:.1} dB, {largest} at most"
            );
        }
    }
}

#[test]
fn pictures_are_as_close_as_a_peers_of_the_same_quality_and_no_larger() {
    type Pixel = fn(i32, i32) -> [u8; 3];
    let pictures: [(&str, Pixel); 4] = [
        ("gradient", gradient),
        ("letters", letters),
        ("noise", |x, y| [0, 1, 2].map(|channel| noise(x, y, channel))),
        ("soft noise", |x, y| {
            [0, 1, 2].map(|channel| 100 + noise(x, y, channel) / 16)
        }),
    ];
    for quality in [50, 75, 85, 90, 95] {
        for (name, pixel) in pictures {
            let picture = Picture::from_fn(256, 128, pixel);
            let measure = |file: &[u8]| psnr_db(distance(&read_by_jpeg_decoder(file), &picture.rgb()).0);
            let (ours, theirs) = (
                encode(picture.view(), quality),
                encode_by_a_peer(&picture, quality),
            );
            let (our_psnr, their_psnr) = (measure(&ours), measure(&theirs));
            assert!(
                our_psnr >= their_psnr - 0.2,
                "{name} at {quality}: {our_psnr:.2} dB, theirs {their_psnr:.2} dB"
            );
            assert!(
                ours.len() as f64 <= theirs.len() as f64 * 1.1 + 200.0,
                "{name} at {quality}: {} bytes, theirs {}",
                ours.len(),
                theirs.len()
            );
        }
    }
}

#[test]
fn the_loudest_pictures_there_are_can_be_read_at_every_quality() {
    for quality in [1, 10, 50, 90, 99, 100] {
        // Each frequency alone, at full swing, and squares of noise that is either black or white.
        for frequency in 0..9 {
            let picture = Picture::from_fn(64, 64, |x, y| {
                let wave = |at: i32| {
                    (f64::from(2 * (at % 8) + 1) * f64::from(frequency) * std::f64::consts::PI / 16.0).cos()
                };
                if frequency == 8 {
                    [0, 1, 2].map(|channel| if noise(x, y, channel) < 128 { 0 } else { 255 })
                } else if wave(x) * wave(y) * wave(x / 8 + y / 8) >= 0.0 {
                    [255, 255, 0]
                } else {
                    [0, 0, 255]
                }
            });
            let file = encode(picture.view(), quality);
            let pixels = read_by_zune(&file);
            let (mean_square, _) = distance(&pixels, &read_by_jpeg_decoder(&file));
            assert!(
                psnr_db(mean_square) > 40.0,
                "two decoders see the same at {quality}"
            );
            if quality == 100 && frequency < 8 {
                let luma = |rgb: &[u8]| {
                    f64::from(rgb[0]) * 0.299 + f64::from(rgb[1]) * 0.587 + f64::from(rgb[2]) * 0.114
                };
                let rgb = picture.rgb();
                let errors = pixels
                    .chunks(3)
                    .zip(rgb.chunks(3))
                    .map(|(one, other)| luma(one) - luma(other));
                let mean_square = errors.map(|error| error * error).sum::<f64>() / 4096.0;
                assert!(
                    psnr_db(mean_square) > 30.0,
                    "frequency {frequency}: {mean_square}"
                );
            }
        }
    }
}

#[test]
fn sides_need_be_no_multiples_of_sixteen() {
    for (width_px, height_px) in [
        (1, 1),
        (7, 3),
        (16, 17),
        (17, 16),
        (15, 33),
        (250, 1),
        (1, 250),
        (130, 50),
    ] {
        let picture = Picture::from_fn(width_px, height_px, gradient);
        let file = encode(picture.view(), QUALITY);
        for pixels in [read_by_zune(&file), read_by_jpeg_decoder(&file)] {
            let (mean_square, _) = distance(&pixels, &picture.rgb());
            assert!(
                psnr_db(mean_square) > 36.0,
                "{width_px} x {height_px}: {mean_square}"
            );
        }
    }
}

#[test]
fn damage_outside_of_the_picture_is_ignored() {
    let none = Damage::new(100, 60);
    let mut damage = none.clone();
    for (left, top, right, bottom) in [
        (-50, -50, 0, 0),
        (100, 60, 200, 200),
        (0, 60, 100, 61),
        (10, 10, 10, 20),
        (20, 20, 10, 10),
        (i32::MAX, i32::MAX, i32::MIN, i32::MIN),
    ] {
        damage.mark(left, top, right, bottom);
        assert_eq!(damage, none);
    }
    damage.mark(i32::MIN, i32::MIN, i32::MAX, i32::MAX);
    let mut all = none.clone();
    all.mark_all();
    assert_eq!(damage, all);
    assert!((all.share() - 1.0).abs() < f32::EPSILON);
    all.clear();
    assert_eq!(all, none);
    assert!(none.share() < f32::EPSILON);
}

#[test]
fn what_is_damaged_and_not_told_is_shown_as_it_was() {
    let before = Picture::from_fn(512, 64, gradient);
    let after = Picture::from_fn(512, 64, letters);
    let prepared = Prepared::new(before.view(), QUALITY);
    assert_eq!(
        prepared.encode(after.view(), &Damage::new(512, 64)),
        encode(before.view(), QUALITY)
    );
}

#[test]
#[should_panic(expected = "the prepared one's size")]
fn pictures_of_another_size_are_not_encoded_from_a_prepared_one() {
    let prepared = Prepared::new(Picture::from_fn(32, 16, gradient).view(), QUALITY);
    prepared.encode(Picture::from_fn(16, 32, gradient).view(), &Damage::new(32, 16));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_encoded_from_a_prepared_picture_is_what_is_encoded_as_a_whole(
        (width_px, height_px) in (1_u16..400, 1_u16..120),
        boxes in prop::collection::vec((-40_i32..420, -40_i32..140, 0_i32..120, 0_i32..80), 0..6),
        quality in 1_u8..=100,
    ) {
        let before = Picture::from_fn(width_px, height_px, gradient);
        let inside = |x: i32, y: i32| {
            boxes.iter().any(|&(left, top, width, height)| {
                (left..left + width).contains(&x) && (top..top + height).contains(&y)
            })
        };
        let after = Picture::from_fn(width_px, height_px, |x, y| {
            if inside(x, y) { [0, 1, 2].map(|channel| noise(x, y, channel)) } else { gradient(x, y) }
        });
        let mut damage = Damage::new(width_px, height_px);
        for &(left, top, width, height) in &boxes {
            damage.mark(left, top, left + width, top + height);
        }
        let prepared = Prepared::new(before.view(), quality);
        let file = prepared.encode(after.view(), &damage);
        prop_assert_eq!(&file, &encode(after.view(), quality));
        let (mean_square, _) = distance(&read_by_zune(&file), &read_by_jpeg_decoder(&file));
        prop_assert!(psnr_db(mean_square) > 35.0, "two decoders see the same");
    }
}
