//! The folder beside this file: pictures that somebody might send who means ill, or knows no better.
//!
//! Its `make.py` makes them and `manifest.toml`, which says what must come of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use allocation_counter::measure;
use serde::Deserialize;

use super::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/decode/tests/hostile");

/// What must come of a file.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expected {
    Picture {
        /// Width and height.
        size: [u32; 2],
        /// Left top, right top, left bottom, right bottom: RGBA, hexadecimal.
        corners: [String; 4],
        opaque: bool,
    },
    Refused {
        /// The error's variant.
        error: String,
        /// What its sentence must hold.
        says: String,
    },
}

struct HostileFile {
    name: String,
    bytes: Vec<u8>,
    expected: Expected,
}

fn files() -> Vec<HostileFile> {
    let manifest = fs::read_to_string(Path::new(FOLDER).join("manifest.toml")).expect("a manifest");
    let expected: BTreeMap<String, Expected> = toml::from_str(&manifest).expect("a sound manifest");
    expected
        .into_iter()
        .map(|(name, expected)| HostileFile {
            bytes: fs::read(Path::new(FOLDER).join(&name)).unwrap_or_else(|error| panic!("{name}: {error}")),
            name,
            expected,
        })
        .collect()
}

/// The files that are sound, with their names.
pub(super) fn pictures() -> impl Iterator<Item = (String, Vec<u8>)> {
    let sound = |file: &HostileFile| matches!(file.expected, Expected::Picture { .. });
    files()
        .into_iter()
        .filter(sound)
        .map(|file| (file.name, file.bytes))
}

fn corners(pixels: &Pixels) -> [[u8; 4]; 4] {
    let (right, bottom) = (pixels.width_px as usize - 1, pixels.height_px as usize - 1);
    [(0, 0), (right, 0), (0, bottom), (right, bottom)].map(|(x, y)| {
        let (stored, _) = pixels.rgba.as_chunks();
        stored[y * pixels.width_px as usize + x]
    })
}

fn color(hexadecimal: &str) -> [u8; 4] {
    u32::from_str_radix(hexadecimal, 16)
        .expect("eight digits")
        .to_be_bytes()
}

/// The variant's name.
fn variant(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::UnknownFormat => "UnknownFormat",
        DecodeError::TooManyBytes { .. } => "TooManyBytes",
        DecodeError::TooLarge { .. } => "TooLarge",
        DecodeError::Broken { .. } => "Broken",
    }
}

#[test]
fn each_file_gives_its_picture_or_its_error_within_the_memory_of_its_size() {
    let files = files();
    assert!(files.len() > 100);
    for HostileFile {
        name,
        bytes,
        expected,
    } in files
    {
        let mut decoded = None;
        let heap = measure(|| decoded = Some(decode(&bytes)));
        let decoded = decoded.expect("measured");
        let heap_max = match &decoded {
            Ok(pixels) => heap_bytes_max(bytes.len(), pixels.width_px * pixels.height_px),
            Err(_) => heap_bytes_max(bytes.len(), 48 * 32),
        };
        assert!(
            heap.bytes_max <= heap_max,
            "{name}: {} bytes, {heap_max} expected",
            heap.bytes_max
        );
        match (expected, decoded) {
            (
                Expected::Picture {
                    size,
                    corners,
                    opaque,
                },
                Ok(pixels),
            ) => {
                assert_eq!(
                    ([pixels.width_px, pixels.height_px], pixels.opaque),
                    (size, opaque),
                    "{name}"
                );
                let found = self::corners(&pixels);
                let off = corners.iter().zip(found).flat_map(|(expected, found)| {
                    let expected = color(expected);
                    (0..4).map(move |channel| expected[channel].abs_diff(found[channel]))
                });
                assert!(off.max() <= Some(4), "{name}: {found:02x?}");
            }
            (Expected::Refused { error, says }, Err(refusal)) => {
                let sentence = refusal.to_string();
                assert_eq!(variant(&refusal), error, "{name}: {sentence}");
                assert!(sentence.contains(&says), "{name}: {sentence}");
                assert!(!sentence.contains('\n'), "{name}: {sentence}");
            }
            (_, Ok(pixels)) => panic!("{name}: decoded {} x {} px", pixels.width_px, pixels.height_px),
            (_, Err(error)) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn each_file_of_the_folder_is_in_the_manifest() {
    let listed: Vec<String> = files().into_iter().map(|file| file.name).collect();
    let mut found: Vec<String> = fs::read_dir(FOLDER)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !matches!(name.as_str(), "make.py" | "manifest.toml"))
        .collect();
    found.sort();
    assert_eq!(found, listed);
}
