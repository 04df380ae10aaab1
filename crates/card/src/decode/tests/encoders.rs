//! The folder beside this file, which its `make.py` makes: what libjpeg writes, read by us and by zune-jpeg.

use std::fs;
use std::path::Path;

use fast_image_resize::Resizer;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/decode/tests/encoders");

/// The files with their names, and some that libjpeg's front end does not write.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(FOLDER)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .map(|path| (name(&path), fs::read(&path).expect("a file")))
        .collect();
    let (_, usual) = files.iter().find(|(name, _)| name == "q98").expect("it is there");
    let usual = whole_by_zune(usual);
    for (name, sampling) in [("440", SamplingFactor::F_1_2), ("411", SamplingFactor::F_4_1)] {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 85);
        encoder.set_sampling_factor(sampling);
        encoder.set_restart_interval(7);
        let (width, height) = (usual.width_px as u16, usual.height_px as u16);
        encoder
            .encode(&usual.rgba, width, height, ColorType::Rgba)
            .expect("a sound picture");
        files.push((name.to_owned(), bytes));
    }
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn whole_by_zune(bytes: &[u8]) -> Pixels {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().expect("a sound JPEG");
    let (width, height) = decoder.dimensions().expect("it was decoded");
    Pixels::new(width as u32, height as u32, with_alpha(&rgb), true)
}

fn psnr_db(one: &Pixels, other: &Pixels) -> f64 {
    assert_eq!((one.width_px, one.height_px), (other.width_px, other.height_px));
    let squares = one
        .rgba
        .iter()
        .zip(&other.rgba)
        .map(|(one, other)| f64::from(one.abs_diff(*other)).powi(2));
    // The fourth bytes are all the same, and do not count.
    let mean = squares.sum::<f64>() / (one.rgba.len() as f64 * 0.75);
    10.0 * (255.0 * 255.0 / mean.max(1e-6)).log10()
}

#[test]
fn usual_jpegs_are_read_by_our_own_decoder_and_others_are_not() {
    let read: Vec<(String, bool)> = files()
        .into_iter()
        .map(|(name, bytes)| {
            let source = decode_to_cover(&bytes, &[(64, 64)]).expect("a sound JPEG");
            (name, matches!(source, Source::Samples(_)))
        })
        .collect();
    let others: Vec<&str> = read
        .iter()
        .filter(|(_, ours)| !ours)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(others, ["411", "cmyk", "one-column", "one-row", "progressive"]);
    assert!(read.len() > 20);
}

#[test]
fn whole_pictures_look_as_another_decoder_sees_them() {
    for (name, bytes) in files() {
        let (ours, theirs) = (decode(&bytes).expect("ours"), whole_by_zune(&bytes));
        // Between samples of chroma we are sharper; where each pixel has its own, nothing but rounding differs.
        let min_db = if matches!(name.as_str(), "444" | "grey" | "plain") {
            47.0
        } else {
            33.0
        };
        let psnr = psnr_db(&ours, &theirs);
        assert!(psnr > min_db, "{name}: {psnr:.1} dB");
    }
}

#[test]
fn smaller_pictures_look_as_if_decoded_whole_and_then_scaled() {
    let mut resizer = Resizer::new();
    for (name, bytes) in files() {
        let whole = whole_by_zune(&bytes);
        for (width, height) in [
            (190, 140),
            (150, 75),
            (107, 53),
            (100, 75),
            (64, 64),
            (50, 90),
            (24, 24),
            (9, 7),
        ] {
            let expected = whole.cover(&mut resizer, width, height);
            let source = decode_to_cover(&bytes, &[(width, height)]).expect("a sound JPEG");
            let ours = source.cover(&mut resizer, width, height);
            let psnr = psnr_db(&ours, &expected);
            assert!(psnr > 30.0, "{name} at {width} x {height}: {psnr:.1} dB");
        }
    }
}

#[test]
fn one_decoding_serves_boxes_of_several_shapes() {
    let mut resizer = Resizer::new();
    let bytes = fs::read(Path::new(FOLDER).join("q90.jpg")).expect("a file");
    let whole = whole_by_zune(&bytes);
    let boxes = [(100, 50), (60, 70), (20, 10)];
    let source = decode_to_cover(&bytes, &boxes).expect("a sound JPEG");
    for (width, height) in boxes {
        let psnr = psnr_db(
            &source.cover(&mut resizer, width, height),
            &whole.cover(&mut resizer, width, height),
        );
        assert!(psnr > 30.0, "{width} x {height}: {psnr:.1} dB");
    }
}
