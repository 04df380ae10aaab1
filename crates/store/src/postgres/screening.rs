//! Welcomes that wait until their member has passed membership screening: pending rows of `welcome` that are not due at
//! any time.

use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::welcome::{Membership, SkipReason};

use super::failure::Failure;
use super::row::{id, to_db};
use super::session::Session;

/// Makes a member's welcome due. It grows stale from here, so it counts as queued now. Returns how many that were.
pub(super) async fn pass(tx: &Session, membership: Membership, at: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET in_screening = false, queued_at = $3, next_attempt_at = $3
         WHERE guild_id = $1 AND user_id = $2 AND in_screening AND state = 'pending'",
        &[&to_db(membership.guild.0), &to_db(membership.user.0), &at.0],
    )
    .await
}

pub(super) async fn waiting(db: &Session, guild: GuildId) -> Result<Vec<UserId>, Failure> {
    let rows = db
        .rows(
            "SELECT user_id FROM welcome WHERE guild_id = $1 AND in_screening AND state = 'pending' ORDER BY user_id",
            &[&to_db(guild.0)],
        )
        .await?;
    rows.iter().map(|row| id(row, "user_id").map(UserId)).collect()
}

/// Ends the wait of those who joined before `before`, but for rows that others hold.
pub(super) async fn give_up(tx: &Session, before: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = $2, settled_at = $1 WHERE id IN (
             SELECT id FROM welcome WHERE in_screening AND state = 'pending' AND queued_at < $1
             FOR UPDATE SKIP LOCKED
         )",
        &[&before.0, &SkipReason::Stale.name()],
    )
    .await?;
    Ok(())
}
