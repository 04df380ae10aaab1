//! What carries the text: frosted glass, or a veil; and the ring that awaits the avatar.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::avatar;
use crate::layout::Panel;
use crate::paint::{Canvas, Rect, dithered, inside, rounded_distance};
use crate::palette::Palette;
use crate::style::{CardStyle, Ring};

/// What lies behind the panel is blurred by way of a picture this many times smaller.
const BLUR_SCALE: u32 = 14;
const SHADOW_PX: f32 = 34.0;
const SHADOW_DROP_PX: f32 = 8.0;
const EDGE_WIDTH_PX: f32 = 1.5;
const EDGE_ALPHA: f32 = 0.16;

/// Lays the panel over a picture.
pub(super) fn lay(canvas: &mut Canvas, resizer: &mut Resizer, panel: Panel, palette: &Palette) {
    match panel {
        Panel::Glass { place, radius_px } => glass(canvas, resizer, place, radius_px, palette),
        Panel::Veil { place, reach_px } => veil(canvas, place, reach_px, palette),
    }
}

fn glass(canvas: &mut Canvas, resizer: &mut Resizer, place: Rect, radius: f32, palette: &Palette) {
    let (glass, opacity) = blurred(canvas, resizer, place, palette);
    shadow(canvas, place, radius, palette.shadow_alpha);
    let (glass, _) = glass.as_chunks::<4>();
    for y in place.top..place.bottom {
        for (x, under) in (place.left..).zip(canvas.row_mut(y, place.left, place.right)) {
            let distance = rounded_distance(place, radius, x as f32 + 0.5, y as f32 + 0.5);
            let part = inside(distance);
            if part == 0.0 {
                continue;
            }
            let [red, green, blue, _] = glass[((y - place.top) * place.width() + x - place.left) as usize];
            let tinted = palette.through_panel([red, green, blue], opacity);
            let edge = EDGE_ALPHA * inside(-distance - EDGE_WIDTH_PX);
            let color = std::array::from_fn(|channel| {
                let lit = tinted[channel] + (255.0 - tinted[channel]) * edge;
                lit * part + f32::from(under[channel]) * (1.0 - part)
            });
            *under = dithered(color, x, y);
        }
    }
}

/// What lies behind the panel, blurred, RGBX of the panel's size, and how opaque the panel must be over it.
fn blurred(canvas: &Canvas, resizer: &mut Resizer, place: Rect, palette: &Palette) -> (Vec<u8>, f32) {
    let (width, height) = (place.width().cast_unsigned(), place.height().cast_unsigned());
    let whole = ImageRef::new(
        canvas.width_px.cast_unsigned(),
        canvas.height_px.cast_unsigned(),
        &canvas.rgbx,
        PixelType::U8x4,
    )
    .expect("a canvas has as many pixels as its sides say");
    let mut small = Image::new(
        width.div_ceil(BLUR_SCALE),
        height.div_ceil(BLUR_SCALE),
        PixelType::U8x4,
    );
    let mut glass = Image::new(width, height, PixelType::U8x4);
    let smooth = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Gaussian))
        .use_alpha(false);
    let behind = smooth.crop(place.left.into(), place.top.into(), width.into(), height.into());
    resizer
        .resize(&whole, &mut small, &behind)
        .expect("the panel lies on the canvas");
    resizer
        .resize(&small, &mut glass, &smooth)
        .expect("both have the same pixel type");
    let (pixels, _) = small.buffer().as_chunks::<4>();
    let opacity = palette.opacity(pixels.iter().map(|&[red, green, blue, _]| [red, green, blue]));
    (glass.into_vec(), opacity)
}

fn shadow(canvas: &mut Canvas, panel: Rect, radius: f32, alpha: f32) {
    let reach = SHADOW_PX as i32;
    let place = Rect {
        left: panel.left - reach,
        top: panel.top - reach,
        right: panel.right + reach,
        bottom: panel.bottom + reach + SHADOW_DROP_PX as i32,
    };
    canvas.fill(place, [0, 0, 0], |x, y| {
        let distance = rounded_distance(panel, radius, x, y - SHADOW_DROP_PX);
        alpha * (1.0 - distance / SHADOW_PX).clamp(0.0, 1.0).powi(2)
    });
}

fn veil(canvas: &mut Canvas, place: Rect, reach: f32, palette: &Palette) {
    let visible = place.intersection(canvas.bounds());
    let mut opacity = 0.0_f32;
    for y in visible.top..visible.bottom {
        let row = canvas.row_mut(y, visible.left, visible.right);
        let needed = palette.opacity(row.iter().map(|&[red, green, blue, _]| [red, green, blue]));
        opacity = opacity.max(needed);
    }
    for y in 0..canvas.height_px {
        let width = canvas.width_px;
        for (x, under) in (0..).zip(canvas.row_mut(y, 0, width)) {
            let distance = rounded_distance(place, 0.0, x as f32 + 0.5, y as f32 + 0.5);
            let near = (1.0 - distance / reach).clamp(0.0, 1.0);
            if near == 0.0 {
                continue;
            }
            // Smooth at both ends, so that no edge shows.
            let part = opacity * near * near * (3.0 - 2.0 * near);
            let [red, green, blue, _] = *under;
            *under = dithered(palette.through_panel([red, green, blue], part), x, y);
        }
    }
}

/// Draws the plate that shows through transparent avatars, and the ring around it.
pub(super) fn ring(canvas: &mut Canvas, avatar: Rect, style: &CardStyle, palette: &Palette) {
    let (gap, width) = (avatar.width() as f32 / 36.0, avatar.width() as f32 / 50.0);
    let radius = avatar::radius(avatar.width(), style.avatar_shape);
    let distance = |x, y| rounded_distance(avatar, radius, x, y);
    canvas.fill(avatar, palette.plate, |x, y| inside(distance(x, y)));
    if style.ring == Ring::None {
        return;
    }
    let reach = (gap + width).ceil() as i32 + 1;
    let place = Rect {
        left: avatar.left - reach,
        top: avatar.top - reach,
        right: avatar.right + reach,
        bottom: avatar.bottom + reach,
    };
    canvas.gradient(place, palette.ring, |x, y| {
        // Measured from the outline, so that the ring runs beside it.
        let part = inside((distance(x, y) - gap - width / 2.0).abs() - width / 2.0);
        let across =
            (x - place.left as f32) / place.width() as f32 + (y - place.top as f32) / place.height() as f32;
        (part, across / 2.0)
    });
}
