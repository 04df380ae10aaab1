//! A channel as a person sees it.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::wire::Text;
use crate::world::guild::Guild;
use crate::world::message::Message;
use crate::world::{Id, World};

/// A message as a person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ShownMessage {
    /// The message's id.
    #[serde(serialize_with = "as_text")]
    pub id: Id,
    /// Who wrote it.
    #[serde(serialize_with = "as_text")]
    pub author: Id,
    /// Their shown name: nick, else global name, else username.
    pub author_name: String,
    /// A bot wrote it.
    pub by_bot: bool,
    /// What was sent.
    pub content: String,
    /// What is read: mentions as names, escapes as what they escape.
    pub text: String,
    /// Who is pinged.
    #[serde(serialize_with = "as_texts")]
    pub mentions: Vec<Id>,
    /// Files.
    pub attachments: Vec<ShownAttachment>,
    /// Embeds.
    pub embeds: Vec<Value>,
    /// Components.
    pub components: Vec<Value>,
    /// The nonce of its sender; nobody sees it.
    pub nonce: Option<String>,
    /// When, as Discord writes it.
    pub timestamp: String,
    /// When, in microseconds since 1970.
    pub at_us: i64,
}

/// A file as a person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ShownAttachment {
    /// The file's id.
    #[serde(serialize_with = "as_text")]
    pub id: Id,
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub content_type: Option<String>,
    /// Bytes.
    pub size: usize,
    /// Width and height in pixels, for pictures.
    pub dimensions: Option<(u32, u32)>,
    /// The description.
    pub description: Option<String>,
    /// The bytes, unless the simulator had to forget them.
    #[serde(skip)]
    pub bytes: Option<Bytes>,
}

/// What stands in a channel, the oldest first. Empty when there is no such channel.
pub fn channel(world: &World, channel: Id) -> Vec<ShownMessage> {
    world.channel(channel).map_or_else(Vec::new, |(guild, channel)| {
        channel
            .messages
            .values()
            .map(|message| show(world, guild, message))
            .collect()
    })
}

pub(super) fn show(world: &World, guild: &Guild, message: &Message) -> ShownMessage {
    ShownMessage {
        id: message.id,
        author: message.author,
        author_name: shown_name(world, guild, message.author),
        by_bot: world.user(message.author).bot,
        text: read(world, guild, &message.content),
        content: message.content.clone(),
        mentions: message.mentions.clone(),
        attachments: message
            .attachments
            .iter()
            .map(|file| ShownAttachment {
                id: file.id,
                filename: file.filename.clone(),
                content_type: file.content_type.clone(),
                size: file.size,
                dimensions: file.dimensions,
                description: file.description.clone(),
                bytes: file.bytes.clone(),
            })
            .collect(),
        embeds: message.embeds.clone(),
        components: message.components.clone(),
        nonce: message.nonce.as_ref().map(|nonce| match nonce {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        timestamp: Timestamp(message.at_us).to_string(),
        at_us: message.at_us,
    }
}

fn shown_name(world: &World, guild: &Guild, user: Id) -> String {
    let nick = guild.members.get(&user).and_then(|member| member.nick.as_ref());
    let account = world.users.get(&user);
    nick.or_else(|| account.and_then(|user| user.global_name.as_ref()))
        .or_else(|| account.map(|user| &user.username))
        .cloned()
        .unwrap_or_else(|| "unknown-user".to_owned())
}

/// Mentions become names, a backslash before punctuation vanishes.
fn read(world: &World, guild: &Guild, content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find(['<', '\\']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            if !escaped.starts_with(|next: char| next.is_ascii_punctuation()) {
                text.push('\\');
            }
            let plain = escaped.chars().next().map_or(0, char::len_utf8);
            text.push_str(&escaped[..plain]);
            rest = &escaped[plain..];
        } else if let Some((name, after)) = mention(world, guild, rest) {
            text.push_str(&name);
            rest = after;
        } else {
            text.push('<');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    text
}

/// Reads a mention at the start of `text`: its name, and what follows.
fn mention<'a>(world: &World, guild: &Guild, text: &'a str) -> Option<(String, &'a str)> {
    let (inner, after) = text.strip_prefix('<')?.split_once('>')?;
    let name = if let Some(id) = inner.strip_prefix("@&") {
        format!("@{}", guild.roles.get(&id.parse().ok()?)?.name)
    } else if let Some(id) = inner.strip_prefix("@!").or_else(|| inner.strip_prefix('@')) {
        format!("@{}", shown_name(world, guild, id.parse().ok()?))
    } else {
        let id: Id = inner.strip_prefix('#')?.parse().ok()?;
        format!("#{}", guild.channels.get(&id)?.name)
    };
    Some((name, after))
}

fn as_text<S: serde::Serializer>(id: &Id, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

fn as_texts<S: serde::Serializer>(ids: &[Id], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().copied().map(Text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SimConfig;
    use crate::world::membership::Joining;
    use crate::world::message::NewMessage;
    use crate::world::user::NewUser;

    #[test]
    fn mentions_read_as_names_and_escapes_vanish() {
        let config = SimConfig::default();
        let mut world = World::new(&config, config.bind);
        let guild = world.create_guild("guild");
        let channel_id = world.guilds[&guild].system_channel.expect("a new guild has one");
        let user = world.create_user(NewUser::named("小林"));
        let joining = Joining {
            nick: Some("K".to_owned()),
            ..Joining::default()
        };
        world.join(guild, user, joining).expect("a new member");
        for (content, text) in [
            (format!("Hi <@{user}> and <@!{user}>!"), "Hi @K and @K!"),
            (
                format!("<#{channel_id}> <@&{guild}> <@1>"),
                "#welcome @@everyone @unknown-user",
            ),
            (r"\*小林\* \\o/ C:\dir \".to_owned(), r"*小林* \o/ C:\dir \"),
            ("1 < 2, <b>, <@x>, <".to_owned(), "1 < 2, <b>, <@x>, <"),
        ] {
            let message = NewMessage::text(&content);
            world.create_message(channel_id, user, message).expect("posted");
            let shown = channel(&world, channel_id);
            let last = shown.last().expect("one was posted");
            assert_eq!((last.text.as_str(), last.author_name.as_str()), (text, "K"));
            assert_eq!(last.content, content);
        }
    }
}
