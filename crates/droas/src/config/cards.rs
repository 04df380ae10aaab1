//! The section `cards`, checked: how cards look and what they say.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use bot::{CardDesign, CardWords};
use card::{Alignment, CardStyle, Color, Opacity};
use domain::template::Template;

use super::schema::CardSettings;

/// Reads the looks, the words and the background; adds a sentence for each mistake.
pub(super) fn design(cards: &CardSettings, mistakes: &mut Vec<String>) -> Option<CardDesign> {
    let before = mistakes.len();
    let mut reader = Reader { mistakes };
    let style = CardStyle {
        layout: reader.value("layout", &cards.layout).unwrap_or_default(),
        theme: reader.value("theme", &cards.theme).unwrap_or_default(),
        accent: reader.value_if_any::<Color>("accent", &cards.accent),
        panel: reader.value_if_any::<Color>("panel", &cards.panel),
        text: reader.value_if_any::<Color>("text", &cards.text),
        panel_opacity: reader.value_if_any::<Opacity>("panel_opacity", &cards.panel_opacity),
        avatar_shape: reader
            .value("avatar_shape", &cards.avatar_shape)
            .unwrap_or_default(),
        ring: reader.value("ring", &cards.ring).unwrap_or_default(),
        alignment: reader.value_if_any::<Alignment>("alignment", &cards.alignment),
    };
    let words = CardWords {
        title: reader.line("title", &cards.title),
        subtitle: reader.line("subtitle", &cards.subtitle),
        badge: reader.line("badge", &cards.badge),
    };
    let picture = reader.picture(&cards.background);
    if mistakes.len() > before {
        return None;
    }
    CardDesign::new(&style, words, picture.as_deref())
        .map_err(|error| {
            mistakes.push(format!(
                "cards.background, {}: {error}",
                cards.background.display()
            ))
        })
        .ok()
}

struct Reader<'a> {
    mistakes: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn value<T: FromStr<Err: Display>>(&mut self, key: &str, text: &str) -> Option<T> {
        text.parse()
            .map_err(|error| self.mistakes.push(format!("cards.{key}: {error}")))
            .ok()
    }

    fn value_if_any<T: FromStr<Err: Display>>(&mut self, key: &str, text: &str) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        self.value(key, text)
    }

    fn line(&mut self, key: &str, text: &str) -> Option<Template> {
        if text.is_empty() {
            return None;
        }
        Template::parse(text)
            .map_err(|error| self.mistakes.push(format!("cards.{key}: {error}")))
            .ok()
    }

    fn picture(&mut self, path: &Path) -> Option<Vec<u8>> {
        if path.as_os_str().is_empty() {
            return None;
        }
        std::fs::read(path)
            .map_err(|error| {
                self.mistakes.push(format!(
                    "the file {} of cards.background cannot be read: {error}",
                    path.display()
                ));
            })
            .ok()
    }
}
