//! The message that greets a member, or many.

use discord::{Attachment, Embed, NewMessage};
use domain::id::{UserId, WelcomeId};
use domain::template::{Medium, Template, Values};
use domain::welcome::Welcome;

use crate::plan::{GuildPlan, MessageStyle};

/// The most mentions that always fit into one message.
const MENTIONS_FITTING: usize = 80;

/// Puts the message together. Its nonce is the post's id, so that Discord itself refuses a second one.
pub(crate) fn message(
    plan: &GuildPlan,
    id: WelcomeId,
    welcomes: &[Welcome],
    card: Option<Attachment>,
) -> NewMessage {
    let values = all_values(plan, welcomes);
    let text = |medium| {
        filled(plan.text(id), medium, &values)
            // A group that was bound when the words were others.
            .unwrap_or_else(|| mentions(welcomes))
    };
    let (content, embeds) = match &plan.style {
        MessageStyle::Text => (text(Medium::Message), Vec::new()),
        MessageStyle::Embed { title, color } => {
            let embed = Embed {
                title: title
                    .as_ref()
                    .and_then(|title| filled(title, Medium::EmbedTitle, &values)),
                description: Some(text(Medium::EmbedText)),
                color: *color,
                image: card
                    .as_ref()
                    .map(|card| format!("attachment://{}", card.file_name)),
                ..Embed::default()
            };
            // Mentions in an embed tell nobody.
            (mentions(welcomes), vec![embed])
        }
    };
    NewMessage {
        content,
        mentions: users(welcomes),
        nonce: Some(id.nonce()),
        attachment: card,
        embeds,
    }
}

/// How many of the first welcomes one message with this id can greet, of at most `len_max`. At least 1.
pub(super) fn fitting(plan: &GuildPlan, id: WelcomeId, welcomes: &[Welcome], len_max: usize) -> usize {
    let (medium, len_max) = match plan.style {
        MessageStyle::Text => (Medium::Message, len_max),
        MessageStyle::Embed { .. } => (Medium::EmbedText, len_max.min(MENTIONS_FITTING)),
    };
    let values = all_values(plan, &welcomes[..welcomes.len().min(len_max)]);
    (2..=values.len())
        .rev()
        .find(|count| filled(plan.text(id), medium, &values[..*count]).is_some())
        .unwrap_or(1)
}

pub(super) fn users(welcomes: &[Welcome]) -> Vec<UserId> {
    welcomes.iter().map(|welcome| welcome.member.id).collect()
}

fn all_values<'a>(plan: &'a GuildPlan, welcomes: &'a [Welcome]) -> Vec<Values<'a>> {
    welcomes.iter().map(|welcome| plan.values(welcome)).collect()
}

/// One text for all; for one alone it is cut where it is too long.
fn filled(template: &Template, medium: Medium, values: &[Values<'_>]) -> Option<String> {
    match values {
        [only] => Some(template.fill_in(medium, only)),
        many => template.fill_for_all_in(medium, many),
    }
}

fn mentions(welcomes: &[Welcome]) -> String {
    let mentions: Vec<_> = welcomes
        .iter()
        .take(MENTIONS_FITTING)
        .map(|welcome| format!("<@{}>", welcome.member.id))
        .collect();
    mentions.join(" ")
}
