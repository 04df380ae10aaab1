//! Draws pictures, one after the other.

use fast_image_resize::Resizer;

use crate::activity::{self, ActivityCard};
use crate::avatar::Masks;
use crate::background::Background;
use crate::brush::{Brush, Tools};
use crate::chart::{self, Chart};
use crate::decode::DecodeError;
use crate::encode::{self, Format};
use crate::group::{self, GroupCard};
use crate::leaderboard::{self, Leaderboard};
use crate::paint::Canvas;
use crate::picture::{CardError, Picture};
use crate::scene::Scene;
use crate::text::Typesetter;
use crate::welcome::{self, WelcomeCard};

/// Draws pictures. Keeps what it needs again (shaped fonts, glyphs, buffers: some 20 MB at most), so make one and use
/// it for long, on one thread; [`crate::Pool`] does that.
pub struct Painter {
    format: Format,
    canvas: Canvas,
    /// What the canvas is a copy of, but for what was drawn on it.
    on: Option<Background>,
    tools: Tools,
}

impl Painter {
    /// A painter of JPEGs. Takes about a millisecond; fonts are read when a name asks for them.
    pub fn new() -> Self {
        Self::with_format(Format::default())
    }

    /// A painter that writes its pictures in this format.
    pub fn with_format(format: Format) -> Self {
        Self {
            format,
            canvas: Canvas::new(0, 0, Vec::new()),
            on: None,
            tools: Tools {
                typesetter: Typesetter::new(),
                resizer: Resizer::new(),
                masks: Masks::default(),
            },
        }
    }

    /// Draws the welcome card.
    ///
    /// An avatar that cannot be read is replaced by one of our own, and [`Picture::avatar_refused`] says why. No name
    /// is an error: what cannot be shown is left out.
    ///
    /// # Errors
    /// [`CardError`]: the background was prepared for another picture, or the picture could not be encoded.
    pub fn welcome(&mut self, card: &WelcomeCard) -> Result<Picture, CardError> {
        self.picture(&card.background, Scene::Welcome, |brush| {
            welcome::draw(brush, card, &card.background.prepared().style)
        })
    }

    /// Draws the group card. Avatars that cannot be read are replaced silently.
    ///
    /// # Errors
    /// As for [`Painter::welcome`].
    pub fn group(&mut self, card: &GroupCard) -> Result<Picture, CardError> {
        self.picture(&card.background, Scene::Group, |brush| {
            group::draw(brush, card);
            None
        })
    }

    /// Draws the activity card; an avatar is treated as on the welcome card.
    ///
    /// # Errors
    /// As for [`Painter::welcome`].
    pub fn activity(&mut self, card: &ActivityCard) -> Result<Picture, CardError> {
        self.picture(&card.background, Scene::Activity, |brush| {
            activity::draw(brush, card)
        })
    }

    /// Draws the leaderboard. Avatars that cannot be read are replaced silently.
    ///
    /// # Errors
    /// As for [`Painter::welcome`].
    pub fn leaderboard(&mut self, card: &Leaderboard) -> Result<Picture, CardError> {
        self.picture(&card.background, Scene::Leaderboard, |brush| {
            leaderboard::draw(brush, card);
            None
        })
    }

    /// Draws the chart.
    ///
    /// # Errors
    /// As for [`Painter::welcome`].
    pub fn chart(&mut self, chart: &Chart) -> Result<Picture, CardError> {
        self.picture(&chart.background, Scene::Chart, |brush| {
            chart::draw(brush, chart);
            None
        })
    }

    fn picture(
        &mut self,
        background: &Background,
        scene: Scene,
        draw: impl FnOnce(&mut Brush<'_>) -> Option<DecodeError>,
    ) -> Result<Picture, CardError> {
        let avatar_refused = self.compose(background, scene, draw)?;
        Ok(Picture {
            bytes: encode::encode(&self.canvas, &background.prepared().base, self.format)?,
            format: self.format,
            width_px: self.canvas.width_px.cast_unsigned(),
            height_px: self.canvas.height_px.cast_unsigned(),
            avatar_refused,
        })
    }

    fn compose(
        &mut self,
        background: &Background,
        scene: Scene,
        draw: impl FnOnce(&mut Brush<'_>) -> Option<DecodeError>,
    ) -> Result<Option<DecodeError>, CardError> {
        let prepared = background.prepared();
        if prepared.scene != scene {
            return Err(CardError::OtherScene {
                wanted: scene,
                got: prepared.scene,
            });
        }
        if self.on.as_ref().is_some_and(|on| on.is(background)) {
            self.canvas.restore(&prepared.base.canvas);
        } else {
            self.canvas.copy(&prepared.base.canvas);
            self.on = Some(background.clone());
        }
        Ok(draw(&mut Brush {
            canvas: &mut self.canvas,
            tools: &mut self.tools,
            palette: &prepared.palette,
            shape: prepared.style.avatar_shape,
        }))
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
