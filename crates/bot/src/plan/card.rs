//! The picture's part of a plan.

use std::str::FromStr;

use card::{CardStyle, Color};
use domain::asset::ContentHash;
use domain::language::Language;
use domain::settings::{Field, GuildSettings};
use domain::template::Template;
use domain::words::Words;

use crate::card_design::{CardDesign, CardWords};

/// What a guild's cards say, and how they look.
#[derive(Clone, Debug)]
pub(crate) struct CardPlan {
    /// The lines besides the name.
    pub(crate) words: CardWords,
    /// What is prepared once for all cards that look alike.
    pub(crate) look: Look,
}

/// How cards look, whoever they are for and whatever they say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    /// The style.
    pub(crate) style: CardStyle,
    /// The guild's own picture; `None` is the installation's.
    pub(crate) background: Option<ContentHash>,
}

impl CardPlan {
    /// The plan, and the settings that cannot be read.
    pub(super) fn of(settings: &GuildSettings, cards: &CardDesign, language: Language) -> (Self, Vec<Field>) {
        let mut reader = Reader {
            settings,
            unreadable: Vec::new(),
        };
        let usual = cards.style();
        let style = CardStyle {
            layout: reader.value(Field::CardLayout).unwrap_or(usual.layout),
            theme: reader.value(Field::CardTheme).unwrap_or(usual.theme),
            accent: reader.value::<Color>(Field::CardAccent).or(usual.accent),
            panel: reader.value::<Color>(Field::CardPanel).or(usual.panel),
            text: reader.value::<Color>(Field::CardText).or(usual.text),
            panel_opacity: reader.value(Field::CardOpacity).or(usual.panel_opacity),
            avatar_shape: reader.value(Field::CardAvatar).unwrap_or(usual.avatar_shape),
            ring: reader.value(Field::CardRing).unwrap_or(usual.ring),
            alignment: reader.value(Field::CardAlignment).or(usual.alignment),
        };
        let look = Look {
            style,
            background: reader.value(Field::CardBackground),
        };
        let plan = Self {
            words: words(settings, cards.words(), language),
            look,
        };
        (plan, reader.unreadable)
    }
}

struct Reader<'a> {
    settings: &'a GuildSettings,
    unreadable: Vec<Field>,
}

impl Reader<'_> {
    fn value<T: FromStr>(&mut self, field: Field) -> Option<T> {
        let text = self.settings.get(field)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.unreadable.push(field);
        }
        value
    }
}

/// The guild's lines, or the operator's; where neither wrote any, those of the guild's language.
fn words(settings: &GuildSettings, usual: &CardWords, language: Language) -> CardWords {
    let (english, own) = (Words::of(Language::default()), Words::of(language));
    let line = |field, usual: &Option<Template>, english, own| {
        settings.template(field).unwrap_or_else(|| {
            if *usual == Some(Words::template(english)) {
                Some(Words::template(own))
            } else {
                usual.clone()
            }
        })
    };
    CardWords {
        title: line(Field::CardTitle, &usual.title, english.card_title, own.card_title),
        subtitle: line(
            Field::CardSubtitle,
            &usual.subtitle,
            english.card_subtitle,
            own.card_subtitle,
        ),
        badge: line(Field::CardBadge, &usual.badge, english.card_badge, own.card_badge),
    }
}
