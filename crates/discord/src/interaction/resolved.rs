//! What ids in an interaction stand for, as Discord tells it along with them.

use domain::id::{AttachmentId, ChannelId};
use domain::member::Member;

use crate::permissions::Permissions;

/// A channel that somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedChannel {
    /// The channel.
    pub id: ChannelId,
    /// Discord's number of its type, of which [`ChannelType`](crate::ChannelType) names some.
    pub kind: u8,
    /// Its name.
    pub name: Option<String>,
    /// What they who chose it may do there, overwrites included.
    pub permissions: Option<Permissions>,
    /// What the bot may do there, overwrites included. `None` where Discord does not tell it; then
    /// [`Rest::permissions_in`](crate::Rest::permissions_in) does.
    pub app_permissions: Option<Permissions>,
}

/// A user that somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedUser {
    /// Who, as the guild sees them; without a nick and an avatar of the guild where they are no member.
    pub member: Member,
    /// Whether they are a member of the guild.
    pub is_member: bool,
}

/// A file that somebody gave along. All but its id and address is what they, or Discord's guess, say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedAttachment {
    /// The file.
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// Where it can be had for some time: [`Cdn::attachment`](crate::Cdn::attachment).
    pub url: String,
    /// How large it is, in bytes.
    pub size_bytes: u64,
    /// Its media type.
    pub content_type: Option<String>,
    /// Of a picture, px.
    pub width_px: Option<u32>,
    /// Of a picture, px.
    pub height_px: Option<u32>,
}
