//! The message that greets a member.

use discord::{Attachment, NewMessage};
use domain::guild::GuildFacts;
use domain::template::{Template, Values};
use domain::welcome::Welcome;

/// Puts the message together. Its nonce is the welcome's id, so that Discord itself refuses a second one.
pub(super) fn message(
    template: &Template,
    welcome: &Welcome,
    guild: &GuildFacts,
    card: Option<Attachment>,
) -> NewMessage {
    let values = Values {
        user: welcome.member.id,
        name: welcome.member.shown_name(),
        guild: &guild.name,
        number: welcome.member_number,
    };
    NewMessage {
        content: template.fill(&values),
        mention: Some(welcome.member.id),
        nonce: Some(welcome.id.nonce()),
        attachment: card,
    }
}
