//! Posting, editing and deleting messages.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};

use super::embed_files::point_at_files;
use super::log::Posted;
use super::message::{CreateError, Created, Message, NewMessage};
use super::permissions::{self, VIEW_CHANNEL};
use super::{Id, World, text};
use crate::gateway::intents;
use crate::gateway::sessions::Dispatch;
use crate::wire;

impl World {
    /// Posts a message: at once, with its nonce remembered and its MESSAGE_CREATE dispatched.
    ///
    /// The nonce counts for the author over all channels; an enforced one that was used within the window gives the
    /// earlier message back and posts nothing.
    /// Source: Discord's documentation, "Messages Resource", heading "Create Message", read in August 2026.
    ///
    /// # Errors
    /// [`CreateError`] names Discord's own error codes.
    pub fn create_message(
        &mut self,
        channel: Id,
        author: Id,
        new: NewMessage,
    ) -> Result<Created, CreateError> {
        let (guild, _) = self.channel(channel).ok_or(CreateError::UnknownChannel)?;
        let guild = guild.id;
        let now_ms = self.clock.now_ms();
        let nonce = new.nonce.as_ref().map(|nonce| (author, nonce_text(nonce)));
        self.nonces.forget_before(now_ms - self.limits.nonce_window_ms);
        if let Some(earlier) = nonce
            .as_ref()
            .filter(|_| new.enforce_nonce)
            .and_then(|nonce| self.nonces.find(nonce))
        {
            let (channel, message) = earlier;
            return match self.message(channel, message) {
                Some(_) => Ok(Created {
                    message,
                    channel,
                    is_new: false,
                }),
                None => Err(CreateError::UnknownMessage),
            };
        }
        // Whoever writes in an archived thread opens it, which is told first.
        self.archive_thread(channel, false);
        let message = self.place(guild, channel, author, new);
        if let Some(nonce) = nonce {
            self.nonces.remember(nonce, (channel, message), now_ms);
        }
        self.announce_message("MESSAGE_CREATE", channel, message);
        if self.faults.duplicate_message() {
            self.announce_message("MESSAGE_CREATE", channel, message);
        }
        Ok(Created {
            message,
            channel,
            is_new: true,
        })
    }

    /// A message of now, which is kept nowhere yet. It and its files get ids.
    pub(crate) fn written(&mut self, channel: Id, author: Id, new: NewMessage) -> Message {
        Message {
            id: self.ids.now(),
            channel,
            author,
            at_us: self.clock.now_us(),
            edited_at_us: None,
            content: new.content,
            nonce: new.nonce,
            mentions: new.mentions,
            mention_everyone: new.mention_everyone,
            attachments: new
                .attachments
                .into_iter()
                .map(|file| file.uploaded(self.ids.now()))
                .collect(),
            embeds: new.embeds,
            components: new.components,
            kind: new.kind,
            flags: new.flags,
            reference: new.reference,
            interaction_metadata: new.interaction_metadata,
            webhook: new.webhook,
        }
    }

    /// Writes the message down, without telling anybody.
    fn place(&mut self, guild: Id, channel: Id, author: Id, new: NewMessage) -> Id {
        let mut message = self.written(channel, author, new);
        let (id, at_us) = (message.id, message.at_us);
        let size = message.attachments.iter().map(|file| file.size).sum();
        point_at_files(&mut message.embeds, |name| {
            let file = message.attachments.iter().find(|file| file.filename == name)?;
            Some(wire::attachment_url(&self.cdn_base, channel, file))
        });
        self.log.messages.push(Posted {
            guild,
            channel,
            message: id,
            author,
            at_us,
            kind: message.kind,
            webhook: message.webhook,
        });
        let kept_max = self.limits.messages_per_channel_max;
        if let Some(home) = self.channel_mut(channel) {
            home.messages.insert(id, message);
            home.last_message = Some(id);
            if let Some(thread) = &mut home.thread {
                thread.messages_sent += 1;
            }
            while home.messages.len() > kept_max {
                home.messages.pop_first();
            }
        }
        if size > 0 {
            for (channel, message) in
                self.attachments
                    .add((channel, id), size, self.limits.attachment_bytes_max)
            {
                let home = self.channel_mut(channel);
                if let Some(message) = home.and_then(|home| home.messages.get_mut(&message)) {
                    message.attachments.iter_mut().for_each(|file| file.bytes = None);
                }
            }
        }
        id
    }

    /// A message that stands in a channel.
    pub fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.channel(channel)?.1.messages.get(&message)
    }

    /// Changes a message with `change` and tells of it. `false` when there is none.
    pub fn edit_message(&mut self, channel: Id, message: Id, change: impl FnOnce(&mut Message)) -> bool {
        let now_us = self.clock.now_us();
        let Some(found) = self
            .channel_mut(channel)
            .and_then(|channel| channel.messages.get_mut(&message))
        else {
            return false;
        };
        change(found);
        found.edited_at_us = Some(now_us);
        self.announce_message("MESSAGE_UPDATE", channel, message);
        true
    }

    /// Deletes a message. `false` when there is none.
    pub fn delete_message(&mut self, channel: Id, message: Id) -> bool {
        let Some(home) = self.channel_mut(channel) else {
            return false;
        };
        if home.messages.remove(&message).is_none() {
            return false;
        }
        let guild = home.guild;
        if self.permissions(guild, self.bot.id, Some(channel)) & VIEW_CHANNEL != 0 {
            self.dispatch(
                guild,
                "MESSAGE_DELETE",
                intents::GUILD_MESSAGES,
                &json!({
                    "id": message.to_string(),
                    "channel_id": channel.to_string(),
                    "guild_id": guild.to_string(),
                }),
            );
        }
        true
    }

    /// Tells the sessions of a message, where the bot can see the channel. Without the intent MESSAGE_CONTENT the
    /// content of messages that are neither the bot's own nor mention it is empty.
    /// Source: Discord's documentation, "Gateway", heading "Message Content Intent", read in August 2026.
    fn announce_message(&mut self, event: &'static str, channel: Id, message: Id) {
        let Some((guild, home)) = self.channel(channel) else {
            return;
        };
        let bot = self.bot.id;
        if !self.is_heard(guild.id) || permissions::of(guild, bot, Some(channel)) & VIEW_CHANNEL == 0 {
            return;
        }
        let Some(message) = home.messages.get(&message) else {
            return;
        };
        let json = |with_content| text(&wire::gateway_message(self, guild, message, with_content));
        let hidden = message.author != bot && !message.mentions.contains(&bot);
        let dispatch = if hidden && self.sessions.any_with(intents::MESSAGE_CONTENT) {
            Dispatch {
                without_content: Some(json(false)),
                ..Dispatch::new(event, intents::GUILD_MESSAGES, json(true))
            }
        } else {
            Dispatch::new(event, intents::GUILD_MESSAGES, json(!hidden))
        };
        let guild = guild.id;
        self.send(guild, dispatch);
    }
}

/// A nonce for comparing: the number 7 and the text "7" are one.
pub(super) fn nonce_text(nonce: &Value) -> String {
    match nonce {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The nonces of the last minutes, with the channel and message that each made.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    found: HashMap<(Id, String), (Id, Id)>,
    /// In the order of time.
    ages: VecDeque<(i64, (Id, String), Id)>,
}

impl Nonces {
    pub(super) fn find(&self, nonce: &(Id, String)) -> Option<(Id, Id)> {
        self.found.get(nonce).copied()
    }

    pub(super) fn remember(&mut self, nonce: (Id, String), place: (Id, Id), now_ms: i64) {
        self.ages.push_back((now_ms, nonce.clone(), place.1));
        self.found.insert(nonce, place);
    }

    pub(super) fn forget_before(&mut self, ms: i64) {
        while let Some((_, nonce, message)) = self.ages.pop_front_if(|(at, ..)| *at < ms) {
            // The nonce may have been used again since, without being enforced.
            if self.found.get(&nonce).is_some_and(|(_, newer)| *newer == message) {
                self.found.remove(&nonce);
            }
        }
    }
}

/// Which messages keep the bytes of their files.
#[derive(Debug, Default)]
pub(super) struct AttachmentBudget {
    kept: VecDeque<((Id, Id), usize)>,
    bytes: usize,
}

impl AttachmentBudget {
    /// Adds a message's files and names the messages (channel, id) that must give up theirs.
    fn add(&mut self, message: (Id, Id), size: usize, bytes_max: usize) -> Vec<(Id, Id)> {
        self.kept.push_back((message, size));
        self.bytes += size;
        let mut given_up = Vec::new();
        while self.bytes > bytes_max
            && let Some((message, size)) = self.kept.pop_front()
        {
            self.bytes -= size;
            given_up.push(message);
        }
        given_up
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Clock;
    use crate::config::SimConfig;
    use crate::world::message::NewAttachment;
    use crate::world::user::NewUser;

    fn world(change: impl FnOnce(&mut SimConfig)) -> (World, Id) {
        let mut config = SimConfig {
            clock: Clock::standing_at(1_790_000_000_000),
            ..SimConfig::default()
        };
        change(&mut config);
        let mut world = World::new(&config, config.bind);
        let guild = world.create_guild("guild");
        let channel = world.guilds[&guild].system_channel.expect("a new guild has one");
        (world, channel)
    }

    fn with_nonce(nonce: Value, enforce_nonce: bool) -> NewMessage {
        NewMessage {
            nonce: Some(nonce),
            enforce_nonce,
            ..NewMessage::text("hello")
        }
    }

    #[test]
    fn enforced_nonce_gives_the_earlier_message_back_in_any_channel() {
        let (mut world, channel) = world(|_| ());
        let bot = world.bot.id;
        let guild = world.channel(channel).expect("a channel").0.id;
        let other = world.create_channel(guild, "other").expect("a guild");
        let first = world
            .create_message(channel, bot, with_nonce(json!("7"), true))
            .expect("posted");
        assert!(first.is_new);
        // The number 7 and the text "7" are the same nonce.
        let second = world
            .create_message(other, bot, with_nonce(json!(7), true))
            .expect("found");
        assert_eq!(
            second,
            Created {
                is_new: false,
                ..first
            }
        );
        assert_eq!(world.log.messages.len(), 1);
    }

    #[test]
    fn nonce_is_the_authors_own_and_binds_only_when_it_is_enforced() {
        let (mut world, channel) = world(|_| ());
        let (bot, person) = (world.bot.id, world.create_user(NewUser::named("person")));
        for (author, enforce) in [(bot, true), (person, true), (bot, false)] {
            let created = world
                .create_message(channel, author, with_nonce(json!("7"), enforce))
                .expect("posted");
            assert!(created.is_new, "{author} {enforce}");
        }
    }

    #[test]
    fn nonce_is_forgotten_after_its_window() {
        let (mut world, channel) = world(|config| config.limits.nonce_window_ms = 60_000);
        let bot = world.bot.id;
        let mut is_new = |after_s| {
            world.clock.advance(Duration::from_secs(after_s));
            let created = world.create_message(channel, bot, with_nonce(json!("7"), true));
            created.expect("posted").is_new
        };
        assert_eq!([is_new(0), is_new(60), is_new(1)], [true, false, true]);
    }

    #[test]
    fn nonce_of_a_deleted_message_is_an_unknown_message() {
        let (mut world, channel) = world(|_| ());
        let bot = world.bot.id;
        let first = world
            .create_message(channel, bot, with_nonce(json!("7"), true))
            .expect("posted");
        assert!(world.delete_message(channel, first.message));
        assert_eq!(
            world.create_message(channel, bot, with_nonce(json!("7"), true)),
            Err(CreateError::UnknownMessage)
        );
        assert_eq!(
            world.create_message(1, bot, NewMessage::text("nowhere")),
            Err(CreateError::UnknownChannel)
        );
    }

    #[test]
    fn old_messages_and_the_bytes_of_old_files_are_given_up() {
        let (mut world, channel) = world(|config| {
            config.limits.messages_per_channel_max = 3;
            config.limits.attachment_bytes_max = 25;
        });
        let bot = world.bot.id;
        let ids = [(); 4].map(|()| {
            let file = NewAttachment {
                filename: "a.bin".to_owned(),
                description: None,
                content_type: None,
                dimensions: None,
                bytes: vec![0; 10].into(),
            };
            let new = NewMessage {
                attachments: vec![file],
                ..NewMessage::default()
            };
            world.create_message(channel, bot, new).expect("posted").message
        });
        let kept = ids.map(|id| {
            let message = world.message(channel, id)?;
            Some((
                message.attachments[0].size,
                message.attachments[0].bytes.is_some(),
            ))
        });
        assert_eq!(
            kept,
            [None, Some((10, false)), Some((10, true)), Some((10, true))]
        );
    }
}
