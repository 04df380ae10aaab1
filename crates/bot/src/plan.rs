//! How one guild greets: what its admins chose, over what the installation does where they chose nothing.

mod card;
mod plans;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, WelcomeId};
use domain::language::Language;
use domain::settings::{Field, GuildSettings};
use domain::template::{Template, Values};
use domain::welcome::Welcome;
use domain::words::Words;
use domain::zone::Zone;

pub(crate) use self::card::{CardPlan, Look};
pub(crate) use plans::{Entrance, Plans};

use crate::card_design::CardDesign;
use crate::policy::WelcomePolicy;

/// How one guild greets, as of now.
#[derive(Clone, Debug)]
pub(crate) struct GuildPlan {
    /// The guild.
    pub(crate) guild: GuildFacts,
    /// Whether it greets at all.
    pub(crate) enabled: bool,
    /// Where; `None` when nobody named a channel.
    pub(crate) channel: Option<ChannelId>,
    /// The words, one of them for each message; at least one.
    texts: Vec<Template>,
    /// What the words stand in.
    pub(crate) style: MessageStyle,
    /// The picture; `None` when there is to be none.
    pub(crate) card: Option<CardPlan>,
    /// The language of all that nobody wrote.
    pub(crate) language: Language,
    /// The zone of times and dates.
    pub(crate) zone: Zone,
    /// Raids are not greeted.
    pub(crate) hold_back: bool,
    /// What the member alone is told.
    pub(crate) direct_message: Option<Template>,
}

/// What a message's words stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MessageStyle {
    /// In the message itself.
    Text,
    /// In an embed.
    Embed {
        /// Above them.
        title: Option<Template>,
        /// The colour of its edge, 0xRRGGBB.
        color: Option<u32>,
    },
}

/// What is said when a member leaves.
#[derive(Clone, Debug)]
pub(crate) struct FarewellPlan {
    /// The words.
    pub(crate) text: Template,
    /// Where; `None` when nobody named a channel.
    pub(crate) channel: Option<ChannelId>,
    /// The language of ordinals, ages and times.
    pub(crate) language: Language,
    /// The zone of times and dates.
    pub(crate) zone: Zone,
}

impl GuildPlan {
    /// The plan, and the settings that cannot be read, for which it has the default: the names that `card` has may change
    /// from version to version.
    pub(crate) fn of(
        guild: GuildFacts,
        settings: &GuildSettings,
        policy: &WelcomePolicy,
        cards: &CardDesign,
    ) -> (Self, Vec<Field>) {
        let language = language(&guild, settings);
        let (card, unreadable) = CardPlan::of(settings, cards, language);
        let plan = Self {
            enabled: enabled(settings),
            channel: welcome_channel(&guild, settings, policy),
            texts: texts(settings, policy, language),
            style: style(settings),
            card: settings.flag(Field::WelcomeCard).unwrap_or(true).then_some(card),
            language,
            zone: zone(settings),
            hold_back: hold_back(settings, policy),
            direct_message: settings.template(Field::DirectMessage).flatten(),
            guild,
        };
        (plan, unreadable)
    }

    /// The words of the message with this id: the same ones however often it is composed, as long as nobody changes them.
    pub(crate) fn text(&self, id: WelcomeId) -> &Template {
        &self.texts[pick(id.0, self.texts.len())]
    }

    /// The words of the guild's language.
    pub(crate) fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// What fills the places for a member.
    pub(crate) fn values<'a>(&'a self, welcome: &'a Welcome) -> Values<'a> {
        Values {
            user: welcome.member.id,
            name: welcome.member.shown_name(),
            username: &welcome.member.username,
            guild: &self.guild.name,
            number: welcome.member_number,
            joined_at: welcome.joined_at,
            language: self.language,
            zone: &self.zone,
        }
    }
}

impl FarewellPlan {
    /// `None` where nothing is said.
    pub(crate) fn of(guild: &GuildFacts, settings: &GuildSettings, policy: &WelcomePolicy) -> Option<Self> {
        let text = settings.template(Field::FarewellText).flatten()?;
        Some(Self {
            text,
            channel: settings
                .channel(Field::FarewellChannel)
                .or_else(|| welcome_channel(guild, settings, policy)),
            language: language(guild, settings),
            zone: zone(settings),
        })
    }
}

/// The guild's language: chosen, or that of the locale that its admins told Discord.
fn language(guild: &GuildFacts, settings: &GuildSettings) -> Language {
    settings
        .language()
        .unwrap_or_else(|| Language::of_locale(&guild.locale))
}

fn zone(settings: &GuildSettings) -> Zone {
    settings.time_zone().and_then(Zone::named).unwrap_or_default()
}

fn enabled(settings: &GuildSettings) -> bool {
    settings.flag(Field::WelcomeEnabled).unwrap_or(true)
}

fn after_screening(settings: &GuildSettings, policy: &WelcomePolicy) -> bool {
    settings
        .flag(Field::AfterScreening)
        .unwrap_or(policy.after_screening)
}

fn welcome_channel(
    guild: &GuildFacts,
    settings: &GuildSettings,
    policy: &WelcomePolicy,
) -> Option<ChannelId> {
    settings
        .channel(Field::WelcomeChannel)
        .or_else(|| policy.channel(guild))
}

/// The guild's own words, or the operator's; where neither wrote any, those of the guild's language.
fn texts(settings: &GuildSettings, policy: &WelcomePolicy, language: Language) -> Vec<Template> {
    let own = settings.welcome_texts();
    if !own.is_empty() {
        return own;
    }
    let built_in = |language| Words::template(Words::of(language).welcome);
    let is_own = policy.message != built_in(Language::default());
    vec![if is_own {
        policy.message.clone()
    } else {
        built_in(language)
    }]
}

fn style(settings: &GuildSettings) -> MessageStyle {
    if settings.get(Field::WelcomeStyle) != Some("embed") {
        return MessageStyle::Text;
    }
    MessageStyle::Embed {
        title: settings.template(Field::EmbedTitle).flatten(),
        color: settings
            .get(Field::EmbedColor)
            .and_then(|color| u32::from_str_radix(color.strip_prefix('#')?, 16).ok()),
    }
}

fn hold_back(settings: &GuildSettings, policy: &WelcomePolicy) -> bool {
    settings
        .get(Field::Raids)
        .map_or(policy.raids.hold_back, |raids| raids == "hold-back")
}

/// One of `count` by an id, each as often as the others. Ids are times and counts, so their bits are mixed first
/// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn pick(id: u64, count: usize) -> usize {
    let mut bits = id.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    let count = count.max(1) as u64;
    usize::try_from(bits % count).expect("less than a usize")
}

#[cfg(test)]
mod tests;
