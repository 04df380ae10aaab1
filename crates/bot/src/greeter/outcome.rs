//! What became of a post whose outcome is unknown: told by the channel itself, where it can be read.

use discord::{RestError, SeenMessage};
use domain::id::{ChannelId, MessageId};
use domain::time::UnixMs;
use tracing::warn;

use super::lane::Post;
use super::{Greeter, compose};

/// The most messages that Discord returns at once.
const PAGE_LEN: u8 = 100;

/// What a channel tells of a post.
pub(super) enum Told {
    /// It stands there.
    Standing(MessageId),
    /// It does not, and we can read what does.
    NotThere,
    /// Nothing: its past is closed to us.
    Nothing,
}

/// Looks for an earlier attempt's message in its channel: ours, with the post's nonce or mentioning its members.
///
/// # Errors
/// [`RestError`]: the channel cannot be read now.
pub(super) async fn find(greeter: &Greeter, post: &Post, channel: ChannelId) -> Result<Told, RestError> {
    let from = begun_at(post) - greeter.timing.clock_slack;
    let mut after = MessageId::floor(from);
    let mut has_seen_any = false;
    loop {
        let page = greeter.rest.messages_after(channel, after, PAGE_LEN).await?;
        if let Some(message) = page.iter().find(|message| is_ours(greeter, post, message)) {
            return Ok(Told::Standing(message.id));
        }
        has_seen_any |= !page.is_empty();
        match page.iter().map(|message| message.id).max() {
            Some(newest) if page.len() == usize::from(PAGE_LEN) => after = newest,
            _ => break,
        }
    }
    if has_seen_any
        || greeter
            .rest
            .can_read_history(channel, MessageId::floor(from))
            .await?
    {
        return Ok(Told::NotThere);
    }
    warn!(
        guild = %post.welcomes[0].guild, %channel, permission = "READ_MESSAGE_HISTORY",
        "the bot may not read a channel's past, so it cannot find out there whether a welcome was posted"
    );
    Ok(Told::Nothing)
}

/// When the post was first begun.
pub(super) fn begun_at(post: &Post) -> UnixMs {
    let first = &post.welcomes[0];
    first.first_attempt_at.unwrap_or(first.queued_at)
}

fn is_ours(greeter: &Greeter, post: &Post, message: &SeenMessage) -> bool {
    if message.author != greeter.bot {
        return false;
    }
    match &message.nonce {
        Some(nonce) => *nonce == post.id.nonce(),
        None => {
            let users = compose::users(&post.welcomes);
            let mentioned = users
                .iter()
                .filter(|user| message.mentions.contains(user))
                .count();
            mentioned * 2 > users.len()
        }
    }
}
