//! What a channel tells of a post whose outcome is unknown, where it can be read.

use discord::{Rest, RestError, SeenMessage};
use domain::id::{ChannelId, GuildId, MessageId};
use domain::time::UnixMs;
use tracing::warn;

/// The most messages that Discord returns at once.
const PAGE_LEN: u8 = 100;

/// What a channel tells of a post.
pub(crate) enum Told {
    /// It stands there.
    Standing(MessageId),
    /// It does not, and we can read what does.
    NotThere,
    /// Nothing: its past is closed to us, which was logged.
    Nothing,
}

/// Looks through a channel's messages since `from`, some time before the first attempt, for one of our own.
///
/// # Errors
/// [`RestError`]: the channel cannot be read now.
pub(crate) async fn find(
    rest: &Rest,
    guild: GuildId,
    channel: ChannelId,
    from: UnixMs,
    is_it: impl Fn(&SeenMessage) -> bool,
) -> Result<Told, RestError> {
    let mut after = MessageId::floor(from);
    let mut has_seen_any = false;
    loop {
        let page = rest.messages_after(channel, after, PAGE_LEN).await?;
        if let Some(message) = page.iter().find(|message| is_it(message)) {
            return Ok(Told::Standing(message.id));
        }
        has_seen_any |= !page.is_empty();
        match page.iter().map(|message| message.id).max() {
            Some(newest) if page.len() == usize::from(PAGE_LEN) => after = newest,
            _ => break,
        }
    }
    if has_seen_any || rest.can_read_history(channel, MessageId::floor(from)).await? {
        return Ok(Told::NotThere);
    }
    warn!(
        %guild, %channel, permission = "READ_MESSAGE_HISTORY",
        "the bot may not read a channel's past, so it cannot find out there whether a message was posted"
    );
    Ok(Told::Nothing)
}
