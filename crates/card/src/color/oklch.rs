//! Lightness, chroma and hue as people see them.
//! Source: Björn Ottosson, "A perceptual color space for image processing", 2020, and CSS Color 4, "Oklab and Oklch".

use super::linear;

/// A colour by how it looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Oklch {
    /// 0.0 is black, 1.0 white.
    pub(crate) lightness: f32,
    /// 0.0 is grey; sRGB ends between 0.1 and 0.33.
    pub(crate) chroma: f32,
    /// Radians.
    pub(crate) hue: f32,
}

impl Oklch {
    pub(crate) fn of(color: [u8; 3]) -> Self {
        let [red, green, blue] = color.map(|channel| linear(f32::from(channel) / 255.0));
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        let a = 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short;
        let b = 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short;
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            chroma: a.hypot(b),
            hue: b.atan2(a),
        }
    }

    /// The nearest colour of sRGB of this lightness and hue: chroma gives way.
    pub(crate) fn to_rgb(self) -> [u8; 3] {
        let (mut inside, mut outside) = (0.0, self.chroma);
        let mut rgb = self.channels(outside);
        if !in_gamut(rgb) {
            for _ in 0..12 {
                let middle = (inside + outside) / 2.0;
                if in_gamut(self.channels(middle)) {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            rgb = self.channels(inside);
        }
        rgb.map(|channel| (curve(channel.clamp(0.0, 1.0)) * 255.0 + 0.5) as u8)
    }

    /// As light, outside of 0.0 to 1.0 when sRGB has no such colour.
    fn channels(self, chroma: f32) -> [f32; 3] {
        let (a, b) = (chroma * self.hue.cos(), chroma * self.hue.sin());
        let long = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let medium = (self.lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let short = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_38 * short,
            -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }
}

fn in_gamut(rgb: [f32; 3]) -> bool {
    rgb.iter().all(|channel| (-0.0005..=1.0005).contains(channel))
}

/// From light to sRGB's curve, both 0.0 to 1.0.
fn curve(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_comes_back() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let color = [red, green, blue];
                    let back = Oklch::of(color).to_rgb();
                    let apart = (0..3).map(|c| color[c].abs_diff(back[c])).max();
                    assert!(apart <= Some(1), "{color:?} became {back:?}");
                }
            }
        }
    }

    #[test]
    fn colours_beyond_srgb_keep_their_lightness() {
        let vivid = Oklch {
            lightness: 0.6,
            chroma: 0.5,
            hue: 2.0,
        };
        let shown = Oklch::of(vivid.to_rgb());
        assert!((shown.lightness - 0.6).abs() < 0.01, "{shown:?}");
        assert!((shown.hue - 2.0).abs() < 0.05, "{shown:?}");
    }
}
