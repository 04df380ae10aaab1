//! What ids stand for.

use std::collections::BTreeMap;
use std::fmt;

use domain::id::{AttachmentId, ChannelId};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::super::user::{MemberJson, UserJson};
use super::super::values::{Id, clean};
use crate::interaction::{ResolvedAttachment, ResolvedChannel, ResolvedUser};
use crate::permissions::Permissions;

/// A set of permissions: digits in a text.
pub(super) struct Bits(pub(super) Permissions);

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BitsVisitor;

        impl Visitor<'_> for BitsVisitor {
            type Value = Bits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a set of permissions")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Bits, E> {
                text.parse()
                    .map(|bits| Bits(Permissions(bits)))
                    .map_err(|_| E::custom("not a set of permissions"))
            }
        }

        deserializer.deserialize_str(BitsVisitor)
    }
}

#[derive(Deserialize)]
struct ChannelJson {
    id: Id,
    #[serde(rename = "type")]
    kind: u8,
    name: Option<String>,
    permissions: Option<Bits>,
    app_permissions: Option<Bits>,
}

#[derive(Deserialize)]
struct AttachmentJson {
    id: Id,
    filename: String,
    url: String,
    size: u64,
    content_type: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

/// What the ids in `data` stand for, by the ids' digits.
#[derive(Default, Deserialize)]
pub(super) struct Resolved {
    #[serde(default)]
    users: BTreeMap<String, UserJson>,
    #[serde(default)]
    members: BTreeMap<String, MemberJson>,
    #[serde(default)]
    channels: BTreeMap<String, ChannelJson>,
    #[serde(default)]
    attachments: BTreeMap<String, AttachmentJson>,
}

impl Resolved {
    pub(super) fn user(&self, id: &str) -> Option<ResolvedUser> {
        let user = self.users.get(id)?.clone();
        let of_guild = self.members.get(id).cloned();
        Some(ResolvedUser {
            is_member: of_guild.is_some(),
            member: user.into_member(of_guild),
        })
    }

    pub(super) fn channel(&self, id: &str) -> Option<ResolvedChannel> {
        let channel = self.channels.get(id)?;
        Some(ResolvedChannel {
            id: ChannelId(channel.id.0),
            kind: channel.kind,
            name: channel.name.clone().map(clean),
            permissions: channel.permissions.as_ref().map(|bits| bits.0),
            app_permissions: channel.app_permissions.as_ref().map(|bits| bits.0),
        })
    }

    /// A file, which is taken out: it is named once.
    pub(super) fn attachment(&mut self, id: &str) -> Option<ResolvedAttachment> {
        let file = self.attachments.remove(id)?;
        Some(ResolvedAttachment {
            id: AttachmentId(file.id.0),
            filename: clean(file.filename),
            url: clean(file.url),
            size_bytes: file.size,
            content_type: file.content_type.map(clean),
            width_px: file.width,
            height_px: file.height,
        })
    }

    pub(super) fn channels_among(&self, values: &[String]) -> Vec<ResolvedChannel> {
        values.iter().filter_map(|id| self.channel(id)).collect()
    }
}
