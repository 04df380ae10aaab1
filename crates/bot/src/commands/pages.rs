//! Lists that are turned page by page, from the newest line to older ones.

use discord::{ActionRow, Button, ButtonStyle, Component, Embed, Reply};

use super::call::Call;
use super::press::Press;
use super::refused::Refused;

/// The argument of the button that leads back to the newest line.
const NEWEST: &str = "newest";

/// A page of a list.
pub(super) struct Page<'a> {
    /// What turns it: the action of its buttons.
    pub(super) action: &'a str,
    /// Above the lines.
    pub(super) title: String,
    /// The lines, or that there are none; at most 4096 characters.
    pub(super) text: String,
    /// It is not the first one.
    pub(super) has_newer: bool,
    /// The id of its last line, where there are lines before that one.
    pub(super) older_than: Option<u64>,
}

/// The id before which the page begins that a button asks for; `None` for the newest.
///
/// # Errors
/// [`Refused::UnknownCommand`]: it is no such button.
pub(super) fn before(press: &Press) -> Result<Option<u64>, Refused> {
    match press.argument.as_str() {
        NEWEST => Ok(None),
        _ => press.number().map(Some).ok_or(Refused::UnknownCommand),
    }
}

impl Page<'_> {
    /// The page, which the caller alone sees and can turn.
    pub(super) fn reply(self, call: &Call) -> Reply {
        let button = |argument: String, label: String| {
            let press = Press::new(self.action, call.interaction.member.id, call.now, argument);
            Button::new(ButtonStyle::Secondary, press.custom_id(), label)
        };
        let mut buttons = Vec::new();
        if self.has_newer {
            buttons.push(button(NEWEST.to_owned(), call.words.newest()));
        }
        if let Some(id) = self.older_than {
            buttons.push(button(id.to_string(), call.words.older()));
        }
        let mut components = Vec::new();
        if !buttons.is_empty() {
            components.push(Component::ActionRow(ActionRow::Buttons(buttons)));
        }
        Reply {
            embeds: vec![Embed {
                title: Some(self.title),
                description: Some(self.text),
                ..Embed::default()
            }],
            components,
            ephemeral: true,
            ..Reply::default()
        }
    }
}
