//! The panel of frosted glass that carries the text, and the ring that awaits the avatar.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::contrast;
use crate::layout::{AVATAR, PANEL, PANEL_RADIUS_PX, PLATE, RING_FROM, RING_GAP_PX, RING_TO, RING_WIDTH_PX};
use crate::paint::{Canvas, Rect, dithered, inside, rounded_distance};

/// What lies behind the panel is blurred by way of a picture this many times smaller.
const BLUR_SCALE: u32 = 14;
const SHADOW_PX: f32 = 34.0;
const SHADOW_DROP_PX: f32 = 8.0;
const SHADOW_ALPHA: f32 = 0.42;
const EDGE_WIDTH_PX: f32 = 1.5;
const EDGE_ALPHA: f32 = 0.16;

/// Lays the panel over a picture of the card's size.
pub(super) fn lay(canvas: &mut Canvas, resizer: &mut Resizer) {
    let (glass, opacity) = glass(canvas, resizer);
    shadow(canvas);
    let (glass, _) = glass.as_chunks::<4>();
    for y in PANEL.top..PANEL.bottom {
        for (x, under) in (PANEL.left..).zip(canvas.row_mut(y, PANEL.left, PANEL.right)) {
            let distance = rounded_distance(PANEL, PANEL_RADIUS_PX, x as f32 + 0.5, y as f32 + 0.5);
            let part = inside(distance);
            if part == 0.0 {
                continue;
            }
            let [red, green, blue, _] = glass[((y - PANEL.top) * PANEL.width() + x - PANEL.left) as usize];
            let tinted = contrast::through_panel([red, green, blue], opacity);
            let edge = EDGE_ALPHA * inside(-distance - EDGE_WIDTH_PX);
            let color = std::array::from_fn(|channel| {
                let lit = tinted[channel] + (255.0 - tinted[channel]) * edge;
                lit * part + f32::from(under[channel]) * (1.0 - part)
            });
            *under = dithered(color, x, y);
        }
    }
    ring(canvas);
}

/// What lies behind the panel, blurred, RGBX of the panel's size, and how opaque the panel must be over it.
fn glass(canvas: &Canvas, resizer: &mut Resizer) -> (Vec<u8>, f32) {
    let (width, height) = (PANEL.width().cast_unsigned(), PANEL.height().cast_unsigned());
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
    let behind = smooth.crop(PANEL.left.into(), PANEL.top.into(), width.into(), height.into());
    resizer
        .resize(&whole, &mut small, &behind)
        .expect("the panel lies on the canvas");
    resizer
        .resize(&small, &mut glass, &smooth)
        .expect("both have the same pixel type");
    let (pixels, _) = small.buffer().as_chunks::<4>();
    let opacity = contrast::panel_opacity(pixels.iter().map(|&[red, green, blue, _]| [red, green, blue]));
    (glass.into_vec(), opacity)
}

fn shadow(canvas: &mut Canvas) {
    let reach = SHADOW_PX as i32;
    let place = Rect {
        left: PANEL.left - reach,
        top: PANEL.top - reach,
        right: PANEL.right + reach,
        bottom: PANEL.bottom + reach + SHADOW_DROP_PX as i32,
    };
    canvas.fill(place, [0, 0, 0], |x, y| {
        let distance = rounded_distance(PANEL, PANEL_RADIUS_PX, x, y - SHADOW_DROP_PX);
        SHADOW_ALPHA * (1.0 - distance / SHADOW_PX).clamp(0.0, 1.0).powi(2)
    });
}

/// The plate that shows through transparent avatars, and the ring around it.
fn ring(canvas: &mut Canvas) {
    let reach = (RING_GAP_PX + RING_WIDTH_PX).ceil() as i32 + 1;
    let place = Rect {
        left: AVATAR.left - reach,
        top: AVATAR.top - reach,
        right: AVATAR.right + reach,
        bottom: AVATAR.bottom + reach,
    };
    let radius = AVATAR.width() as f32 / 2.0;
    let distance = |x, y| rounded_distance(AVATAR, radius, x, y);
    canvas.fill(AVATAR, PLATE, |x, y| inside(distance(x, y)));
    canvas.fill(place, RING_FROM, |x, y| ring_coverage(distance(x, y)));
    // The second colour grows over the first from the left top to the right bottom.
    canvas.fill(place, RING_TO, |x, y| {
        let across =
            (x - place.left as f32) / place.width() as f32 + (y - place.top as f32) / place.height() as f32;
        ring_coverage(distance(x, y)) * (across / 2.0)
    });
}

fn ring_coverage(distance: f32) -> f32 {
    inside((distance - RING_GAP_PX - RING_WIDTH_PX / 2.0).abs() - RING_WIDTH_PX / 2.0)
}
