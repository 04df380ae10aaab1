//! CPU time of encoding a card as JPEG: whole, on a prepared background, and by another encoder, in one run.
//!
//! `cargo bench -p jpeg --bench encode` prints a table in Markdown.

#![allow(clippy::print_stdout, reason = "a bench's output is its result")]

#[path = "clock/cpu_time.rs"]
mod cpu_time;

use std::hint::black_box;
use std::time::Duration;

use cpu_time::cpu_time;
use jpeg::{Damage, Prepared, View};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

const QUALITY: u8 = 90;
const ROUNDS: usize = 15;
// Linux adds up a thread's time every few milliseconds only.
const CARDS_A_ROUND: u32 = 50;
/// The card that the README shows.
const CARD: &[u8] = include_bytes!("../../../docs/sample-card.jpg");
/// What differs from the background: the avatar, then four lines of text; left, top, right, bottom.
const CHANGED: [[i32; 4]; 5] = [
    [72, 128, 328, 384],
    [384, 120, 640, 160],
    [384, 180, 840, 260],
    [384, 270, 760, 310],
    [384, 350, 600, 384],
];

type Way<'a> = (&'static str, Box<dyn Fn() -> Vec<u8> + 'a>);

fn main() {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(CARD), options);
    let rgbx = decoder.decode().expect("the sample can be read");
    let (width, height) = decoder.dimensions().expect("the sample has sides");
    let side = |px: usize| u16::try_from(px).expect("a JPEG's sides have 16 bits");
    let (width_px, height_px) = (side(width), side(height));
    let view = View::new(&rgbx, width_px, height_px);

    let prepared = Prepared::new(view, QUALITY);
    let mut damage = Damage::new(width_px, height_px);
    for [left, top, right, bottom] in CHANGED {
        damage.mark(left, top, right, bottom);
    }
    let untouched = Damage::new(width_px, height_px);
    let mut ways: [Way<'_>; 4] = [
        (
            "`jpeg::encode`, all of it",
            Box::new(|| jpeg::encode(view, QUALITY)),
        ),
        (
            "`Prepared::encode`, avatar and text",
            Box::new(|| prepared.encode(view, &damage)),
        ),
        (
            "`Prepared::encode`, nothing",
            Box::new(|| prepared.encode(view, &untouched)),
        ),
        (
            "jpeg-encoder",
            Box::new(|| encode_by_a_peer(&rgbx, width_px, height_px)),
        ),
    ];
    let mut rounds = ways.each_ref().map(|_| Vec::new());
    // The ways take turns, so that a busy machine disturbs them alike.
    for _ in 0..ROUNDS {
        for ((_, encode), rounds) in ways.iter_mut().zip(&mut rounds) {
            let began = cpu_time();
            for _ in 0..CARDS_A_ROUND {
                black_box(encode());
            }
            rounds.push((cpu_time() - began) / CARDS_A_ROUND);
        }
    }

    println!(
        "A card of {width} x {height} px at quality {QUALITY}, medians of {ROUNDS} rounds of {CARDS_A_ROUND}; the avatar \
         and the text damage {:.0} % of the runs\n",
        damage.share() * 100.0
    );
    println!("| way | CPU µs | least | bytes |");
    println!("|---|---|---|---|");
    for ((name, encode), rounds) in ways.iter().zip(&mut rounds) {
        rounds.sort_unstable();
        let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
        println!(
            "| {name} | {:.0} | {:.0} | {} |",
            micros(rounds[rounds.len() / 2]),
            micros(rounds[0]),
            encode().len()
        );
    }
}

fn encode_by_a_peer(rgbx: &[u8], width_px: u16, height_px: u16) -> Vec<u8> {
    let mut file = Vec::with_capacity(128 * 1024);
    let mut encoder = Encoder::new(&mut file, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder
        .encode(rgbx, width_px, height_px, ColorType::Rgba)
        .expect("a card can be encoded");
    file
}
