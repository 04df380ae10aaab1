//! CPU time of decoding a photograph, at its size and smaller, and by another decoder, in one run.
//!
//! `cargo bench -p jpeg --bench decode` prints a table in Markdown; the path of a JPEG may follow, `-- photograph.jpg`.

#![allow(clippy::print_stdout, reason = "a bench's output is its result")]

#[path = "clock/cpu_time.rs"]
mod cpu_time;

use std::hint::black_box;
use std::time::Duration;

use cpu_time::cpu_time;
use jpeg::{Eighths, Part, Picture};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

const ROUNDS: usize = 15;
// Linux adds up a thread's time every few milliseconds only.
const PICTURES_A_ROUND: u32 = 10;

type Way<'a> = (String, Box<dyn Fn() + 'a>);

fn main() {
    let path = std::env::args().skip(1).find(|argument| argument != "--bench");
    let file = path.map_or_else(photograph, |path| {
        std::fs::read(path).expect("the file can be read")
    });
    let picture = Picture::new(&file).expect("a baseline JPEG");
    let smaller = picture.planes(Eighths::at_least(0.6)).expect("a sound JPEG");
    let part = Part {
        left: 0.0,
        top: 0.0,
        width: picture.width_px().into(),
        height: picture.height_px().into(),
    };
    let mut ways: Vec<Way<'_>> = vec![("zune-jpeg, RGBA".to_owned(), Box::new(|| decode_by_a_peer(&file)))];
    for count in [8, 6, 5, 4, 2, 1] {
        let eighths = Eighths::at_least(f64::from(count) / 8.0);
        let picture = &picture;
        ways.push((
            format!("`Picture::planes`, {count} eighths"),
            Box::new(move || {
                black_box(picture.planes(eighths).expect("a sound JPEG"));
            }),
        ));
    }
    ways.push((
        "`Planes::rgbx`, five eighths into 1024 x 576".to_owned(),
        Box::new(move || {
            black_box(smaller.rgbx(part, 1024, 576));
        }),
    ));
    let mut rounds: Vec<Vec<Duration>> = ways.iter().map(|_| Vec::new()).collect();
    // The ways take turns, so that a busy machine disturbs them alike.
    for _ in 0..ROUNDS {
        for ((_, decode), rounds) in ways.iter().zip(&mut rounds) {
            let began = cpu_time();
            for _ in 0..PICTURES_A_ROUND {
                decode();
            }
            rounds.push((cpu_time() - began) / PICTURES_A_ROUND);
        }
    }

    println!(
        "A JPEG of {} x {} px and {} bytes, medians of {ROUNDS} rounds of {PICTURES_A_ROUND}\n",
        picture.width_px(),
        picture.height_px(),
        file.len()
    );
    println!("| way | CPU ms | least |");
    println!("|---|---|---|");
    for ((name, _), rounds) in ways.iter().zip(&mut rounds) {
        rounds.sort_unstable();
        let millis = |duration: Duration| duration.as_secs_f64() * 1e3;
        println!(
            "| {name} | {:.2} | {:.2} |",
            millis(rounds[rounds.len() / 2]),
            millis(rounds[0])
        );
    }
}

fn decode_by_a_peer(file: &[u8]) {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    black_box(decoder.decode().expect("a sound JPEG"));
}

/// Hills of light, an edge and the grain of a sensor.
fn photograph() -> Vec<u8> {
    let (width, height) = (1920_u16, 1080_u16);
    let mut seed = 0x2545_f491_u32;
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (across, down) = (f32::from(x) / f32::from(width), f32::from(y) / f32::from(height));
            let ridge = if down > 0.6 + 0.12 * (across * 9.0).sin() {
                40.0
            } else {
                0.0
            };
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            let grain = (seed >> 24) as f32 / 255.0 - 0.5;
            for shift in [0.9_f32, 0.5, 0.7] {
                let hills = (across * 7.0 + shift).sin() * (down * 5.0 + shift * 2.0).cos();
                rgb.push((128.0 + 70.0 * hills - ridge + 12.0 * grain).clamp(0.0, 255.0) as u8);
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 88);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder
        .encode(&rgb, width, height, ColorType::Rgb)
        .expect("a sound picture");
    file
}
