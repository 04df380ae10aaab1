//! Contrast of text against what lies behind it, by WCAG 2.2 ("relative luminance", "contrast ratio").

use crate::layout::{PANEL_OPACITY_MAX, PANEL_OPACITY_MIN, PANEL_TINT, SOFT};

/// Level AAA for text of any size: AA asks for 4.5, over which light pictures still look washed out.
const RATIO_MIN: f32 = 7.0;
const STEP: f32 = 0.02;

/// How opaque the panel must be over these colours (channels 0 to 255) so that the faintest text is legible.
pub(super) fn panel_opacity(behind: impl Iterator<Item = [u8; 3]>) -> f32 {
    let mut opacity = PANEL_OPACITY_MIN;
    for color in behind {
        while opacity < PANEL_OPACITY_MAX
            && ratio(through_panel(color, opacity), SOFT.map(f32::from)) < RATIO_MIN
        {
            opacity += STEP;
        }
    }
    opacity.min(PANEL_OPACITY_MAX)
}

/// A colour as it looks through the panel.
pub(super) fn through_panel(behind: [u8; 3], opacity: f32) -> [f32; 3] {
    std::array::from_fn(|channel| {
        f32::from(behind[channel]) * (1.0 - opacity) + f32::from(PANEL_TINT[channel]) * opacity
    })
}

/// The contrast ratio of two colours, 1 to 21.
pub(crate) fn ratio(one: [f32; 3], other: [f32; 3]) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: [f32; 3]) -> f32 {
    let [red, green, blue] = color.map(|channel| {
        let channel = channel / 255.0;
        if channel <= 0.040_45 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_standard() {
        assert!((ratio([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.01);
        assert!((ratio([119.0; 3], [255.0; 3]) - 4.48).abs() < 0.01);
    }

    #[test]
    fn dark_colours_keep_the_clearest_panel() {
        assert!((panel_opacity([[20, 20, 60]].into_iter()) - PANEL_OPACITY_MIN).abs() < f32::EPSILON);
    }
}
