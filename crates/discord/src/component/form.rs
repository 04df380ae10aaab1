//! What Discord would refuse, found before it is sent.

use super::{Accessory, ActionRow, Button, Component, Media, Modal, ModalInput, ModalPart, SelectOption};

/// The most components of a message, those inside others counted too.
/// Source: Discord's documentation, "Component Reference", heading "Container", read in August 2026.
pub const COMPONENTS_MAX: usize = 40;

const CUSTOM_ID_LEN_MAX: usize = 100;
/// Characters of all texts of a message of components.
const TEXT_LEN_MAX: usize = 4000;

/// Why a message or a modal is not sent: Discord would refuse its form. A mistake of the program's, or a text of
/// somebody's that nobody had measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// More than 40 components.
    #[error("{count} components are more than {COMPONENTS_MAX}")]
    TooManyComponents {
        /// How many there are.
        count: usize,
    },
    /// Text or embeds beside components of version 2.
    #[error("a message of components has no text and no embeds of its own")]
    TextBesideComponents,
    /// A container in a container.
    #[error("a container stands in a container")]
    NestedContainer,
    /// Two components of the same custom id.
    #[error("two components have the same custom id")]
    DuplicateCustomId,
    /// A text is too long.
    #[error("{field} has {count} characters, and at most {max} are allowed")]
    TooLong {
        /// Which.
        field: &'static str,
        /// How many characters it has.
        count: usize,
        /// How many it may have.
        max: usize,
    },
    /// A list is too long.
    #[error("there are {count} {field}, and at most {max} are allowed")]
    TooMany {
        /// Of what.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A colour has more than 24 bits.
    #[error("0x{color:x} is not a colour of 24 bits")]
    NotAColor {
        /// The number.
        color: u32,
    },
    /// A text or a list is empty that must not be.
    #[error("{field} must not be empty")]
    Empty {
        /// Which.
        field: &'static str,
    },
}

/// Whether the message is one of components alone.
pub(crate) fn is_v2(components: &[Component]) -> bool {
    components
        .iter()
        .any(|component| !matches!(component, Component::ActionRow(_)))
}

/// Checks the components of a message.
pub(crate) fn check_message(components: &[Component]) -> Result<(), FormError> {
    let mut seen = Seen::default();
    for component in components {
        seen.component(component, false)?;
    }
    if seen.count > COMPONENTS_MAX {
        return Err(FormError::TooManyComponents { count: seen.count });
    }
    if !is_v2(components) {
        at_most("rows", components.len(), 5)?;
    }
    len_at_most("all text displays", seen.text_len, TEXT_LEN_MAX)
}

/// Checks a modal.
pub(crate) fn check_modal(modal: &Modal) -> Result<(), FormError> {
    let mut seen = Seen::default();
    seen.custom_id(&modal.custom_id)?;
    text("title", &modal.title, 45)?;
    list("parts of a modal", modal.parts.len(), 5)?;
    for part in &modal.parts {
        seen.part(part)?;
    }
    Ok(())
}

/// What was seen so far.
#[derive(Default)]
struct Seen<'a> {
    count: usize,
    text_len: usize,
    custom_ids: Vec<&'a str>,
}

impl<'a> Seen<'a> {
    fn component(&mut self, component: &'a Component, inside: bool) -> Result<(), FormError> {
        self.count += 1;
        match component {
            Component::Container { .. } if inside => return Err(FormError::NestedContainer),
            Component::Container { accent, components } => {
                color(*accent)?;
                filled("components", components.len())?;
                for component in components {
                    self.component(component, true)?;
                }
            }
            Component::Section { texts, accessory } => {
                list("texts of a section", texts.len(), 3)?;
                self.count += texts.len() + 1;
                for text in texts {
                    self.text(text)?;
                }
                match accessory {
                    Accessory::Button(button) => self.button(button)?,
                    Accessory::Thumbnail(picture) => media(picture)?,
                }
            }
            Component::TextDisplay(text) => self.text(text)?,
            Component::MediaGallery(items) => {
                list("pictures", items.len(), 10)?;
                items.iter().try_for_each(media)?;
            }
            Component::Separator { .. } => {}
            Component::ActionRow(ActionRow::Buttons(buttons)) => {
                list("buttons", buttons.len(), 5)?;
                self.count += buttons.len();
                for button in buttons {
                    self.button(button)?;
                }
            }
            Component::ActionRow(ActionRow::StringSelect(select)) => {
                self.count += 1;
                self.select(&select.custom_id, select.placeholder.as_deref())?;
                options(&select.options)?;
            }
            Component::ActionRow(ActionRow::ChannelSelect(select)) => {
                self.count += 1;
                self.select(&select.custom_id, select.placeholder.as_deref())?;
                at_most("chosen channels", select.default.len(), select.max.into())?;
            }
        }
        Ok(())
    }

    fn part(&mut self, part: &'a ModalPart) -> Result<(), FormError> {
        let (label, description, input) = match part {
            ModalPart::Text(text) => return self.text(text),
            ModalPart::Label {
                label,
                description,
                input,
            } => (label, description, input),
        };
        text("label", label, 45)?;
        if let Some(description) = description {
            text("description", description, 100)?;
        }
        match input {
            ModalInput::Text(input) => {
                self.select(&input.custom_id, None)?;
                let len = |text: &Option<String>| text.as_deref().map_or(0, |text| text.chars().count());
                len_at_most("placeholder", len(&input.placeholder), 100)?;
                len_at_most("text", len(&input.value), input.len_max.min(4000).into())
            }
            ModalInput::File(upload) => self.select(&upload.custom_id, None),
            ModalInput::StringSelect(select) => {
                self.select(&select.custom_id, select.placeholder.as_deref())?;
                options(&select.options)
            }
            ModalInput::ChannelSelect(select) => {
                self.select(&select.custom_id, select.placeholder.as_deref())?;
                at_most("chosen channels", select.default.len(), select.max.into())
            }
        }
    }

    fn text(&mut self, content: &str) -> Result<(), FormError> {
        self.text_len += content.chars().count();
        text("text display", content, TEXT_LEN_MAX)
    }

    fn button(&mut self, button: &'a Button) -> Result<(), FormError> {
        text("label of a button", &button.label, 80)?;
        self.custom_id(&button.custom_id)
    }

    fn select(&mut self, custom_id: &'a str, placeholder: Option<&str>) -> Result<(), FormError> {
        len_at_most(
            "placeholder",
            placeholder.map_or(0, |text| text.chars().count()),
            150,
        )?;
        self.custom_id(custom_id)
    }

    fn custom_id(&mut self, custom_id: &'a str) -> Result<(), FormError> {
        text("custom id", custom_id, CUSTOM_ID_LEN_MAX)?;
        if self.custom_ids.contains(&custom_id) {
            return Err(FormError::DuplicateCustomId);
        }
        self.custom_ids.push(custom_id);
        Ok(())
    }
}

fn options(options: &[SelectOption]) -> Result<(), FormError> {
    list("options of a select", options.len(), 25)?;
    for option in options {
        text("label of an option", &option.label, 100)?;
        text("value of an option", &option.value, 100)?;
        if let Some(description) = &option.description {
            len_at_most("description of an option", description.chars().count(), 100)?;
        }
    }
    Ok(())
}

fn media(media: &Media) -> Result<(), FormError> {
    text("address of a picture", &media.url, 2048)?;
    match &media.description {
        Some(description) => text("description of a picture", description, 1024),
        None => Ok(()),
    }
}

/// A colour, if there is one.
pub(crate) fn color(color: Option<u32>) -> Result<(), FormError> {
    match color {
        Some(color) if color > 0x00ff_ffff => Err(FormError::NotAColor { color }),
        _ => Ok(()),
    }
}

/// A text that must be there, of at most `max` characters.
pub(crate) fn text(field: &'static str, text: &str, max: usize) -> Result<(), FormError> {
    filled(field, text.len())?;
    len_at_most(field, text.chars().count(), max)
}

pub(crate) fn len_at_most(field: &'static str, count: usize, max: usize) -> Result<(), FormError> {
    if count > max {
        return Err(FormError::TooLong { field, count, max });
    }
    Ok(())
}

fn list(field: &'static str, count: usize, max: usize) -> Result<(), FormError> {
    filled(field, count)?;
    at_most(field, count, max)
}

pub(crate) fn at_most(field: &'static str, count: usize, max: usize) -> Result<(), FormError> {
    if count > max {
        return Err(FormError::TooMany { field, count, max });
    }
    Ok(())
}

pub(crate) fn filled(field: &'static str, len: usize) -> Result<(), FormError> {
    if len == 0 {
        return Err(FormError::Empty { field });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
