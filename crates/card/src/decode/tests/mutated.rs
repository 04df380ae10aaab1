//! Real files, damaged at random: cargo-fuzz needs a nightly compiler, so this is the fuzz target of each decoder.
//!
//! The seed is fixed; `DROAS_FUZZ_CASES` asks for more than the usual number of cases for each format.

use std::cell::Cell;

use allocation_counter::measure;
use fast_image_resize::Resizer;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::hostile;
use super::*;

/// How many cases each format gets when nobody says otherwise: some seconds in all.
const CASES: u32 = 1000;
const SEED: [u8; 32] = *b"the same damage at every run....";

/// One thing that happens to a file. Places are shares of its length, so that they fit whatever came before.
#[derive(Clone, Debug)]
enum Damage {
    Flip {
        at: f64,
        bit: u8,
    },
    Set {
        at: f64,
        byte: u8,
    },
    Insert {
        at: f64,
        bytes: Vec<u8>,
    },
    Delete {
        at: f64,
        len: usize,
    },
    Duplicate {
        at: f64,
        len: usize,
        to: f64,
    },
    Truncate {
        at: f64,
    },
    /// Goes on as another file of the same format does from there.
    Splice {
        at: f64,
        other: usize,
        from: f64,
    },
}

/// A place in a file: as often in its first part, where the headers are, as anywhere.
fn place() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1.0, (0.0..1.0_f64).prop_map(|share| share.powi(4) * 0.5)]
}

fn damage() -> impl Strategy<Value = Damage> {
    // Lengths and sides are where a decoder may trust too much.
    let byte = prop_oneof![
        any::<u8>(),
        Just(0),
        Just(0xff),
        Just(0x7f),
        Just(0x80),
        Just(0x10)
    ];
    prop_oneof![
        4 => (place(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip { at, bit }),
        4 => (place(), byte).prop_map(|(at, byte)| Damage::Set { at, byte }),
        2 => (place(), prop::collection::vec(any::<u8>(), 1..16)).prop_map(|(at, bytes)| Damage::Insert { at, bytes }),
        2 => (place(), 1..64_usize).prop_map(|(at, len)| Damage::Delete { at, len }),
        2 => (place(), 1..256_usize, place()).prop_map(|(at, len, to)| Damage::Duplicate { at, len, to }),
        1 => (0.0..1.0).prop_map(|at| Damage::Truncate { at }),
        1 => (place(), any::<usize>(), place()).prop_map(|(at, other, from)| Damage::Splice { at, other, from }),
    ]
}

fn apply(file: &mut Vec<u8>, damage: &Damage, seeds: &[Vec<u8>]) {
    let index = |share: f64, len: usize| (share * len as f64) as usize;
    let len = file.len();
    if len == 0 {
        return;
    }
    match damage {
        Damage::Flip { at, bit } => file[index(*at, len)] ^= 1 << bit,
        Damage::Set { at, byte } => file[index(*at, len)] = *byte,
        Damage::Insert { at, bytes } => {
            let at = index(*at, len);
            file.splice(at..at, bytes.iter().copied());
        }
        Damage::Delete { at, len: gone } => {
            let at = index(*at, len);
            file.drain(at..(at + gone).min(len));
        }
        Damage::Duplicate { at, len: more, to } => {
            let at = index(*at, len);
            let piece = file[at..(at + more).min(len)].to_vec();
            let to = index(*to, len);
            file.splice(to..to, piece);
        }
        Damage::Truncate { at } => file.truncate(index(*at, len)),
        Damage::Splice { at, other, from } => {
            let other = &seeds[other % seeds.len()];
            file.truncate(index(*at, len));
            file.extend_from_slice(&other[index(*from, other.len())..]);
        }
    }
}

/// Makes the checksums of a PNG's chunks right, so that the damage gets past them.
fn mend(png: &mut [u8]) {
    let mut chunks = png.get_mut(8..).unwrap_or_default();
    while let Some((length, rest)) = chunks.split_first_chunk_mut::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        if rest.len() < length.saturating_add(8) {
            return;
        }
        let (checked, rest) = rest.split_at_mut(4 + length);
        let (found, rest) = rest.split_at_mut(4);
        found.copy_from_slice(&crc(checked).to_be_bytes());
        chunks = rest;
    }
}

/// CRC-32 as PNG has it, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

fn withstands_damage(format: SourceFormat) {
    // The largest ones would take all of the time, and what they show is shown without damage.
    let seeds: Vec<Vec<u8>> = hostile::pictures()
        .map(|(_, file)| file)
        .filter(|file| file.len() < 5_000 && SourceFormat::sniff(file) == Some(format))
        .collect();
    assert!(seeds.len() >= 3, "{format}: {} files", seeds.len());
    let cases = std::env::var("DROAS_FUZZ_CASES").map_or(CASES, |cases| cases.parse().expect("a number"));
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let strategy = (
        0..seeds.len(),
        prop::collection::vec(damage(), 1..4),
        any::<bool>(),
    );
    let (decoded, refused) = (Cell::new(0), Cell::new(0));
    let outcome = runner.run(&strategy, |(which, damages, mended)| {
        let mut file = seeds[which].clone();
        for damage in &damages {
            apply(&mut file, damage, &seeds);
        }
        if mended && format == SourceFormat::Png {
            mend(&mut file);
        }
        let mut result = None;
        let heap = measure(|| result = Some(decode(&file)));
        let result = result.expect("measured");
        let was_decoded = result.is_ok();
        let heap_max = match result {
            Ok(pixels) => {
                decoded.set(decoded.get() + 1);
                prop_assert!(pixels.width_px.max(pixels.height_px) <= PICTURE_SIDE_MAX_PX);
                let area = pixels.width_px * pixels.height_px;
                prop_assert!(area > 0);
                prop_assert_eq!(pixels.rgba.len(), area as usize * 4);
                heap_bytes_max(file.len(), area)
            }
            Err(error) => {
                refused.set(refused.get() + 1);
                prop_assert!(!error.to_string().is_empty());
                heap_bytes_max(file.len(), PICTURE_SIDE_MAX_PX * PICTURE_SIDE_MAX_PX)
            }
        };
        prop_assert!(heap.bytes_max <= heap_max, "{} bytes on the heap", heap.bytes_max);
        let mut covers = false;
        let heap = measure(|| {
            let source = decode_to_cover(&file, &[(40, 24), (8, 8)]);
            covers = source.is_ok_and(|source| !source.cover(&mut Resizer::new(), 40, 24).rgba.is_empty());
        });
        prop_assert_eq!(covers, was_decoded, "as a whole or not, it is the same file");
        prop_assert!(
            heap.bytes_max <= heap_max,
            "{} bytes on the heap to cover",
            heap.bytes_max
        );
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{format}: {failure}");
    }
    let (decoded, refused) = (decoded.get(), refused.get());
    // Damage that always or never breaks a file shows nothing.
    assert!(
        decoded > cases / 50 && refused > cases / 50,
        "{decoded} decoded, {refused} refused"
    );
}

#[test]
fn damaged_png_never_panics_nor_takes_more_than_its_limits() {
    withstands_damage(SourceFormat::Png);
}

#[test]
fn damaged_jpeg_never_panics_nor_takes_more_than_its_limits() {
    withstands_damage(SourceFormat::Jpeg);
}

#[test]
fn damaged_webp_never_panics_nor_takes_more_than_its_limits() {
    withstands_damage(SourceFormat::WebP);
}

#[test]
fn damaged_gif_never_panics_nor_takes_more_than_its_limits() {
    withstands_damage(SourceFormat::Gif);
}
