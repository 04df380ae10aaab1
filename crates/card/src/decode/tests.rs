use std::borrow::Cow;

use jpeg_encoder::{ColorType, Encoder};
use proptest::prelude::*;

use super::*;

const RED: [u8; 4] = [220, 30, 30, 255];
const BLUE: [u8; 4] = [20, 40, 230, 255];

/// 24 x 16: the left half of one colour, the right half of another.
fn halves(left: [u8; 4], right: [u8; 4]) -> Vec<u8> {
    (0..24 * 16)
        .flat_map(|at| if at % 24 < 12 { left } else { right })
        .collect()
}

fn png(width: u32, height: u32, color: ::png::ColorType, depth: ::png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder
        .write_header()
        .expect("valid header")
        .write_image_data(data)
        .expect("valid data");
    bytes
}

fn rgba_png() -> Vec<u8> {
    png(
        24,
        16,
        ::png::ColorType::Rgba,
        ::png::BitDepth::Eight,
        &halves(RED, BLUE),
    )
}

/// A PNG of which only the header is there.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Rgba);
    // Dropped before any data was written, which it minds, but the header is out.
    drop(encoder.write_header());
    bytes
}

fn jpeg(adjust: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    adjust(&mut encoder);
    encoder
        .encode(&halves(RED, BLUE), 24, 16, ColorType::Rgba)
        .expect("valid picture");
    bytes
}

fn webp() -> Vec<u8> {
    let mut bytes = Vec::new();
    image_webp::WebPEncoder::new(&mut bytes)
        .encode(&halves(RED, BLUE), 24, 16, image_webp::ColorType::Rgba8)
        .expect("valid picture");
    bytes
}

/// A GIF on a canvas of 24 x 16 out of frames: left, top, width, height, colour.
fn gif(frames: &[(u16, u16, u16, u16, [u8; 4])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::gif::Encoder::new(&mut bytes, 24, 16, &[]).expect("valid canvas");
    for &(left, top, width, height, [red, green, blue, _]) in frames {
        encoder
            .write_frame(&::gif::Frame {
                left,
                top,
                width,
                height,
                palette: Some(vec![red, green, blue]),
                buffer: Cow::Owned(vec![0; usize::from(width) * usize::from(height)]),
                ..Default::default()
            })
            .expect("valid frame");
    }
    drop(encoder);
    bytes
}

fn all_formats() -> [(&'static str, Vec<u8>); 6] {
    [
        ("png", rgba_png()),
        ("jpeg", jpeg(|_| {})),
        ("progressive jpeg", jpeg(|encoder| encoder.set_progressive(true))),
        ("webp", webp()),
        ("gif", gif(&[(0, 0, 24, 16, RED)])),
        ("animated gif", gif(&[(0, 0, 24, 16, RED), (0, 0, 24, 16, BLUE)])),
    ]
}

fn pixel(pixels: &Pixels, x: usize, y: usize) -> [u8; 4] {
    pixels.rgba.as_chunks().0[y * pixels.width_px as usize + x]
}

#[track_caller]
fn assert_near(found: [u8; 4], expected: [u8; 4]) {
    let off = found
        .iter()
        .zip(expected)
        .map(|(one, other)| one.abs_diff(other))
        .max();
    assert!(off <= Some(8), "{found:?} is not {expected:?}");
}

#[track_caller]
fn assert_halves(bytes: &[u8]) {
    let pixels = decode(bytes).expect("a sound picture");
    assert_eq!((pixels.width_px, pixels.height_px), (24, 16));
    assert_near(pixel(&pixels, 2, 8), RED);
    assert_near(pixel(&pixels, 21, 8), BLUE);
}

#[track_caller]
fn assert_broken(bytes: &[u8], expected: SourceFormat) {
    match decode(bytes) {
        Err(DecodeError::Broken { format, .. }) => assert_eq!(format, expected),
        Err(other) => panic!("{other:?}"),
        Ok(pixels) => panic!("decoded {} x {}", pixels.width_px, pixels.height_px),
    }
}

#[test]
fn each_format_is_read_by_its_content() {
    assert_halves(&rgba_png());
    assert_halves(&jpeg(|_| {}));
    assert_halves(&jpeg(|encoder| encoder.set_progressive(true)));
    assert_halves(&webp());
}

#[test]
fn what_is_no_picture_is_said_to_be_none() {
    for bytes in [
        &b""[..],
        b"\x89PN",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"BM\x3a\0\0\0",
        b"GIF88a",
        b"RIFF\0\0\0\0WAVE",
    ] {
        assert_eq!(decode(bytes).err(), Some(DecodeError::UnknownFormat), "{bytes:?}");
    }
}

#[test]
fn first_bytes_of_one_format_before_another_are_broken() {
    let disguised = [&b"\x89PNG\r\n\x1a\n"[..], &jpeg(|_| {})].concat();
    assert_broken(&disguised, SourceFormat::Png);
}

#[test]
fn bombs_are_refused_by_their_headers() {
    for (width_px, height_px) in [(20_000, 20_000), (1, 60_000), (4097, 1), (u32::MAX >> 1, 2)] {
        let error = decode(&png_header(width_px, height_px)).err();
        assert_eq!(error, Some(DecodeError::TooLarge { width_px, height_px }));
    }

    let mut jpeg = jpeg(|_| {});
    let frame = jpeg
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .expect("a baseline frame");
    // Length and precision, then height and width.
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0x00, 0x01]);
    assert_eq!(
        decode(&jpeg).err(),
        Some(DecodeError::TooLarge {
            width_px: 1,
            height_px: 60_000
        })
    );

    let mut gif = gif(&[(0, 0, 24, 16, RED)]);
    gif[6..10].copy_from_slice(&[0x20, 0x4e, 0x20, 0x4e]);
    assert_eq!(
        decode(&gif).err(),
        Some(DecodeError::TooLarge {
            width_px: 20_000,
            height_px: 20_000
        })
    );
}

#[test]
fn frames_larger_than_their_canvas_are_refused_before_they_are_decoded() {
    let mut gif = gif(&[(0, 0, 24, 16, RED)]);
    let frame = gif
        .iter()
        .position(|&byte| byte == 0x2c)
        .expect("an image descriptor");
    gif[frame + 5..frame + 9].copy_from_slice(&[0x20, 0x4e, 0x20, 0x4e]);
    assert!(matches!(
        decode(&gif),
        Err(DecodeError::TooLarge { .. } | DecodeError::Broken { .. })
    ));

    // An extended WebP that says 1 x 1, around a lossy frame that says 16383 x 16383.
    let frame = [
        &[0x30, 0, 0, 0x9d, 0x01, 0x2a][..],
        &[0xff, 0x3f, 0xff, 0x3f],
        &[0; 6],
    ]
    .concat();
    let chunks = [
        &b"VP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0"[..],
        b"VP8 \x10\0\0\0",
        &frame,
    ]
    .concat();
    let webp = [
        &b"RIFF"[..],
        &(chunks.len() as u32 + 4).to_le_bytes(),
        b"WEBP",
        &chunks,
    ]
    .concat();
    assert_eq!(
        decode(&webp).err(),
        Some(DecodeError::TooLarge {
            width_px: 16_383,
            height_px: 16_383
        })
    );
}

#[test]
fn files_past_the_limit_are_not_looked_at() {
    let mut bytes = rgba_png();
    bytes.resize(PICTURE_BYTES_MAX + 1, 0);
    assert_eq!(
        decode(&bytes).err(),
        Some(DecodeError::TooManyBytes {
            bytes: PICTURE_BYTES_MAX + 1
        })
    );
    bytes.pop();
    assert_halves(&bytes);
}

#[test]
fn truncated_files_are_broken_and_never_half_a_picture() {
    for (name, bytes) in all_formats() {
        assert!(decode(&bytes).is_ok(), "{name}");
        for length in 16..bytes.len() {
            // What follows the picture (an end marker, another frame) may be missing without harm to it.
            if let Ok(pixels) = decode(&bytes[..length]) {
                for y in 0..16 {
                    assert_near(pixel(&pixels, 2, y), RED);
                }
            }
        }
    }
}

#[test]
fn only_the_first_frame_of_an_animation_is_read() {
    let pixels = decode(&gif(&[(0, 0, 24, 16, RED), (0, 0, 24, 16, BLUE)])).expect("a sound GIF");
    assert_eq!(pixel(&pixels, 12, 8), RED);
}

#[test]
fn frame_of_a_gif_lies_where_it_belongs_and_is_cut_at_the_canvas() {
    let pixels = decode(&gif(&[(20, 12, 8, 8, BLUE)])).expect("a sound GIF");
    assert_eq!((pixels.width_px, pixels.height_px), (24, 16));
    assert_eq!(pixel(&pixels, 23, 15), BLUE);
    assert_eq!(pixel(&pixels, 19, 15), [0; 4]);
    assert_eq!(pixel(&pixels, 23, 11), [0; 4]);
    let beyond = decode(&gif(&[(30, 30, 8, 8, BLUE)])).expect("a sound GIF");
    assert!(beyond.rgba.iter().all(|&byte| byte == 0));
}

#[test]
fn png_of_each_kind_gives_its_colours() {
    use ::png::{BitDepth, ColorType};
    let deep: Vec<u8> = [0xdcdc_u16, 0x1e1e, 0x1e1e]
        .iter()
        .flat_map(|channel| channel.to_be_bytes())
        .collect();
    for (color, depth, data, expected) in [
        (ColorType::Rgb, BitDepth::Sixteen, deep, RED),
        (ColorType::Rgb, BitDepth::Eight, RED[..3].to_vec(), RED),
        (ColorType::Grayscale, BitDepth::Eight, vec![90], [90, 90, 90, 255]),
        (ColorType::Grayscale, BitDepth::One, vec![0x80], [255; 4]),
        (
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            vec![90, 128],
            [90, 90, 90, 128],
        ),
        (
            ColorType::GrayscaleAlpha,
            BitDepth::Sixteen,
            vec![90, 0, 128, 0],
            [90, 90, 90, 128],
        ),
    ] {
        let pixels = decode(&png(1, 1, color, depth, &data)).expect("a sound PNG");
        assert_eq!(pixel(&pixels, 0, 0), expected, "{color:?} {depth:?}");
        assert_eq!(pixels.opaque, expected[3] == 255, "{color:?} {depth:?}");
    }
}

#[test]
fn palette_of_a_png_may_be_transparent() {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, 2, 1);
    encoder.set_color(::png::ColorType::Indexed);
    encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
    encoder.set_trns(vec![255, 77]);
    encoder
        .write_header()
        .expect("valid header")
        .write_image_data(&[0, 1])
        .expect("valid data");
    let pixels = decode(&bytes).expect("a sound PNG");
    assert_eq!(pixels.rgba, [1, 2, 3, 255, 4, 5, 6, 77]);
    assert!(!pixels.opaque);
}

#[test]
fn grey_and_cmyk_jpegs_are_read() {
    let mut grey = Vec::new();
    Encoder::new(&mut grey, 95)
        .encode(&[90; 64], 8, 8, ColorType::Luma)
        .expect("valid picture");
    assert_near(
        pixel(&decode(&grey).expect("a sound JPEG"), 4, 4),
        [90, 90, 90, 255],
    );

    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        // Half cyan, no magenta, full yellow, no black, as Adobe writes them: inverted.
        let mut cmyk = Vec::new();
        Encoder::new(&mut cmyk, 95)
            .encode(&[127, 0, 255, 0].repeat(64), 8, 8, color)
            .expect("valid picture");
        assert_near(
            pixel(&decode(&cmyk).expect("a sound JPEG"), 4, 4),
            [128, 255, 0, 255],
        );
    }
}

#[test]
fn picture_of_a_camera_on_its_side_stands_upright() {
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let pixels =
        decode(&jpeg(|encoder| encoder.add_exif_metadata(exif).expect("short"))).expect("a sound JPEG");
    assert_eq!((pixels.width_px, pixels.height_px), (16, 24));
    assert_near(pixel(&pixels, 8, 2), RED);
    assert_near(pixel(&pixels, 8, 21), BLUE);
}

#[test]
fn progressive_jpeg_of_endless_scans_is_refused() {
    let bytes = jpeg(|encoder| {
        encoder.set_progressive(true);
        encoder.set_progressive_scans(64);
    });
    assert_broken(&bytes, SourceFormat::Jpeg);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever happens to a real file, it gives a picture within the limits or an error.
    #[test]
    fn damaged_files_never_panic(
        which in 0..6_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (_, mut bytes) = all_formats()[which].clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(pixels) = decode(&bytes) {
            prop_assert!(pixels.width_px.max(pixels.height_px) <= PICTURE_SIDE_MAX_PX);
            prop_assert_eq!(pixels.rgba.len(), pixels.width_px as usize * pixels.height_px as usize * 4);
        }
    }
}
