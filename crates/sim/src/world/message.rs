//! Messages.

use bytes::Bytes;
use serde_json::Value;

use super::Id;

/// A message, as it stands in its channel.
#[derive(Clone, Debug)]
pub struct Message {
    /// The message's id; it holds the time.
    pub id: Id,
    /// Its channel.
    pub channel: Id,
    /// Who wrote it.
    pub author: Id,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// When it was last edited, in microseconds since 1970.
    pub edited_at_us: Option<i64>,
    /// Its text.
    pub content: String,
    /// The sender's nonce: text or a number.
    pub nonce: Option<Value>,
    /// Users who are mentioned, and pinged.
    pub mentions: Vec<Id>,
    /// Whether @everyone or @here pings.
    pub mention_everyone: bool,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Embeds as Discord gives them back.
    pub embeds: Vec<Value>,
    /// Components as Discord gives them back.
    pub components: Vec<Value>,
    /// The message's type; 0 is an ordinary one.
    pub kind: u8,
    /// Flags as bits.
    pub flags: u64,
    /// `message_reference` of a reply.
    pub reference: Option<Value>,
    /// `interaction_metadata`, for the answer to an interaction.
    pub interaction_metadata: Option<Value>,
    /// The webhook that posted it; its author is then the name that the webhook took, a member of nothing.
    pub webhook: Option<Id>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The file's id.
    pub id: Id,
    /// Its name.
    pub filename: String,
    /// The description that its sender gave.
    pub description: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Bytes.
    pub size: usize,
    /// Width and height in pixels, for pictures.
    pub dimensions: Option<(u32, u32)>,
    /// The bytes; `None` once the simulator had to forget them, see
    /// [`Limits::attachment_bytes_max`](crate::config::Limits::attachment_bytes_max).
    pub bytes: Option<Bytes>,
}

/// A message to be posted. Checks (lengths, permissions) are the caller's.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// Its text.
    pub content: String,
    /// The sender's nonce: text or a number.
    pub nonce: Option<Value>,
    /// With a nonce that the author used within the nonce window, the earlier message stands for this one.
    pub enforce_nonce: bool,
    /// Users who are mentioned, and pinged.
    pub mentions: Vec<Id>,
    /// Whether @everyone or @here pings.
    pub mention_everyone: bool,
    /// Files.
    pub attachments: Vec<NewAttachment>,
    /// Embeds as Discord gives them back.
    pub embeds: Vec<Value>,
    /// Components as Discord gives them back.
    pub components: Vec<Value>,
    /// The message's type; 0 is an ordinary one.
    pub kind: u8,
    /// Flags as bits.
    pub flags: u64,
    /// `message_reference` of a reply.
    pub reference: Option<Value>,
    /// `interaction_metadata`, for the answer to an interaction.
    pub interaction_metadata: Option<Value>,
    /// The webhook that posted it; its author is then the name that the webhook took, a member of nothing.
    pub webhook: Option<Id>,
}

impl NewMessage {
    /// A message of text alone.
    pub fn text(content: &str) -> Self {
        Self {
            content: content.to_owned(),
            ..Self::default()
        }
    }
}

/// A file to be posted.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// Its name.
    pub filename: String,
    /// The description that its sender gave.
    pub description: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Width and height in pixels, for pictures.
    pub dimensions: Option<(u32, u32)>,
    /// The bytes.
    pub bytes: Bytes,
}

impl NewAttachment {
    /// The file with the id that it got.
    pub(crate) fn uploaded(self, id: Id) -> Attachment {
        Attachment {
            id,
            filename: self.filename,
            description: self.description,
            content_type: self.content_type,
            size: self.bytes.len(),
            dimensions: self.dimensions,
            bytes: Some(self.bytes),
        }
    }
}

/// What came of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// The message that stands in the channel.
    pub message: Id,
    /// Its channel: that of the earlier message when the nonce found one.
    pub channel: Id,
    /// False when the nonce found an earlier message.
    pub is_new: bool,
}

/// Why nothing was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// Discord's error 10003.
    #[error("unknown channel")]
    UnknownChannel,
    /// Discord's error 10008: the nonce found an earlier message, and that one was deleted.
    #[error("unknown message")]
    UnknownMessage,
}
