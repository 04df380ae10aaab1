//! Messages of the bot to one person alone.

use std::collections::HashSet;

use super::message::{CreateError, Created, Message, NewMessage};
use super::messages::nonce_text;
use super::{Id, World};

/// Who takes messages of the bot, and what they got.
#[derive(Debug, Default)]
pub struct DirectMessages {
    /// The accounts that take them. All others are closed to the bot.
    pub open_to: HashSet<Id>,
    sent: Vec<(Id, Message)>,
}

impl DirectMessages {
    /// What an account got, the oldest first.
    pub fn to(&self, person: Id) -> impl Iterator<Item = &Message> {
        self.sent
            .iter()
            .filter(move |(to, _)| *to == person)
            .map(|(_, message)| message)
    }

    fn by_id(&self, id: Id) -> Option<&Message> {
        self.sent
            .iter()
            .map(|(_, message)| message)
            .find(|message| message.id == id)
    }
}

impl World {
    /// Posts a message of the bot to a person who takes them, in the channel of the two. A nonce counts as in
    /// [`World::create_message`], over all channels.
    ///
    /// # Errors
    /// As there.
    pub fn create_direct_message(
        &mut self,
        person: Id,
        channel: Id,
        new: NewMessage,
    ) -> Result<Created, CreateError> {
        let author = self.bot.id;
        let now_ms = self.clock.now_ms();
        let nonce = new.nonce.as_ref().map(|nonce| (author, nonce_text(nonce)));
        self.nonces.forget_before(now_ms - self.limits.nonce_window_ms);
        let earlier = nonce
            .as_ref()
            .filter(|_| new.enforce_nonce)
            .and_then(|nonce| self.nonces.find(nonce));
        if let Some((channel, message)) = earlier {
            return match self.direct.by_id(message) {
                Some(_) => Ok(Created {
                    message,
                    channel,
                    is_new: false,
                }),
                None => Err(CreateError::UnknownMessage),
            };
        }
        let message = self.written(channel, author, new);
        let id = message.id;
        self.direct.sent.push((person, message));
        if let Some(nonce) = nonce {
            self.nonces.remember(nonce, (channel, id), now_ms);
        }
        Ok(Created {
            message: id,
            channel,
            is_new: true,
        })
    }

    /// A message to one person, by its id.
    pub fn direct_message(&self, id: Id) -> Option<&Message> {
        self.direct.by_id(id)
    }
}
