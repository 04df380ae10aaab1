//! The pictures that all cards are drawn from: the same at every run, with the shapes and the noise of photographs.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use jpeg_encoder::{ColorType, Encoder};

pub(crate) const AVATAR_SIDE_PX: u16 = 256;
/// The files that hold the avatar, by format.
pub(crate) const AVATARS: [&str; 4] = ["avatar.png", "avatar.jpg", "avatar.webp", "avatar.gif"];

pub(crate) fn write(folder: &Path) {
    fs::create_dir_all(folder).expect("the folder of the build can be written");
    let put =
        |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).expect("the file can be written");
    let (width, height) = (1920, 1080);
    put(
        "background.jpg",
        jpeg(&photograph(width, height, [0.9, 0.5, 0.7]), width, height),
    );

    let side = AVATAR_SIDE_PX;
    let avatar = photograph(side, side, [0.2, 1.4, 2.2]);
    put("avatar.png", png(&avatar, side));
    put("avatar.jpg", jpeg(&avatar, side, side));
    let mut webp = Vec::new();
    image_webp::WebPEncoder::new(&mut webp)
        .encode(&avatar, side.into(), side.into(), image_webp::ColorType::Rgba8)
        .expect("a sound picture");
    put("avatar.webp", webp);
    put("avatar.gif", gif(&avatar, side));
    // Decoding this one costs next to nothing; everything after it stays.
    put("dot.png", png(&avatar[..4], 1));
}

/// RGBA, opaque: hills of light, edges, and the grain of a sensor.
fn photograph(width: u16, height: u16, phase: [f32; 3]) -> Vec<u8> {
    let mut seed = 0x2545_f491_u32;
    let mut rgba = Vec::with_capacity(usize::from(width) * usize::from(height) * 4);
    for y in 0..height {
        for x in 0..width {
            let (across, down) = (f32::from(x) / f32::from(width), f32::from(y) / f32::from(height));
            let ridge = f32::from(u8::from(down > 0.6 + 0.12 * (across * 9.0).sin()));
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            let grain = (seed >> 24) as f32 / 255.0 - 0.5;
            for shift in phase {
                let hills = (across * 7.0 + shift).sin() * (down * 5.0 + shift * 2.0).cos();
                let leaves = (across * 61.0 + (down * 47.0).sin() * 2.0 + shift).sin();
                let light = 128.0 + 70.0 * hills - 45.0 * ridge + 18.0 * leaves * ridge + 9.0 * grain;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                rgba.push(light.clamp(0.0, 255.0) as u8);
            }
            rgba.push(255);
        }
    }
    rgba
}

fn jpeg(rgba: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 88)
        .encode(rgba, width, height, ColorType::Rgba)
        .expect("a sound picture");
    bytes
}

fn png(rgba: &[u8], side: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side.into(), side.into());
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a sound header");
    writer.write_image_data(rgba).expect("a sound picture");
    writer.finish().expect("written to memory");
    bytes
}

/// On six levels of each channel.
fn gif(rgba: &[u8], side: u16) -> Vec<u8> {
    let palette: Vec<u8> = (0..216_u8)
        .flat_map(|index| [index / 36, index / 6 % 6, index % 6])
        .map(|level| level * 51)
        .collect();
    let (pixels, _) = rgba.as_chunks::<4>();
    let buffer: Vec<u8> = pixels
        .iter()
        .map(|&[red, green, blue, _]| red / 43 * 36 + green / 43 * 6 + blue / 43)
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, side, side, &palette).expect("a sound header");
    let frame = gif::Frame {
        width: side,
        height: side,
        buffer: Cow::Owned(buffer),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame).expect("a sound frame");
    drop(encoder);
    bytes
}
