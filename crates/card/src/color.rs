//! Colours: as people write them, their contrast, their hue.

mod oklch;

use std::fmt;
use std::str::FromStr;

pub(crate) use oklch::Oklch;

use crate::style::StyleError;

/// An opaque sRGB colour.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color(pub(crate) [u8; 3]);

impl Color {
    /// A colour from its channels, 0 to 255.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }
}

impl FromStr for Color {
    type Err = StyleError;

    /// Reads `#rrggbb` or `#rgb`; the hash may be missing.
    fn from_str(text: &str) -> Result<Self, StyleError> {
        let digits = text.trim().trim_start_matches('#');
        let digit = |at: usize| {
            let byte = *digits.as_bytes().get(at)?;
            u8::try_from(char::from(byte).to_digit(16)?).ok()
        };
        let color = match digits.len() {
            3 => [0, 1, 2].map(|at| digit(at).map(|digit| digit * 17)),
            6 => [0, 2, 4].map(|at| Some(digit(at)? * 16 + digit(at + 1)?)),
            _ => [None; 3],
        };
        match color {
            [Some(red), Some(green), Some(blue)] => Ok(Self::new(red, green, blue)),
            _ => Err(StyleError::NoColor(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The contrast ratio of two colours, 1 to 21; channels 0.0 to 255.0.
/// Source: WCAG 2.2, "contrast ratio" and "relative luminance".
pub(crate) fn contrast(one: [f32; 3], other: [f32; 3]) -> f32 {
    ratio(luminance(one), luminance(other))
}

/// The contrast ratio of two luminances.
pub(crate) fn ratio(one: f32, other: f32) -> f32 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The relative luminance of a colour, 0.0 to 1.0; channels 0.0 to 255.0.
pub(crate) fn luminance(color: [f32; 3]) -> f32 {
    let [red, green, blue] = color.map(|channel| linear(channel / 255.0));
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// From sRGB's curve to light, both 0.0 to 1.0.
fn linear(channel: f32) -> f32 {
    if channel <= 0.040_45 {
        channel / 12.92
    } else {
        ((channel + 0.055) / 1.055).powf(2.4)
    }
}

/// A colour on the straight line between two others.
pub(crate) fn mix(from: [f32; 3], to: [f32; 3], part: f32) -> [f32; 3] {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * part)
}

pub(crate) fn floats(color: [u8; 3]) -> [f32; 3] {
    color.map(f32::from)
}

pub(crate) fn bytes(color: [f32; 3]) -> [u8; 3] {
    color.map(|channel| (channel + 0.5) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_people_write_them() {
        for text in ["#5865f2", "5865F2", " #5865f2 "] {
            assert_eq!(text.parse(), Ok(Color::new(0x58, 0x65, 0xf2)), "{text}");
        }
        assert_eq!("#0f8".parse(), Ok(Color::new(0, 255, 136)));
        assert_eq!(Color::new(1, 2, 255).to_string(), "#0102ff");
    }

    #[test]
    fn what_is_no_colour_is_told_with_what_is() {
        for text in ["", "#12", "#12345", "red", "#gggggg", "#ÄÖÜ", "##"] {
            let error = text.parse::<Color>().expect_err("no colour");
            assert_eq!(
                error.to_string(),
                format!("{text:?} is no colour; write it as #rrggbb, such as #5865f2")
            );
        }
    }

    #[test]
    fn ratios_are_those_of_the_standard() {
        assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.01);
        assert!((contrast([119.0; 3], [255.0; 3]) - 4.48).abs() < 0.01);
    }
}
