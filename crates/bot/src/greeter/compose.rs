//! The message that greets a member, or many.

use discord::{Attachment, NewMessage};
use domain::guild::GuildFacts;
use domain::id::{UserId, WelcomeId};
use domain::language::Language;
use domain::template::{Template, Values};
use domain::welcome::Welcome;
use domain::zone::Zone;

/// Puts the message together. Its nonce is the post's id, so that Discord itself refuses a second one.
pub(super) fn message(
    template: &Template,
    id: WelcomeId,
    welcomes: &[Welcome],
    guild: &GuildFacts,
    card: Option<Attachment>,
) -> NewMessage {
    let content = match welcomes {
        [only] => template.fill(&values(only, guild)),
        many => template
            .fill_for_all(&all_values(many, guild))
            .unwrap_or_else(|| mentions_alone(many)),
    };
    NewMessage {
        content,
        mentions: users(welcomes),
        nonce: Some(id.nonce()),
        attachment: card,
        embeds: Vec::new(),
    }
}

/// How many of the first welcomes one message can greet, of at most `len_max`. At least 1.
pub(super) fn fitting(
    template: &Template,
    welcomes: &[Welcome],
    guild: &GuildFacts,
    len_max: usize,
) -> usize {
    let values = all_values(&welcomes[..welcomes.len().min(len_max)], guild);
    (2..=values.len())
        .rev()
        .find(|count| template.fill_for_all(&values[..*count]).is_some())
        .unwrap_or(1)
}

pub(super) fn users(welcomes: &[Welcome]) -> Vec<UserId> {
    welcomes.iter().map(|welcome| welcome.member.id).collect()
}

fn all_values<'a>(welcomes: &'a [Welcome], guild: &'a GuildFacts) -> Vec<Values<'a>> {
    welcomes.iter().map(|welcome| values(welcome, guild)).collect()
}

fn values<'a>(welcome: &'a Welcome, guild: &'a GuildFacts) -> Values<'a> {
    Values {
        user: welcome.member.id,
        name: welcome.member.shown_name(),
        username: &welcome.member.username,
        guild: &guild.name,
        number: welcome.member_number,
        joined_at: welcome.joined_at,
        language: Language::of_locale(&guild.locale),
        zone: Zone::utc(),
    }
}

/// For a group that was bound when the words were others. 80 mentions always fit.
fn mentions_alone(welcomes: &[Welcome]) -> String {
    let mentions: Vec<_> = welcomes
        .iter()
        .take(80)
        .map(|welcome| format!("<@{}>", welcome.member.id))
        .collect();
    mentions.join(" ")
}
