//! Between rows and the domain's words.

use std::borrow::Cow;

use domain::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use domain::member::Member;
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use tokio_postgres::Row;

use super::failure::Failure;

/// The columns that [`welcome`] reads, as a literal, so that statements are built when they are compiled.
macro_rules! welcome_columns {
    () => {
        "id, guild_id, user_id, username, global_name, nick, discriminator, avatar, guild_avatar, bot, joined_at, \
         queued_at, member_number, state, skip_reason, has_left, attempts, first_attempt_at, next_attempt_at, \
         channel_id, message_id, settled_at, group_id"
    };
}
pub(super) use welcome_columns;

/// PostgreSQL's numbers are signed: the same 64 bits.
pub(super) fn to_db(id: u64) -> i64 {
    id.cast_signed()
}

/// A text as PostgreSQL takes it, which knows no NUL.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

pub(super) fn text_if_any(optional: Option<&String>) -> Option<Cow<'_, str>> {
    optional.map(|found| text(found))
}

pub(super) fn id(row: &Row, column: &str) -> Result<u64, Failure> {
    Ok(row.try_get::<_, i64>(column)?.cast_unsigned())
}

pub(super) fn id_if_any(row: &Row, column: &str) -> Result<Option<u64>, Failure> {
    Ok(row.try_get::<_, Option<i64>>(column)?.map(i64::cast_unsigned))
}

pub(super) fn time(row: &Row, column: &str) -> Result<UnixMs, Failure> {
    Ok(UnixMs(row.try_get(column)?))
}

pub(super) fn time_if_any(row: &Row, column: &str) -> Result<Option<UnixMs>, Failure> {
    Ok(row.try_get::<_, Option<i64>>(column)?.map(UnixMs))
}

/// A number that is stored wider than it is.
pub(super) fn narrow<T: TryFrom<i64>>(row: &Row, column: &str) -> Result<T, Failure> {
    let stored: i64 = row.try_get(column)?;
    T::try_from(stored).map_err(|_| {
        Failure::Row(format!(
            "the column {column} holds {stored}, which it never should"
        ))
    })
}

/// Reads the columns of [`welcome_columns`].
pub(super) fn welcome(row: &Row) -> Result<Welcome, Failure> {
    Ok(Welcome {
        id: WelcomeId(id(row, "id")?),
        guild: GuildId(id(row, "guild_id")?),
        member: member(row)?,
        joined_at: time(row, "joined_at")?,
        queued_at: time(row, "queued_at")?,
        member_number: id_if_any(row, "member_number")?,
        state: state(row)?,
        left: row.try_get("has_left")?,
        channel: id_if_any(row, "channel_id")?.map(ChannelId),
        attempts: narrow(row, "attempts")?,
        first_attempt_at: time_if_any(row, "first_attempt_at")?,
        next_attempt_at: time(row, "next_attempt_at")?,
        group: id_if_any(row, "group_id")?.map(WelcomeId),
    })
}

pub(super) fn welcomes(rows: &[Row]) -> Result<Vec<Welcome>, Failure> {
    rows.iter().map(welcome).collect()
}

fn member(row: &Row) -> Result<Member, Failure> {
    Ok(Member {
        id: UserId(id(row, "user_id")?),
        username: row.try_get("username")?,
        global_name: row.try_get("global_name")?,
        nick: row.try_get("nick")?,
        discriminator: narrow(row, "discriminator")?,
        avatar: row.try_get("avatar")?,
        guild_avatar: row.try_get("guild_avatar")?,
        bot: row.try_get("bot")?,
    })
}

fn state(row: &Row) -> Result<WelcomeState, Failure> {
    let name: &str = row.try_get("state")?;
    Ok(match name {
        "pending" => WelcomeState::Pending,
        "sending" => WelcomeState::Sending,
        "sent" => WelcomeState::Sent {
            message: id_if_any(row, "message_id")?.map(MessageId),
            channel: ChannelId(id(row, "channel_id")?),
            at: time(row, "settled_at")?,
        },
        "skipped" => WelcomeState::Skipped(skip_reason(row)?),
        _ => return Err(unknown_word("state", name)),
    })
}

pub(super) fn skip_reason(row: &Row) -> Result<SkipReason, Failure> {
    let name: &str = row.try_get("skip_reason")?;
    SkipReason::from_name(name).ok_or_else(|| unknown_word("skip_reason", name))
}

/// A word that this version does not know, in a row that it did not write.
pub(super) fn unknown_word(column: &str, word: &str) -> Failure {
    Failure::Row(format!("the column {column} holds the unknown word {word:?}"))
}

/// How many rows are wanted, as PostgreSQL counts.
pub(super) fn limit(len_max: usize) -> i64 {
    i64::try_from(len_max).unwrap_or(i64::MAX)
}
