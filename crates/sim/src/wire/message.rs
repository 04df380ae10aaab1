//! Messages.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::member::MemberJson;
use super::user::UserJson;
use super::{Text, media};
use crate::clock::Timestamp;
use crate::world::guild::Guild;
use crate::world::message::{Attachment, Message};
use crate::world::{Id, World};

#[derive(Debug, Serialize)]
struct MessageJson<'a> {
    id: Text,
    #[serde(rename = "type")]
    kind: u8,
    channel_id: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    guild_id: Option<Text>,
    author: UserJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberJson<'a>>,
    content: &'a str,
    timestamp: Timestamp,
    edited_timestamp: Option<Timestamp>,
    tts: bool,
    mention_everyone: bool,
    mentions: Vec<Mention<'a>>,
    mention_roles: [Text; 0],
    attachments: Vec<AttachmentJson<'a>>,
    embeds: &'a [Value],
    components: Cow<'a, [Value]>,
    pinned: bool,
    flags: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reference: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_metadata: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_id: Option<Text>,
}

#[derive(Debug, Serialize)]
struct Mention<'a> {
    #[serde(flatten)]
    user: UserJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberJson<'a>>,
}

#[derive(Debug, Serialize)]
struct AttachmentJson<'a> {
    id: Text,
    filename: &'a str,
    size: usize,
    url: String,
    proxy_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

impl<'a> AttachmentJson<'a> {
    fn new(world: &World, message: &Message, file: &'a Attachment) -> Self {
        let url = attachment_url(&world.cdn_base, message.channel, file);
        Self {
            id: Text(file.id),
            filename: &file.filename,
            size: file.size,
            proxy_url: url.clone(),
            url,
            width: file.dimensions.map(|(width, _)| width),
            height: file.dimensions.map(|(_, height)| height),
            content_type: file.content_type.as_deref(),
            description: file.description.as_deref(),
        }
    }
}

/// Where a file's bytes are found.
pub(crate) fn attachment_url(cdn_base: &str, channel: Id, file: &Attachment) -> String {
    format!("{cdn_base}/attachments/{channel}/{}/{}", file.id, file.filename)
}

/// A message, as REST gives it.
pub fn message<'a>(world: &'a World, message: &'a Message) -> impl Serialize + 'a {
    rest(world, message)
}

/// A message as the gateway gives it: with its guild and the members; without content (text, embeds, files,
/// components) unless `with_content`.
pub fn gateway_message<'a>(
    world: &'a World,
    guild: &'a Guild,
    message: &'a Message,
    with_content: bool,
) -> impl Serialize + 'a {
    let plain = rest(world, message);
    let mentions = message
        .mentions
        .iter()
        .filter_map(|id| world.users.get(id))
        .map(|user| Mention {
            user: UserJson::new(user),
            member: guild.members.get(&user.id).map(MemberJson::partial),
        })
        .collect();
    let with_members = MessageJson {
        guild_id: Some(Text(guild.id)),
        member: guild.members.get(&message.author).map(MemberJson::partial),
        mentions,
        ..plain
    };
    if with_content {
        return with_members;
    }
    MessageJson {
        content: "",
        attachments: Vec::new(),
        embeds: &[],
        components: Cow::Borrowed(&[]),
        ..with_members
    }
}

fn rest<'a>(world: &'a World, message: &'a Message) -> MessageJson<'a> {
    let is_answer = message.interaction_metadata.is_some();
    MessageJson {
        id: Text(message.id),
        kind: message.kind,
        channel_id: Text(message.channel),
        guild_id: None,
        author: UserJson::new(world.user(message.author)),
        member: None,
        content: &message.content,
        timestamp: Timestamp(message.at_us),
        edited_timestamp: message.edited_at_us.map(Timestamp),
        tts: false,
        mention_everyone: message.mention_everyone,
        mentions: message
            .mentions
            .iter()
            .filter_map(|id| world.users.get(id))
            .map(|user| Mention {
                user: UserJson::new(user),
                member: None,
            })
            .collect(),
        mention_roles: [],
        attachments: message
            .attachments
            .iter()
            .map(|file| AttachmentJson::new(world, message, file))
            .collect(),
        embeds: &message.embeds,
        components: media::components(world, message),
        pinned: false,
        flags: message.flags,
        nonce: message.nonce.as_ref(),
        message_reference: message.reference.as_ref(),
        interaction_metadata: message.interaction_metadata.as_ref(),
        application_id: is_answer.then_some(Text(world.bot.application_id)),
        webhook_id: message
            .webhook
            .or(is_answer.then_some(world.bot.application_id))
            .map(Text),
    }
}
