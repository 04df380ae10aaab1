//! What became of a post whose outcome is unknown: told by the channel itself, where it can be read.

use discord::{RestError, SeenMessage};
use domain::id::{ChannelId, UserId};
use domain::time::UnixMs;

use super::lane::Post;
use super::{Greeter, compose};
use crate::plan::GuildPlan;
use crate::traces::{self, Told};

/// Looks for an earlier attempt's message in its channel: ours, with the post's nonce, or else mentioning its members or,
/// where the guild's words mention nobody, with these words.
///
/// # Errors
/// [`RestError`]: the channel cannot be read now.
pub(super) async fn find(
    greeter: &Greeter,
    plan: &GuildPlan,
    post: &Post,
    channel: ChannelId,
) -> Result<Told, RestError> {
    let words = compose::message(plan, post.id, &post.welcomes, None).content;
    let marks = Marks {
        bot: greeter.bot,
        nonce: post.id.nonce(),
        users: compose::users(&post.welcomes),
        words: &words,
    };
    let from = begun_at(post) - greeter.timing.clock_slack;
    let guild = post.welcomes[0].guild;
    traces::find(&greeter.rest, guild, channel, from, |message| {
        marks.are_on(message)
    })
    .await
}

/// When the post was first begun.
pub(super) fn begun_at(post: &Post) -> UnixMs {
    let first = &post.welcomes[0];
    first.first_attempt_at.unwrap_or(first.queued_at)
}

/// What a post's message is known by.
struct Marks<'a> {
    bot: UserId,
    nonce: String,
    users: Vec<UserId>,
    words: &'a str,
}

impl Marks<'_> {
    fn are_on(&self, message: &SeenMessage) -> bool {
        if message.author != self.bot {
            return false;
        }
        match &message.nonce {
            Some(nonce) => *nonce == self.nonce,
            None => {
                let mentioned = self
                    .users
                    .iter()
                    .filter(|user| message.mentions.contains(user))
                    .count();
                // Discord takes blanks off both ends.
                mentioned * 2 > self.users.len() || message.content.trim() == self.words.trim()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::MessageId;

    use super::*;

    #[test]
    fn message_is_known_by_its_nonce_or_else_by_whom_it_mentions_or_what_it_says() {
        let marks = Marks {
            bot: UserId(9),
            nonce: "77".into(),
            users: [1, 2, 3].map(UserId).to_vec(),
            words: "Hello, Ada ",
        };
        let message = |author, nonce: Option<&str>, mentions: &[u64], content: &str| SeenMessage {
            id: MessageId(5),
            author: UserId(author),
            nonce: nonce.map(str::to_owned),
            mentions: mentions.iter().copied().map(UserId).collect(),
            content: content.into(),
        };
        for ours in [
            message(9, Some("77"), &[], "as it was edited"),
            message(9, None, &[1, 3], "Hi"),
            message(9, None, &[], "Hello, Ada"),
        ] {
            assert!(marks.are_on(&ours), "{ours:?}");
        }
        for other in [
            message(8, Some("77"), &[1, 2, 3], "Hello, Ada"),
            message(9, Some("78"), &[1, 2, 3], "Hello, Ada"),
            message(9, None, &[1], "Hello, Bo"),
        ] {
            assert!(!marks.are_on(&other), "{other:?}");
        }
    }
}
