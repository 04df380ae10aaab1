//! The background that is built in: a night sky with a slow aurora, or the same as a bright morning, out of a few sums.

use crate::color::mix;
use crate::paint::dithered;
use crate::pixels::Pixels;

/// A round light: centre and radius in card heights, colour, strength.
struct Glow {
    x: f32,
    y: f32,
    radius: f32,
    color: [f32; 3],
    strength: f32,
}

const GLOWS: [Glow; 5] = [
    Glow {
        x: 0.10,
        y: -0.05,
        radius: 0.75,
        color: [122.0, 74.0, 255.0],
        strength: 0.85,
    },
    Glow {
        x: 1.95,
        y: 1.05,
        radius: 0.85,
        color: [18.0, 190.0, 184.0],
        strength: 0.80,
    },
    Glow {
        x: 1.85,
        y: 0.00,
        radius: 0.60,
        color: [255.0, 92.0, 170.0],
        strength: 0.62,
    },
    Glow {
        x: 0.75,
        y: 1.20,
        radius: 0.65,
        color: [40.0, 104.0, 255.0],
        strength: 0.80,
    },
    Glow {
        x: 1.15,
        y: 0.35,
        radius: 0.55,
        color: [88.0, 66.0, 210.0],
        strength: 0.40,
    },
];

/// A band of light along a wave: height of its middle, amplitude, waves in a card height, phase, half width, all in
/// card heights; colour, strength.
struct Ribbon {
    middle: f32,
    swing: f32,
    waves: f32,
    phase: f32,
    width: f32,
    color: [f32; 3],
    strength: f32,
}

const RIBBONS: [Ribbon; 3] = [
    Ribbon {
        middle: 0.30,
        swing: 0.16,
        waves: 0.62,
        phase: 0.4,
        width: 0.10,
        color: [84.0, 196.0, 255.0],
        strength: 0.34,
    },
    Ribbon {
        middle: 0.62,
        swing: 0.14,
        waves: 0.50,
        phase: 2.6,
        width: 0.13,
        color: [150.0, 120.0, 255.0],
        strength: 0.40,
    },
    Ribbon {
        middle: 0.95,
        swing: 0.10,
        waves: 0.75,
        phase: 1.1,
        width: 0.07,
        color: [90.0, 200.0, 255.0],
        strength: 0.36,
    },
];

const TOP: [f32; 3] = [26.0, 16.0, 68.0];
const BOTTOM: [f32; 3] = [8.0, 28.0, 58.0];

/// How the morning is made from the night: the sky's colours, and how much white every light has.
const MORNING_TOP: [f32; 3] = [226.0, 220.0, 255.0];
const MORNING_BOTTOM: [f32; 3] = [206.0, 236.0, 250.0];
const MORNING_WHITE: f32 = 0.38;

/// Colours are computed this many px apart, and in between on straight lines: all shapes are far larger.
const GRID_PX: i32 = 4;

/// A picture of this size, opaque.
pub(super) fn pixels(width_px: i32, height_px: i32, morning: bool) -> Pixels {
    let (columns, rows) = (width_px / GRID_PX + 2, height_px / GRID_PX + 2);
    let unit = GRID_PX as f32 / height_px as f32;
    // Twice as wide as high is what the lights were placed for; other shapes are stretched to it.
    let stretch = 2.0 * height_px as f32 / width_px as f32;
    let grid: Vec<[f32; 3]> = (0..rows)
        .flat_map(|row| {
            (0..columns)
                .map(move |column| color_at(column as f32 * unit * stretch, row as f32 * unit, morning))
        })
        .collect();
    let mut rgba = Vec::with_capacity((width_px * height_px * 4) as usize);
    for y in 0..height_px {
        let down = (y % GRID_PX) as f32 / GRID_PX as f32;
        for x in 0..width_px {
            let across = (x % GRID_PX) as f32 / GRID_PX as f32;
            let at = (y / GRID_PX * columns + x / GRID_PX) as usize;
            let below = at + columns as usize;
            let color = mix(
                mix(grid[at], grid[at + 1], across),
                mix(grid[below], grid[below + 1], across),
                down,
            );
            rgba.extend_from_slice(&dithered(color, x, y));
        }
    }
    Pixels::new(width_px.cast_unsigned(), height_px.cast_unsigned(), rgba, true)
}

fn color_at(x: f32, y: f32, morning: bool) -> [f32; 3] {
    let (top, bottom, white) = if morning {
        (MORNING_TOP, MORNING_BOTTOM, MORNING_WHITE)
    } else {
        (TOP, BOTTOM, 0.0)
    };
    let slant = ((x + 2.0 * y) / 4.0).clamp(0.0, 1.0);
    let mut color = mix(top, bottom, slant);
    let mut shine = |light: [f32; 3], strength: f32| {
        color = mix(color, mix(light, [255.0; 3], white), strength);
    };
    for glow in &GLOWS {
        let square = ((x - glow.x).powi(2) + (y - glow.y).powi(2)) / glow.radius.powi(2);
        shine(glow.color, glow.strength * (-2.0 * square).exp());
    }
    for ribbon in &RIBBONS {
        let middle =
            ribbon.middle + ribbon.swing * (std::f32::consts::TAU * ribbon.waves * x + ribbon.phase).sin();
        let distance = (y - middle) / ribbon.width;
        // Sharp above, soft below, as auroras are.
        let falloff = if distance < 0.0 { 3.2 } else { 0.55 };
        shine(
            ribbon.color,
            ribbon.strength * (-falloff * distance * distance).exp(),
        );
    }
    color
}
