//! What stands before and after the coded picture.

use crate::entropy::TABLES;
use crate::quantization::{Tables, ZIGZAG};
use crate::run::Grid;
use crate::view::View;

/// More than a header takes.
pub(crate) const LEN_MAX: usize = 1024;

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const APPLICATION_0: u8 = 0xE0;
const QUANTIZERS: u8 = 0xDB;
const BASELINE_FRAME: u8 = 0xC0;
const HUFFMAN_TABLES: u8 = 0xC4;
const RESTART_INTERVAL: u8 = 0xDD;
const SCAN: u8 = 0xDA;

pub(crate) fn write(file: &mut Vec<u8>, view: View<'_>, tables: &Tables) {
    file.extend_from_slice(&[0xFF, START_OF_IMAGE]);
    // Version 1.02, no unit, square pixels, no thumbnail.
    write_segment(file, APPLICATION_0, |file| {
        file.extend_from_slice(b"JFIF\0");
        file.extend_from_slice(&[1, 2, 0, 0, 1, 0, 1, 0, 0]);
    });
    write_segment(file, QUANTIZERS, |file| {
        for (id, table) in [&tables.luma, &tables.chroma].into_iter().enumerate() {
            file.push(id as u8);
            file.extend(ZIGZAG.map(|at| table.quantizers[usize::from(at)]));
        }
    });
    // For each component: its id, how many samples a square has across and down, its table of quantizers.
    write_segment(file, BASELINE_FRAME, |file| {
        file.push(8);
        file.extend_from_slice(&view.height_px.to_be_bytes());
        file.extend_from_slice(&view.width_px.to_be_bytes());
        file.extend_from_slice(&[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    });
    write_segment(file, HUFFMAN_TABLES, |file| {
        for (id, table) in TABLES {
            file.push(id);
            file.extend_from_slice(&table.counts);
            file.extend_from_slice(table.symbols);
        }
    });
    write_segment(file, RESTART_INTERVAL, |file| {
        file.extend_from_slice(&(Grid::RUN_MCUS as u16).to_be_bytes());
    });
    // For each component: its id and its Huffman tables; then all 64 coefficients, in one go.
    write_segment(file, SCAN, |file| {
        file.extend_from_slice(&[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    });
}

pub(crate) fn write_end(file: &mut Vec<u8>) {
    file.extend_from_slice(&[0xFF, END_OF_IMAGE]);
}

/// A marker, the length of what follows with its own two bytes, and what follows.
fn write_segment(file: &mut Vec<u8>, marker: u8, content: impl FnOnce(&mut Vec<u8>)) {
    file.extend_from_slice(&[0xFF, marker, 0, 0]);
    let start = file.len() - 2;
    content(file);
    let length = u16::try_from(file.len() - start).expect("all segments are short");
    file[start..start + 2].copy_from_slice(&length.to_be_bytes());
}
