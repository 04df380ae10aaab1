//! Components: what a message or a modal of ours is made of, besides text.
//!
//! Source: Discord's documentation, "Component Reference", read in August 2026.

mod form;
mod modal;
mod wire;

use domain::id::ChannelId;

pub use form::{COMPONENTS_MAX, FormError};
pub(crate) use form::{at_most, check_message, check_modal, color, filled, is_v2, len_at_most, text};
pub use modal::{FileUpload, Modal, ModalInput, ModalPart, TextInput};
pub(crate) use wire::{message_json, modal_json};

/// A part of a message. Any but an [`ActionRow`] makes it a message of components alone (version 2), without text and
/// embeds of its own; from then on it stays one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Component {
    /// A box around others, which cannot be containers.
    Container {
        /// The colour of its edge, 0xRRGGBB.
        accent: Option<u32>,
        /// At least 1.
        components: Vec<Component>,
    },
    /// Text with something beside it.
    Section {
        /// 1 to 3 texts.
        texts: Vec<String>,
        /// What stands beside it.
        accessory: Accessory,
    },
    /// Text with Discord's markup; 1 to 4000 characters, over all texts of a message.
    TextDisplay(String),
    /// Pictures, 1 to 10.
    MediaGallery(Vec<Media>),
    /// Space between two others.
    Separator {
        /// Whether a line is drawn.
        divider: bool,
        /// Whether there is much space.
        large: bool,
    },
    /// Buttons side by side, or one select.
    ActionRow(ActionRow),
}

/// What stands beside a section's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accessory {
    /// A button.
    Button(Button),
    /// A small picture.
    Thumbnail(Media),
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its https address, or `attachment://` and the name of a file that goes with the message.
    pub url: String,
    /// What it shows, for those who do not see it; 1 to 1024 characters.
    pub description: Option<String>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionRow {
    /// 1 to 5 buttons.
    Buttons(Vec<Button>),
    /// One select of texts.
    StringSelect(StringSelect),
    /// One select of channels.
    ChannelSelect(ChannelSelect),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// How it looks.
    pub style: ButtonStyle,
    /// What its use tells us; 1 to 100 characters, and no two of a message are the same.
    pub custom_id: String,
    /// What it says; at most 80 characters.
    pub label: String,
    /// It cannot be used.
    pub disabled: bool,
}

impl Button {
    /// A button that can be used.
    pub fn new(style: ButtonStyle, custom_id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            style,
            custom_id: custom_id.into(),
            label: label.into(),
            disabled: false,
        }
    }
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// What one is here for.
    Primary,
    /// Another way.
    Secondary,
    /// A yes.
    Success,
    /// What cannot be taken back.
    Danger,
}

/// A select of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringSelect {
    /// What its use tells us; 1 to 100 characters.
    pub custom_id: String,
    /// What it says while nothing is chosen; at most 150 characters.
    pub placeholder: Option<String>,
    /// 1 to 25.
    pub options: Vec<SelectOption>,
    /// How many are chosen at least, 0 to 25; 0 makes it optional, in a modal too.
    pub min: u8,
    /// How many are chosen at most, 1 to 25.
    pub max: u8,
    /// It cannot be used. Means nothing in a modal.
    pub disabled: bool,
}

impl StringSelect {
    /// A select of exactly one.
    pub fn one_of(custom_id: impl Into<String>, options: Vec<SelectOption>) -> Self {
        Self {
            custom_id: custom_id.into(),
            placeholder: None,
            options,
            min: 1,
            max: 1,
            disabled: false,
        }
    }
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What it says, 1 to 100 characters.
    pub label: String,
    /// What its choice tells us, 1 to 100 characters.
    pub value: String,
    /// Small text below; at most 100 characters.
    pub description: Option<String>,
    /// Chosen already.
    pub default: bool,
}

/// A select of channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelSelect {
    /// What its use tells us; 1 to 100 characters.
    pub custom_id: String,
    /// What it says while nothing is chosen; at most 150 characters.
    pub placeholder: Option<String>,
    /// Which types are offered; none offers all.
    pub types: Vec<ChannelType>,
    /// Chosen already: not more than `max`.
    pub default: Vec<ChannelId>,
    /// How many are chosen at least, 0 to 25; 0 makes it optional, in a modal too.
    pub min: u8,
    /// How many are chosen at most, 1 to 25.
    pub max: u8,
    /// It cannot be used. Means nothing in a modal.
    pub disabled: bool,
}

impl ChannelSelect {
    /// A select of exactly one channel of these types.
    pub fn one_of(custom_id: impl Into<String>, types: &[ChannelType]) -> Self {
        Self {
            custom_id: custom_id.into(),
            placeholder: None,
            types: types.to_vec(),
            default: Vec::new(),
            min: 1,
            max: 1,
            disabled: false,
        }
    }
}

/// A type of channel.
/// Source: Discord's documentation, "Channel", heading "Channel Types", read in August 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelType {
    /// Text.
    Text,
    /// Voice, which has text too.
    Voice,
    /// News that other guilds can follow.
    Announcement,
    /// A thread in a channel of news.
    AnnouncementThread,
    /// A thread that everybody sees, or a forum's post.
    PublicThread,
    /// A thread for those who were added to it.
    PrivateThread,
    /// A stage, which has text too.
    Stage,
    /// Has posts, which are threads.
    Forum,
}

impl ChannelType {
    /// All in which members write, or which have threads in which they do. A forum of pictures and films (16) is not among
    /// them, since Discord's OpenAPI document of August 2026 has no such type for an option; its posts can be chosen.
    pub const WRITTEN_IN: [Self; 8] = [
        Self::Text,
        Self::Voice,
        Self::Announcement,
        Self::AnnouncementThread,
        Self::PublicThread,
        Self::PrivateThread,
        Self::Stage,
        Self::Forum,
    ];

    /// Discord's number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Voice => 2,
            Self::Announcement => 5,
            Self::AnnouncementThread => 10,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
            Self::Stage => 13,
            Self::Forum => 15,
        }
    }

    /// The type of Discord's number; `None` for those that nobody here asks for.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::WRITTEN_IN.into_iter().find(|kind| kind.number() == number)
    }
}
