//! Modals: windows with inputs.

use super::{ChannelSelect, StringSelect};

/// A window with inputs, with which an interaction other than a modal is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    /// What its return tells us; 1 to 100 characters.
    pub custom_id: String,
    /// Its title, 1 to 45 characters.
    pub title: String,
    /// What stands in it, 1 to 5.
    pub parts: Vec<ModalPart>,
}

/// A part of a modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModalPart {
    /// Text with Discord's markup, 1 to 4000 characters.
    Text(String),
    /// An input under its name.
    Label {
        /// The name, 1 to 45 characters.
        label: String,
        /// Small text; 1 to 100 characters.
        description: Option<String>,
        /// The input.
        input: ModalInput,
    },
}

/// An input of a modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModalInput {
    /// Text.
    Text(TextInput),
    /// Files.
    File(FileUpload),
    /// A choice of texts.
    StringSelect(StringSelect),
    /// A choice of channels.
    ChannelSelect(ChannelSelect),
}

/// An input of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextInput {
    /// By what its text is found again; 1 to 100 characters.
    pub custom_id: String,
    /// Many lines rather than one.
    pub paragraph: bool,
    /// How many characters at least; at most 4000.
    pub len_min: u16,
    /// How many characters at most; 1 to 4000.
    pub len_max: u16,
    /// It cannot be left empty.
    pub required: bool,
    /// What stands in it already; at most 4000 characters.
    pub value: Option<String>,
    /// What it says while it is empty; at most 100 characters.
    pub placeholder: Option<String>,
}

impl TextInput {
    /// An input of one line that must not be left empty.
    pub fn short(custom_id: impl Into<String>) -> Self {
        Self {
            custom_id: custom_id.into(),
            paragraph: false,
            len_min: 0,
            len_max: 4000,
            required: true,
            value: None,
            placeholder: None,
        }
    }

    /// An input of many lines that must not be left empty.
    pub fn paragraph(custom_id: impl Into<String>) -> Self {
        Self {
            paragraph: true,
            ..Self::short(custom_id)
        }
    }
}

/// An input of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUpload {
    /// By what its files are found again; 1 to 100 characters.
    pub custom_id: String,
    /// How many at least, 0 to 10; 0 makes it optional.
    pub min: u8,
    /// How many at most, 1 to 10.
    pub max: u8,
}
