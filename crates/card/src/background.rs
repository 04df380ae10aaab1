//! What a card stands on, prepared once: everything that does not change from member to member is drawn already.

mod blur;
mod built_in;
mod panel;

use std::fmt;
use std::sync::Arc;

use fast_image_resize::Resizer;

use crate::decode::{self, DecodeError};
use crate::encode::Base;
use crate::paint::Canvas;
use crate::palette::Palette;
use crate::pixels::Pixels;
use crate::scene::Scene;
use crate::style::{CardStyle, Theme};

/// A background prepared for one picture in one style. Cheap to clone; holds [`Background::bytes`] however often it is
/// cloned.
#[derive(Clone)]
pub struct Background {
    prepared: Arc<Prepared>,
}

pub(crate) struct Prepared {
    pub(crate) scene: Scene,
    pub(crate) style: CardStyle,
    pub(crate) palette: Palette,
    /// The background with panel and ring.
    pub(crate) base: Base,
}

impl Background {
    /// Prepares the background that is built in, which has a dark and a light face. Takes some 10 ms.
    pub fn built_in(scene: Scene, style: &CardStyle) -> Self {
        let frame = scene.frame(style.layout);
        let picture = built_in::pixels(frame.width_px, frame.height_px, style.theme == Theme::Light);
        Self::prepare(picture, &mut Resizer::new(), scene, style)
    }

    /// Prepares a picture: decodes it, scales it so that it covers the card, lays the panel over it. Transparent
    /// parts take the panel's colour. Takes 10 to 30 ms for a large picture, so it does not belong on a thread that
    /// others wait for.
    ///
    /// `bytes` is PNG, JPEG, WebP or GIF (first frame), told apart by content; at most
    /// [`crate::PICTURE_BYTES_MAX`] bytes and [`crate::PICTURE_SIDE_MAX_PX`] a side.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong with the bytes; keep the earlier background, or use [`Background::built_in`].
    pub fn decode(bytes: &[u8], scene: Scene, style: &CardStyle) -> Result<Self, DecodeError> {
        let [background] = Self::decode_for(bytes, [scene], style)?;
        Ok(background)
    }

    /// As [`Background::decode`], for several pictures; what they stand on is decoded once.
    ///
    /// # Errors
    /// As for [`Background::decode`].
    pub fn decode_for<const N: usize>(
        bytes: &[u8],
        scenes: [Scene; N],
        style: &CardStyle,
    ) -> Result<[Self; N], DecodeError> {
        let sizes = scenes.map(|scene| scene.frame(style.layout).size_px());
        let picture = decode::decode_to_cover(bytes, &sizes)?;
        let mut resizer = Resizer::new();
        Ok(scenes.map(|scene| {
            let (width_px, height_px) = scene.frame(style.layout).size_px();
            let fitted = picture.cover(&mut resizer, width_px, height_px);
            Self::prepare(fitted, &mut resizer, scene, style)
        }))
    }

    /// The memory that it holds, for caches that count bytes. Grows by some 5% when it is used for the second time.
    pub fn bytes(&self) -> usize {
        self.prepared.base.bytes()
    }

    /// `picture` is of the scene's size.
    fn prepare(picture: Pixels, resizer: &mut Resizer, scene: Scene, style: &CardStyle) -> Self {
        let frame = scene.frame(style.layout);
        // The fourth bytes are still alphas.
        let mut canvas = Canvas::new(frame.width_px, frame.height_px, picture.rgba);
        let palette = Palette::new(style, &canvas);
        if !picture.opaque {
            flatten(&mut canvas, palette.panel);
        }
        panel::lay(&mut canvas, resizer, frame.panel, &palette);
        if let Some(avatar) = frame.avatar {
            panel::ring(&mut canvas, avatar, style, &palette);
        }
        Self {
            prepared: Arc::new(Prepared {
                scene,
                style: style.clone(),
                palette,
                base: Base::new(canvas),
            }),
        }
    }

    /// Whether both are clones of one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.prepared, &other.prepared)
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prepared { scene, style, .. } = self.prepared();
        f.debug_struct("Background")
            .field("scene", scene)
            .field("style", style)
            .finish_non_exhaustive()
    }
}

/// Lays a picture with alphas over a colour.
fn flatten(canvas: &mut Canvas, [red, green, blue]: [u8; 3]) {
    let transparent = std::mem::take(&mut canvas.rgbx);
    let (pixels, _) = transparent.as_chunks::<4>();
    canvas.rgbx = [red, green, blue, 255].repeat(pixels.len());
    canvas.blend(canvas.bounds(), canvas.bounds(), |at| pixels[at]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{contrast, floats};
    use crate::layout::Panel;
    use crate::palette::{RATIO_MIN, Tone};
    use crate::style::Layout;

    /// A picture out of a colour for each pixel.
    fn picture(color: impl Fn(u32, u32) -> [u8; 4], opaque: bool) -> Pixels {
        let rgba = (0..512).flat_map(|y| (0..1024).map(move |x| (x, y)));
        Pixels::new(1024, 512, rgba.flat_map(|(x, y)| color(x, y)).collect(), opaque)
    }

    fn prepared(picture: &Pixels, scene: Scene, style: &CardStyle) -> Background {
        let (width_px, height_px) = scene.frame(style.layout).size_px();
        let mut resizer = Resizer::new();
        let fitted = picture.cover(&mut resizer, width_px, height_px);
        Background::prepare(fitted, &mut resizer, scene, style)
    }

    /// Where text stands on a scene.
    fn text_places(scene: Scene, layout: Layout) -> Vec<crate::paint::Rect> {
        match (scene, scene.frame(layout).panel) {
            (Scene::Welcome, _) => {
                let blocks = layout.description().blocks;
                blocks.iter().map(|block| block.place).collect()
            }
            (_, Panel::Glass { place, .. } | Panel::Veil { place, .. }) => vec![crate::paint::Rect {
                left: place.left + 30,
                top: place.top + 20,
                right: place.right - 30,
                bottom: place.bottom - 20,
            }],
        }
    }

    /// The worst contrast ratio of any text to any pixel that it may stand on, but for the avatar.
    fn worst_ratio(background: &Background) -> f32 {
        let prepared = background.prepared();
        let avatar = prepared.scene.frame(prepared.style.layout).avatar;
        let mut canvas = prepared.base.canvas.clone();
        let mut worst = f32::INFINITY;
        for place in text_places(prepared.scene, prepared.style.layout) {
            for y in place.top..place.bottom {
                for (x, &[red, green, blue, _]) in
                    (place.left..).zip(&*canvas.row_mut(y, place.left, place.right))
                {
                    let on_avatar = avatar.is_some_and(|avatar| {
                        (avatar.left - 16..avatar.right + 16).contains(&x)
                            && (avatar.top - 16..avatar.bottom + 16).contains(&y)
                    });
                    if on_avatar {
                        continue;
                    }
                    for tone in [Tone::Text, Tone::Soft, Tone::Accent] {
                        let text = floats(prepared.palette.tone(tone));
                        worst = worst.min(contrast(text, floats([red, green, blue])));
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn text_is_legible_on_any_background_in_every_look() {
        let white = picture(|_, _| [255; 4], true);
        let stripes = picture(
            |x, _| {
                if x / 40 % 2 == 0 {
                    [255, 255, 0, 255]
                } else {
                    [0, 0, 0, 255]
                }
            },
            true,
        );
        let noise = picture(
            |x, y| {
                [
                    (x * 31 + y * 17) as u8,
                    (x * y) as u8,
                    ((x * 7) ^ (y * 13)) as u8,
                    255,
                ]
            },
            true,
        );
        let ghost = picture(|x, y| [255, 255, 255, (x + y) as u8], false);
        let scenes = Layout::ALL.iter().map(|&layout| (Scene::Welcome, layout)).chain(
            [Scene::Group, Scene::Activity, Scene::Leaderboard, Scene::Chart]
                .map(|scene| (scene, Layout::Classic)),
        );
        for (scene, layout) in scenes {
            for &theme in Theme::ALL {
                let style = CardStyle {
                    layout,
                    theme,
                    ..CardStyle::default()
                };
                for (name, picture) in [
                    ("white", &white),
                    ("stripes", &stripes),
                    ("noise", &noise),
                    ("transparent", &ghost),
                ] {
                    let ratio = worst_ratio(&prepared(picture, scene, &style));
                    assert!(ratio >= RATIO_MIN, "{scene:?} {style:?} on {name}: {ratio}");
                }
                let built_in = worst_ratio(&Background::built_in(scene, &style));
                assert!(built_in >= RATIO_MIN, "{scene:?} {style:?} built in: {built_in}");
            }
        }
    }

    #[test]
    fn background_covers_the_card_and_keeps_its_shape() {
        // Red above, blue below, far too tall: the middle is what is seen.
        let tall: Vec<u8> = (0..2000_u32)
            .flat_map(|y| {
                if y < 1000 {
                    [255, 0, 0, 255]
                } else {
                    [0, 0, 255, 255]
                }
                .repeat(100)
            })
            .collect();
        let background = prepared(
            &Pixels::new(100, 2000, tall, true),
            Scene::Welcome,
            &CardStyle::default(),
        );
        let mut canvas = background.prepared().base.canvas.clone();
        assert_eq!(canvas.row_mut(2, 0, 1)[0][..3], [255, 0, 0]);
        assert_eq!(canvas.row_mut(509, 0, 1)[0][..3], [0, 0, 255]);
    }
}
