//! The outbox: welcomes that are due, their attempts, and how they end.

use domain::id::{ChannelId, GuildId, MessageId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome};

use super::failure::Failure;
use super::row::{self, id, limit, to_db, welcome_columns};
use super::session::Session;
use crate::outbox::{CountedWelcomes, OutboxCounts, Outcome, first_behind};

/// How many rows a portion of pruning looks at.
const PRUNE_PORTION: i64 = 500;

pub(super) async fn find(db: &Session, id: WelcomeId) -> Result<Option<Welcome>, Failure> {
    let row = db
        .row_if_any(
            concat!("SELECT ", welcome_columns!(), " FROM welcome WHERE id = $1"),
            &[&to_db(id.0)],
        )
        .await?;
    row.as_ref().map(row::welcome).transpose()
}

pub(super) async fn history(db: &Session, guild: GuildId, len_max: usize) -> Result<Vec<Welcome>, Failure> {
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM welcome WHERE guild_id = $1 ORDER BY id DESC LIMIT $2"
            ),
            &[&to_db(guild.0), &limit(len_max)],
        )
        .await?;
    row::welcomes(&rows)
}

pub(super) async fn newest(db: &Session, len_max: usize) -> Result<Vec<Welcome>, Failure> {
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM welcome ORDER BY id DESC LIMIT $1"
            ),
            &[&limit(len_max)],
        )
        .await?;
    row::welcomes(&rows)
}

pub(super) async fn newest_skipped(
    db: &Session,
    reasons: &[SkipReason],
    among: usize,
    len_max: usize,
) -> Result<Vec<Welcome>, Failure> {
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.name()).collect();
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM (SELECT * FROM welcome ORDER BY id DESC LIMIT $2) AS newest
                 WHERE skip_reason = ANY ($1) ORDER BY id DESC LIMIT $3"
            ),
            &[&reasons, &limit(among), &limit(len_max)],
        )
        .await?;
    row::welcomes(&rows)
}

pub(super) async fn unsettled(db: &Session) -> Result<u64, Failure> {
    let row = db
        .row(
            "SELECT count(*) AS unsettled FROM welcome WHERE state IN ('pending', 'sending')",
            &[],
        )
        .await?;
    id(&row, "unsettled")
}

/// Takes a row for an attempt: of several callers, in whatever processes, one gets it. Who comes later waits for the row's
/// lock, and then sees that it is not due until `due_again_at`.
pub(super) async fn begin_attempt(
    tx: &Session,
    id: WelcomeId,
    channel: ChannelId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> Result<Option<Welcome>, Failure> {
    let row = tx
        .row_if_any(
            concat!(
                "UPDATE welcome SET
                     state = 'sending',
                     in_doubt = in_doubt OR state = 'sending',
                     attempts = attempts + 1,
                     channel_id = $2,
                     first_attempt_at = coalesce(first_attempt_at, $3),
                     next_attempt_at = $4
                 WHERE id = $1 AND next_attempt_at <= $3
                     AND (state = 'pending' OR (state = 'sending' AND NOT has_left))
                 RETURNING ",
                welcome_columns!()
            ),
            &[&to_db(id.0), &to_db(channel.0), &now.0, &due_again_at.0],
        )
        .await?;
    row.as_ref().map(row::welcome).transpose()
}

pub(super) async fn release_attempts(tx: &Session, now: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        // Named twice so that the index of what is due applies.
        "UPDATE welcome SET next_attempt_at = $1
         WHERE state IN ('pending', 'sending') AND state = 'sending' AND next_attempt_at > $1",
        &[&now.0],
    )
    .await
}

/// Settles a row, or all rows of a group. Returns how many changed.
pub(super) async fn settle(tx: &Session, id: WelcomeId, outcome: &Outcome) -> Result<u64, Failure> {
    match *outcome {
        Outcome::Sent { message, channel, at } => mark_sent(tx, id, message, channel, at).await,
        Outcome::Skip { reason, at } => skip(tx, id, reason, at).await,
        Outcome::NotThere { at } => {
            forget_doubt(tx, id).await?;
            take_back(tx, id, at).await
        }
        Outcome::NotTried { at } => {
            discount_attempt(tx, id).await?;
            not_delivered(tx, id, at).await
        }
        Outcome::Retry {
            not_delivered: true,
            at,
        } => not_delivered(tx, id, at).await,
        Outcome::Retry {
            not_delivered: false,
            at,
        } => put_off(tx, id, at).await,
    }
}

async fn not_delivered(tx: &Session, id: WelcomeId, at: UnixMs) -> Result<u64, Failure> {
    match take_back(tx, id, at).await? {
        0 => put_off(tx, id, at).await,
        changed => Ok(changed),
    }
}

/// Wins over every other state. Returns for how many rows that is news; a message id that was missing is filled in
/// silently.
pub(super) async fn mark_sent(
    tx: &Session,
    id: WelcomeId,
    message: Option<MessageId>,
    channel: ChannelId,
    at: UnixMs,
) -> Result<u64, Failure> {
    let (id, message, channel) = (
        to_db(id.0),
        message.map(|message| to_db(message.0)),
        to_db(channel.0),
    );
    let changed = tx
        .execute(
            "UPDATE welcome SET state = 'sent', skip_reason = NULL, message_id = $2, channel_id = $3, settled_at = $4
             WHERE (id = $1 OR group_id = $1) AND state <> 'sent'",
            &[&id, &message, &channel, &at.0],
        )
        .await?;
    if changed == 0 && message.is_some() {
        tx.execute(
            "UPDATE welcome SET message_id = $2, channel_id = $3
             WHERE (id = $1 OR group_id = $1) AND state = 'sent' AND message_id IS NULL",
            &[&id, &message, &channel],
        )
        .await?;
    }
    Ok(changed)
}

async fn skip(tx: &Session, id: WelcomeId, reason: SkipReason, at: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = $2, settled_at = $3
         WHERE (id = $1 OR group_id = $1) AND state IN ('pending', 'sending')",
        &[&to_db(id.0), &reason.name(), &at.0],
    )
    .await
}

/// The attempt posted nothing, and no earlier one may have: the rows are as before it, each on its own. A member may have
/// left meanwhile, which was known at the latest when the attempt ended.
async fn take_back(tx: &Session, id: WelcomeId, at: UnixMs) -> Result<u64, Failure> {
    let changed = tx
        .rows(
            "UPDATE welcome SET
                 state = CASE WHEN has_left THEN 'skipped' ELSE 'pending' END,
                 skip_reason = CASE WHEN has_left THEN $3::text END,
                 settled_at = CASE WHEN has_left THEN first_attempt_at END,
                 first_attempt_at = NULL,
                 channel_id = NULL,
                 group_id = NULL,
                 next_attempt_at = $2
             WHERE (id = $1 OR group_id = $1) AND state = 'sending' AND NOT in_doubt
             RETURNING guild_id, user_id, has_left",
            &[&to_db(id.0), &at.0, &SkipReason::Left.name()],
        )
        .await?;
    for row in &changed {
        if row.try_get("has_left")? {
            greet_after_all(tx, row.try_get("guild_id")?, row.try_get("user_id")?, at).await?;
        }
    }
    Ok(changed.len() as u64)
}

/// A member left and came back while it was not known whether they had been greeted, so their return was not. Now it is
/// known that they had not.
async fn greet_after_all(tx: &Session, guild: i64, user: i64, at: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'pending', skip_reason = NULL, settled_at = NULL, next_attempt_at = $3
         WHERE id = (
             SELECT max(id) FROM welcome
             WHERE guild_id = $1 AND user_id = $2 AND skip_reason = $4 AND NOT has_left
         ) AND NOT EXISTS (
             SELECT FROM welcome WHERE guild_id = $1 AND user_id = $2 AND state <> 'skipped'
         )",
        &[&guild, &user, &at.0, &SkipReason::GreetedRecently.name()],
    )
    .await?;
    Ok(())
}

async fn forget_doubt(tx: &Session, id: WelcomeId) -> Result<(), Failure> {
    tx.execute(
        "UPDATE welcome SET in_doubt = false WHERE (id = $1 OR group_id = $1) AND state = 'sending'",
        &[&to_db(id.0)],
    )
    .await?;
    Ok(())
}

async fn discount_attempt(tx: &Session, id: WelcomeId) -> Result<(), Failure> {
    tx.execute(
        "UPDATE welcome SET attempts = greatest(attempts - 1, 0)
         WHERE (id = $1 OR group_id = $1) AND state = 'sending'",
        &[&to_db(id.0)],
    )
    .await?;
    Ok(())
}

async fn put_off(tx: &Session, id: WelcomeId, at: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET next_attempt_at = $2
         WHERE (id = $1 OR group_id = $1) AND state IN ('pending', 'sending')",
        &[&to_db(id.0), &at.0],
    )
    .await
}

pub(super) async fn count(
    db: &Session,
    after: Option<WelcomeId>,
    len_max: usize,
) -> Result<CountedWelcomes, Failure> {
    let mut counts = OutboxCounts::default();
    let mut last = None;
    let rows = db
        .rows(
            "SELECT state, skip_reason, count(*) AS rows, max(id) AS last
             FROM (SELECT id, state, skip_reason FROM welcome WHERE id >= $1 ORDER BY id LIMIT $2) AS portion
             GROUP BY state, skip_reason",
            &[&first_behind(after), &limit(len_max)],
        )
        .await?;
    for row in &rows {
        let count = id(row, "rows")?;
        last = last.max(Some(row.try_get::<_, i64>("last")?));
        match row.try_get("state")? {
            "pending" => counts.pending = count,
            "sending" => counts.sending = count,
            "sent" => counts.sent = count,
            "skipped" => {
                counts.skipped.insert(row::skip_reason(row)?, count);
            }
            state => return Err(row::unknown_word("state", state)),
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

/// Looks at the next rows behind `after`, in the order of their ids, that is of their age. Rows that others hold are left
/// for another time.
pub(super) async fn prune_portion(
    tx: &Session,
    before: UnixMs,
    after: Option<WelcomeId>,
) -> Result<Pruned, Failure> {
    let from = first_behind(after);
    let end = to_db(WelcomeId::new(before, 0).0);
    let last: Option<i64> = tx
        .row(
            "SELECT max(id) AS last
             FROM (SELECT id FROM welcome WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3) AS portion",
            &[&from, &end, &PRUNE_PORTION],
        )
        .await?
        .try_get("last")?;
    let Some(last) = last else {
        return Ok(Pruned {
            deleted: 0,
            last: None,
        });
    };
    let deleted = tx
        .execute(
            "DELETE FROM welcome WHERE id IN (
                 SELECT id FROM welcome
                 WHERE id BETWEEN $1 AND $2 AND state IN ('sent', 'skipped')
                     AND settled_at < $3 AND queued_at < $3 AND joined_at < $3
                 FOR UPDATE SKIP LOCKED
             )",
            &[&from, &last, &before.0],
        )
        .await?;
    Ok(Pruned {
        deleted,
        last: Some(WelcomeId(last.cast_unsigned())),
    })
}
