//! Which colours a card has, made from its style and from what lies behind, such that every text can be read.

use crate::color::{Oklch, bytes, contrast, floats, luminance, mix, ratio};
use crate::paint::Canvas;
use crate::style::{CardStyle, Ring, Theme};

/// What every text keeps against what lies behind it: level AA of WCAG 2.2 for text of any size.
pub(crate) const RATIO_MIN: f32 = 4.5;
/// What the themes' own colours keep: level AAA. Over AA light pictures still look washed out.
const RATIO_OF_THEMES: f32 = 7.0;
const OPACITY_STEP: f32 = 0.02;
/// How much of the text's colour a capsule has.
const PILL_ALPHA: f32 = 0.13;

/// The colours of a card.
#[derive(Clone, Debug)]
pub(crate) struct Palette {
    pub(crate) panel: [u8; 3],
    pub(crate) text: [u8; 3],
    soft: [u8; 3],
    accent: [u8; 3],
    /// What shows through transparent avatars.
    pub(crate) plate: [u8; 3],
    /// The ring's colours, from the left top to the right bottom, and those of bars, from left to right.
    pub(crate) ring: [[u8; 3]; 2],
    pub(crate) shadow_alpha: f32,
    /// How much of the text's colour lies in capsules and the tracks of bars.
    pub(crate) pill_alpha: f32,
    opacity_min: f32,
    ratio_min: f32,
}

/// Which of a palette's colours a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Text,
    Soft,
    Accent,
}

impl Tone {
    const ALL: [Self; 3] = [Self::Text, Self::Soft, Self::Accent];
}

impl Palette {
    /// The colours for a style over a picture.
    pub(crate) fn new(style: &CardStyle, behind: &Canvas) -> Self {
        let mut palette = match style.theme {
            Theme::Dark => Self::dark(),
            Theme::Light => Self::light(),
            Theme::Vivid => Self::vivid(dominant(behind)),
        };
        if let Some(panel) = style.panel {
            palette.repaint(panel.0);
        }
        if let Some(text) = style.text {
            palette.text = text.0;
            palette.soft = bytes(mix(floats(text.0), floats(palette.panel), 0.16));
        }
        if let Some(accent) = style.accent {
            palette.accent = accent.0;
            let look = Oklch::of(accent.0);
            let other = Oklch {
                hue: look.hue + 0.9,
                ..look
            };
            palette.ring = [accent.0, other.to_rgb()];
        }
        if style.ring == Ring::Accent {
            palette.ring = [palette.accent; 2];
        }
        if style.panel.is_some() || style.text.is_some() || style.panel_opacity.is_some() {
            palette.ratio_min = RATIO_MIN;
        }
        if let Some(opacity) = style.panel_opacity {
            palette.opacity_min = opacity.part();
        }
        palette.made_legible()
    }

    pub(crate) fn tone(&self, tone: Tone) -> [u8; 3] {
        match tone {
            Tone::Text => self.text,
            Tone::Soft => self.soft,
            Tone::Accent => self.accent,
        }
    }

    /// How opaque the panel must be over these colours so that every text on it can be read, 0.0 to 1.0.
    pub(crate) fn opacity(&self, behind: impl Iterator<Item = [u8; 3]>) -> f32 {
        let mut opacity = self.opacity_min;
        let luminances = self.luminances();
        for color in behind {
            while opacity < 1.0
                && !self.legible_on(self.through_panel(color, opacity), &luminances, self.ratio_min)
            {
                opacity += OPACITY_STEP;
            }
        }
        opacity.min(1.0)
    }

    /// A colour as it looks through the panel.
    pub(crate) fn through_panel(&self, behind: [u8; 3], opacity: f32) -> [f32; 3] {
        mix(floats(behind), floats(self.panel), opacity)
    }

    /// How light text is in each tone.
    fn luminances(&self) -> [f32; Tone::ALL.len()] {
        Tone::ALL.map(|tone| luminance(floats(self.tone(tone))))
    }

    /// Whether all text, of these luminances, also that in capsules, keeps a contrast ratio to a colour behind it.
    fn legible_on(&self, behind: [f32; 3], luminances: &[f32; Tone::ALL.len()], ratio_min: f32) -> bool {
        let pill = mix(behind, floats(self.text), self.pill_alpha);
        let (behind, [text, ..]) = (luminance(behind), luminances);
        luminances.iter().all(|tone| ratio(*tone, behind) >= ratio_min)
            && ratio(*text, luminance(pill)) >= RATIO_MIN
    }

    fn dark() -> Self {
        Self {
            panel: [10, 13, 28],
            text: [255, 255, 255],
            soft: [206, 213, 234],
            accent: [126, 232, 214],
            plate: [28, 32, 56],
            ring: [[150, 130, 255], [84, 228, 204]],
            shadow_alpha: 0.42,
            pill_alpha: PILL_ALPHA,
            opacity_min: 0.58,
            ratio_min: RATIO_OF_THEMES,
        }
    }

    fn light() -> Self {
        Self {
            panel: [250, 250, 254],
            text: [20, 22, 40],
            soft: [62, 67, 92],
            accent: [76, 52, 190],
            plate: [226, 228, 240],
            ring: [[118, 92, 250], [24, 178, 172]],
            shadow_alpha: 0.26,
            pill_alpha: 0.09,
            opacity_min: 0.70,
            ratio_min: RATIO_OF_THEMES,
        }
    }

    fn vivid(found: Oklch) -> Self {
        let shade = |lightness, chroma: f32, turned: f32| {
            Oklch {
                lightness,
                chroma: chroma.min(found.chroma),
                hue: found.hue + turned,
            }
            .to_rgb()
        };
        Self {
            panel: shade(0.24, 0.075, 0.0),
            text: shade(0.985, 0.008, 0.0),
            soft: shade(0.89, 0.045, 0.0),
            accent: shade(0.85, 0.15, 0.0),
            plate: shade(0.34, 0.08, 0.0),
            ring: [shade(0.72, 0.18, 0.0), shade(0.84, 0.14, 0.9)],
            shadow_alpha: 0.40,
            pill_alpha: PILL_ALPHA,
            opacity_min: 0.54,
            ratio_min: RATIO_OF_THEMES,
        }
    }

    /// Takes a panel's colour, and what fits to it.
    fn repaint(&mut self, panel: [u8; 3]) {
        self.panel = panel;
        let (white, ink) = ([255.0; 3], [14.0, 16.0, 28.0]);
        let text = if contrast(white, floats(panel)) >= contrast(ink, floats(panel)) {
            white
        } else {
            ink
        };
        self.text = bytes(text);
        self.soft = bytes(mix(text, floats(panel), 0.16));
        self.plate = bytes(mix(floats(panel), text, 0.12));
    }

    /// Moves what could not be read even on the opaque panel away from the panel's colour.
    fn made_legible(mut self) -> Self {
        for tone in [&mut self.text, &mut self.soft, &mut self.accent] {
            *tone = legible(*tone, self.panel);
        }
        let (panel, luminances) = (floats(self.panel), self.luminances());
        while self.pill_alpha > 0.0 && !self.legible_on(panel, &luminances, RATIO_MIN) {
            self.pill_alpha = (self.pill_alpha - 0.01).max(0.0);
        }
        self
    }
}

/// The colour, or the nearest one of its hue that can be read on the panel. One of black and white always can.
fn legible(color: [u8; 3], panel: [u8; 3]) -> [u8; 3] {
    let against = floats(panel);
    if contrast(floats(color), against) >= RATIO_MIN {
        return color;
    }
    let lighter = contrast([255.0; 3], against) >= contrast([0.0; 3], against);
    let mut look = Oklch::of(color);
    while (0.0..=1.0).contains(&look.lightness) {
        look.lightness += if lighter { 0.01 } else { -0.01 };
        let moved = look.to_rgb();
        if contrast(floats(moved), against) >= RATIO_MIN {
            return moved;
        }
    }
    if lighter { [255; 3] } else { [0; 3] }
}

/// Hues are told apart in so many steps.
const HUES: usize = 24;
/// A picture less colourful than this one is taken for grey.
const CHROMA_MIN: f32 = 0.02;

/// The colour that a picture is of, as hue and the chroma that it may lend: much of its area, or very colourful.
fn dominant(canvas: &Canvas) -> Oklch {
    let mut hues = [(0.0_f32, 0.0_f32, 0.0_f32); HUES];
    let (pixels, _) = canvas.rgbx.as_chunks::<4>();
    let mut seen = 0.0;
    for row in pixels.chunks_exact(canvas.width_px as usize).step_by(12) {
        for &[red, green, blue, _] in row.iter().step_by(12) {
            let look = Oklch::of([red, green, blue]);
            let turn = (look.hue / std::f32::consts::TAU).rem_euclid(1.0);
            let hue = &mut hues[(turn * HUES as f32) as usize % HUES];
            // Shadows and lights have a hue by number only.
            let weight = look.chroma * (1.0 - (2.0 * look.lightness - 1.1).powi(2)).max(0.05);
            hue.0 += weight;
            hue.1 += weight * look.hue.cos();
            hue.2 += weight * look.hue.sin();
            seen += 1.0;
        }
    }
    let (weight, cos, sin) = hues.into_iter().fold(
        (0.0, 1.0, 0.0),
        |best, hue| {
            if hue.0 > best.0 { hue } else { best }
        },
    );
    let chroma = if weight / seen < CHROMA_MIN / 4.0 {
        CHROMA_MIN
    } else {
        0.4
    };
    Oklch {
        lightness: 0.5,
        chroma,
        hue: sin.atan2(cos),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::color::Color;
    use crate::style::Opacity;

    fn plain(color: [u8; 3]) -> Canvas {
        let [red, green, blue] = color;
        Canvas::new(64, 32, [red, green, blue, 255].repeat(64 * 32))
    }

    #[test]
    fn dark_pictures_keep_the_clearest_panel() {
        let palette = Palette::new(&CardStyle::default(), &plain([20, 20, 60]));
        let opacity = palette.opacity([[20, 20, 60]].into_iter());
        assert!((opacity - palette.opacity_min).abs() < f32::EPSILON);
    }

    #[test]
    fn vivid_colours_are_those_of_the_picture() {
        let style = CardStyle {
            theme: Theme::Vivid,
            ..CardStyle::default()
        };
        for color in [[200, 40, 40], [40, 170, 60], [60, 90, 220]] {
            let palette = Palette::new(&style, &plain(color));
            let (wanted, got) = (Oklch::of(color).hue, Oklch::of(palette.accent).hue);
            let apart = (wanted - got).rem_euclid(std::f32::consts::TAU);
            assert!(!(0.2..6.08).contains(&apart), "{color:?}: {palette:?}");
        }
        let grey = Palette::new(&style, &plain([128; 3]));
        assert!(Oklch::of(grey.accent).chroma < 0.03, "{grey:?}");
    }

    proptest! {
        /// Whatever an admin chooses and whatever lies behind, text can be read.
        #[test]
        fn every_text_is_legible_in_every_style(
            theme in prop::sample::select(Theme::ALL),
            [accent, panel, text] in any::<[Option<[u8; 3]>; 3]>(),
            opacity in prop::option::of(0_u8..=100),
            behind in any::<[[u8; 3]; 4]>(),
        ) {
            let style = CardStyle {
                theme,
                accent: accent.map(Color),
                panel: panel.map(Color),
                text: text.map(Color),
                panel_opacity: opacity.map(|percent| Opacity::percent(percent).expect("at most 100")),
                ..CardStyle::default()
            };
            let palette = Palette::new(&style, &plain(behind[0]));
            let opacity = palette.opacity(behind.into_iter());
            prop_assert!((0.0..=1.0).contains(&opacity));
            for color in behind {
                let seen = palette.through_panel(color, opacity);
                prop_assert!(palette.legible_on(seen, &palette.luminances(), RATIO_MIN - 0.01), "{palette:?} on {seen:?}");
            }
        }
    }
}
