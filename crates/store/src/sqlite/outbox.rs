//! The outbox: welcomes that are due, their attempts, and how they end.

use domain::id::{ChannelId, GuildId, MessageId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome};
use rusqlite::{Connection, OptionalExtension, params};

use super::row::{self, WELCOME, id, to_db};
use crate::outbox::{CountedWelcomes, OutboxCounts, Outcome, first_behind};

/// How many rows a portion of pruning looks at.
const PRUNE_PORTION: u32 = 500;

pub(super) const COUNT: &str = "
    SELECT state, skip_reason, count(*), max(id)
    FROM (SELECT id, state, skip_reason FROM welcome WHERE id >= ?1 ORDER BY id LIMIT ?2)
    GROUP BY state, skip_reason";

pub(super) fn find(db: &Connection, id: WelcomeId) -> rusqlite::Result<Option<Welcome>> {
    db.prepare_cached(&format!("SELECT {WELCOME} FROM welcome WHERE id = ?1"))?
        .query_row([to_db(id.0)], row::welcome)
        .optional()
}

pub(super) fn history(db: &Connection, guild: GuildId, len_max: usize) -> rusqlite::Result<Vec<Welcome>> {
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome WHERE guild_id = ?1 ORDER BY id DESC LIMIT ?2"
    ))?
    .query_map([to_db(guild.0), limit(len_max)], row::welcome)?
    .collect()
}

pub(super) fn newest(db: &Connection, len_max: usize) -> rusqlite::Result<Vec<Welcome>> {
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome ORDER BY id DESC LIMIT ?1"
    ))?
    .query_map([limit(len_max)], row::welcome)?
    .collect()
}

pub(super) fn newest_skipped(
    db: &Connection,
    reasons: &[SkipReason],
    among: usize,
    len_max: usize,
) -> rusqlite::Result<Vec<Welcome>> {
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.name()).collect();
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome WHERE id IN (
             SELECT id FROM (SELECT id, skip_reason FROM welcome ORDER BY id DESC LIMIT ?2)
             WHERE skip_reason IN (SELECT value FROM json_each(?1))
             ORDER BY id DESC LIMIT ?3
         ) ORDER BY id DESC"
    ))?
    .query_map(
        // Lower case and underscores: a list of them is written the same way in JSON.
        params![format!("{reasons:?}"), limit(among), limit(len_max)],
        row::welcome,
    )?
    .collect()
}

pub(super) fn unsettled(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM welcome WHERE state IN ('pending', 'sending')")?
        .query_row([], |row| id(row, 0))
}

/// Takes a row for an attempt: of several callers one gets it, since it is not due again until `due_again_at`.
pub(super) fn begin_attempt(
    tx: &Connection,
    id: WelcomeId,
    channel: ChannelId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> rusqlite::Result<Option<Welcome>> {
    tx.prepare_cached(&format!(
        "UPDATE welcome SET
             state = 'sending',
             in_doubt = in_doubt OR state = 'sending',
             attempts = attempts + 1,
             channel_id = ?2,
             first_attempt_at = coalesce(first_attempt_at, ?3),
             next_attempt_at = ?4
         WHERE id = ?1 AND next_attempt_at <= ?3
             AND (state = 'pending' OR (state = 'sending' AND has_left = 0))
         RETURNING {WELCOME}"
    ))?
    .query_row(
        [to_db(id.0), to_db(channel.0), now.0, due_again_at.0],
        row::welcome,
    )
    .optional()
}

pub(super) fn release_attempts(tx: &Connection, now: UnixMs) -> rusqlite::Result<u64> {
    let released = tx
        .prepare_cached(
            // Named twice so that the index of what is due applies.
            "UPDATE welcome SET next_attempt_at = ?1
             WHERE state IN ('pending', 'sending') AND state = 'sending' AND next_attempt_at > ?1",
        )?
        .execute([now.0])?;
    Ok(released as u64)
}

/// Settles a row, or all rows of a group. Returns how many changed.
pub(super) fn settle(tx: &Connection, id: WelcomeId, outcome: &Outcome) -> rusqlite::Result<u64> {
    match *outcome {
        Outcome::Sent { message, channel, at } => mark_sent(tx, id, message, channel, at),
        Outcome::Skip { reason, at } => skip(tx, id, reason, at),
        Outcome::NotThere { at } => {
            forget_doubt(tx, id)?;
            take_back(tx, id, at)
        }
        Outcome::NotTried { at } => {
            discount_attempt(tx, id)?;
            not_delivered(tx, id, at)
        }
        Outcome::Retry {
            not_delivered: true,
            at,
        } => not_delivered(tx, id, at),
        Outcome::Retry {
            not_delivered: false,
            at,
        } => put_off(tx, id, at),
    }
}

fn not_delivered(tx: &Connection, id: WelcomeId, at: UnixMs) -> rusqlite::Result<u64> {
    match take_back(tx, id, at)? {
        0 => put_off(tx, id, at),
        changed => Ok(changed),
    }
}

/// Wins over every other state. Returns for how many rows that is news; a message id that was missing is filled in
/// silently.
pub(super) fn mark_sent(
    tx: &Connection,
    id: WelcomeId,
    message: Option<MessageId>,
    channel: ChannelId,
    at: UnixMs,
) -> rusqlite::Result<u64> {
    let message = message.map(|message| to_db(message.0));
    let changed = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'sent', skip_reason = NULL, message_id = ?2, channel_id = ?3, settled_at = ?4
             WHERE (id = ?1 OR group_id = ?1) AND state <> 'sent'",
        )?
        .execute(params![to_db(id.0), message, to_db(channel.0), at.0])?;
    if changed == 0 && message.is_some() {
        tx.prepare_cached(
            "UPDATE welcome SET message_id = ?2, channel_id = ?3
             WHERE (id = ?1 OR group_id = ?1) AND state = 'sent' AND message_id IS NULL",
        )?
        .execute(params![to_db(id.0), message, to_db(channel.0)])?;
    }
    Ok(changed as u64)
}

fn skip(tx: &Connection, id: WelcomeId, reason: SkipReason, at: UnixMs) -> rusqlite::Result<u64> {
    let changed = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?2, settled_at = ?3
             WHERE (id = ?1 OR group_id = ?1) AND state IN ('pending', 'sending')",
        )?
        .execute(params![to_db(id.0), reason.name(), at.0])?;
    Ok(changed as u64)
}

/// The attempt posted nothing, and no earlier one may have: the rows are as before it, each on its own. A member may have
/// left meanwhile, which was known at the latest when the attempt ended.
fn take_back(tx: &Connection, id: WelcomeId, at: UnixMs) -> rusqlite::Result<u64> {
    let changed: Vec<(i64, i64, bool)> = tx
        .prepare_cached(
            "UPDATE welcome SET
                 state = iif(has_left, 'skipped', 'pending'),
                 skip_reason = iif(has_left, ?3, NULL),
                 settled_at = iif(has_left, first_attempt_at, NULL),
                 first_attempt_at = NULL,
                 channel_id = NULL,
                 group_id = NULL,
                 next_attempt_at = ?2
             WHERE (id = ?1 OR group_id = ?1) AND state = 'sending' AND NOT in_doubt
             RETURNING guild_id, user_id, has_left",
        )?
        .query_map(params![to_db(id.0), at.0, SkipReason::Left.name()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (guild, user, has_left) in &changed {
        if *has_left {
            greet_after_all(tx, *guild, *user, at)?;
        }
    }
    Ok(changed.len() as u64)
}

/// A member left and came back while it was not known whether they had been greeted, so their return was not. Now it is
/// known that they had not.
fn greet_after_all(tx: &Connection, guild: i64, user: i64, at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE welcome SET state = 'pending', skip_reason = NULL, settled_at = NULL, next_attempt_at = ?3
         WHERE id = (
             SELECT max(id) FROM welcome
             WHERE guild_id = ?1 AND user_id = ?2 AND skip_reason = ?4 AND NOT has_left
         ) AND NOT EXISTS (
             SELECT 1 FROM welcome WHERE guild_id = ?1 AND user_id = ?2 AND state <> 'skipped'
         )",
    )?
    .execute(params![guild, user, at.0, SkipReason::GreetedRecently.name()])
    .map(drop)
}

fn forget_doubt(tx: &Connection, id: WelcomeId) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE welcome SET in_doubt = 0 WHERE (id = ?1 OR group_id = ?1) AND state = 'sending'",
    )?
    .execute([to_db(id.0)])
    .map(drop)
}

fn discount_attempt(tx: &Connection, id: WelcomeId) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE welcome SET attempts = max(attempts - 1, 0)
         WHERE (id = ?1 OR group_id = ?1) AND state = 'sending'",
    )?
    .execute([to_db(id.0)])
    .map(drop)
}

fn put_off(tx: &Connection, id: WelcomeId, at: UnixMs) -> rusqlite::Result<u64> {
    let changed = tx
        .prepare_cached(
            "UPDATE welcome SET next_attempt_at = ?2
             WHERE (id = ?1 OR group_id = ?1) AND state IN ('pending', 'sending')",
        )?
        .execute([to_db(id.0), at.0])?;
    Ok(changed as u64)
}

pub(super) fn count(
    db: &Connection,
    after: Option<WelcomeId>,
    len_max: usize,
) -> rusqlite::Result<CountedWelcomes> {
    let mut counts = OutboxCounts::default();
    let mut last = None;
    let mut statement = db.prepare_cached(COUNT)?;
    let mut rows = statement.query([first_behind(after), limit(len_max)])?;
    while let Some(row) = rows.next()? {
        let state: String = row.get(0)?;
        let count = id(row, 2)?;
        last = last.max(Some(row.get::<_, i64>(3)?));
        match state.as_str() {
            "pending" => counts.pending = count,
            "sending" => counts.sending = count,
            "sent" => counts.sent = count,
            "skipped" => {
                counts.skipped.insert(row::skip_reason(row, 1)?, count);
            }
            _ => return Err(row::unknown_word("state", &state)),
        }
    }
    Ok(CountedWelcomes::of_portion(counts, last, len_max))
}

/// What a portion of pruning did.
pub(super) struct Pruned {
    pub(super) deleted: u64,
    /// Where the next portion goes on; `None` at the end.
    pub(super) last: Option<WelcomeId>,
}

/// Looks at the next rows behind `after`, in the order of their ids, that is of their age.
pub(super) fn prune_portion(
    tx: &Connection,
    before: UnixMs,
    after: Option<WelcomeId>,
) -> rusqlite::Result<Pruned> {
    let from = first_behind(after);
    let end = to_db(WelcomeId::new(before, 0).0);
    let last: Option<i64> = tx
        .prepare_cached(
            "SELECT max(id) FROM (SELECT id FROM welcome WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3)",
        )?
        .query_row(params![from, end, PRUNE_PORTION], |row| row.get(0))?;
    let Some(last) = last else {
        return Ok(Pruned {
            deleted: 0,
            last: None,
        });
    };
    let deleted = tx
        .prepare_cached(
            "DELETE FROM welcome WHERE id BETWEEN ?1 AND ?2 AND state IN ('sent', 'skipped')
                 AND settled_at < ?3 AND queued_at < ?3 AND joined_at < ?3",
        )?
        .execute([from, last, before.0])?;
    Ok(Pruned {
        deleted: deleted as u64,
        last: Some(WelcomeId(last.cast_unsigned())),
    })
}

pub(super) fn limit(len_max: usize) -> i64 {
    i64::try_from(len_max).unwrap_or(i64::MAX)
}
