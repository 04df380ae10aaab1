//! Between rows and the domain's words.

use domain::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use domain::member::Member;
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use rusqlite::types::Type;
use rusqlite::{Row, RowIndex};

/// The columns that [`welcome`] reads.
pub(super) const WELCOME: &str = "id, guild_id, user_id, username, global_name, nick, discriminator, avatar, \
     guild_avatar, bot, joined_at, queued_at, member_number, state, skip_reason, has_left, attempts, \
     first_attempt_at, next_attempt_at, channel_id, message_id, settled_at, group_id";

/// SQLite's numbers are signed: the same 64 bits.
pub(super) fn to_db(id: u64) -> i64 {
    id.cast_signed()
}

pub(super) fn id(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

pub(super) fn id_if_any(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(i64::cast_unsigned))
}

pub(super) fn time(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<UnixMs> {
    row.get(column).map(UnixMs)
}

pub(super) fn time_if_any(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<UnixMs>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(UnixMs))
}

/// Reads the columns of [`WELCOME`].
pub(super) fn welcome(row: &Row<'_>) -> rusqlite::Result<Welcome> {
    Ok(Welcome {
        id: WelcomeId(id(row, "id")?),
        guild: GuildId(id(row, "guild_id")?),
        member: member(row)?,
        joined_at: time(row, "joined_at")?,
        queued_at: time(row, "queued_at")?,
        member_number: id_if_any(row, "member_number")?,
        state: state(row)?,
        left: row.get("has_left")?,
        channel: id_if_any(row, "channel_id")?.map(ChannelId),
        attempts: row.get("attempts")?,
        first_attempt_at: time_if_any(row, "first_attempt_at")?,
        next_attempt_at: time(row, "next_attempt_at")?,
        group: id_if_any(row, "group_id")?.map(WelcomeId),
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: UserId(id(row, "user_id")?),
        username: row.get("username")?,
        global_name: row.get("global_name")?,
        nick: row.get("nick")?,
        discriminator: row.get("discriminator")?,
        avatar: row.get("avatar")?,
        guild_avatar: row.get("guild_avatar")?,
        bot: row.get("bot")?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<WelcomeState> {
    let name: String = row.get("state")?;
    Ok(match name.as_str() {
        "pending" => WelcomeState::Pending,
        "sending" => WelcomeState::Sending,
        "sent" => WelcomeState::Sent {
            message: id_if_any(row, "message_id")?.map(MessageId),
            channel: ChannelId(id(row, "channel_id")?),
            at: time(row, "settled_at")?,
        },
        "skipped" => WelcomeState::Skipped(skip_reason(row, "skip_reason")?),
        _ => return Err(unknown_word("state", &name)),
    })
}

pub(super) fn skip_reason(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<SkipReason> {
    let name: String = row.get(column)?;
    SkipReason::from_name(&name).ok_or_else(|| unknown_word("skip_reason", &name))
}

/// A word that this version does not know, in a row that it did not write.
pub(super) fn unknown_word(column: &str, word: &str) -> rusqlite::Error {
    let message = format!("the column {column} holds the unknown word {word:?}");
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, message.into())
}
