//! What a write locks before anything else, so that writers wait for each other in one order and never in a circle.
//!
//! A guild's writes happen one after the other, over all processes, as if the guild had a writer of its own; so do a
//! shard's. That is an advisory lock for each, of which there is a fixed number: guilds far apart may share one.
//! They are taken in the order of their numbers. A write without such a lock changes one row, or passes over rows that
//! others hold.

use std::collections::BTreeSet;
use std::fmt::{Display, Write};

use domain::effect::Effect;
use domain::id::{GuildId, WelcomeId};
use domain::shard::ShardKey;

use super::row::to_db;
use crate::batch::{Batch, CheckpointChange};

/// Keeps our locks apart from those of other programs in the same database: "droa" in ASCII.
pub(super) const CLASS: i32 = i32::from_be_bytes(*b"droa");
/// Of all migrations of a database one runs at a time.
pub(super) const MIGRATION: u32 = 2 * STRIPES;
/// Shared by the writes of the process that leads, so that none of them runs beside a takeover.
const LEADERSHIP: u32 = MIGRATION + 1;

const STRIPES: u32 = 1024;

/// The locks of a write.
#[derive(Debug, Default)]
pub(super) struct Locks {
    stripes: BTreeSet<u32>,
    /// Welcomes whose guilds are locked.
    welcomes: BTreeSet<i64>,
}

impl Locks {
    /// For a write that changes one row, or passes over rows that others hold.
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn guild(guild: GuildId) -> Self {
        Self {
            stripes: BTreeSet::from([stripe(guild)]),
            ..Self::default()
        }
    }

    pub(super) fn guilds(guilds: impl IntoIterator<Item = GuildId>) -> Self {
        Self {
            stripes: guilds.into_iter().map(stripe).collect(),
            ..Self::default()
        }
    }

    /// The guilds of welcomes.
    pub(super) fn welcomes(ids: &[WelcomeId]) -> Self {
        Self {
            welcomes: ids.iter().map(|id| to_db(id.0)).collect(),
            ..Self::default()
        }
    }

    /// Every guild.
    pub(super) fn all_guilds() -> Self {
        Self {
            stripes: (0..STRIPES).collect(),
            ..Self::default()
        }
    }

    /// What a batch may change.
    pub(super) fn batch(batch: &Batch) -> Self {
        let mut locks = Self::default();
        for effect in &batch.effects {
            match effect {
                Effect::StoreGuild(facts) => locks.add(facts.id),
                Effect::ChangeThreads(news) => locks.add(news.guild),
                Effect::BeginEpisode(episode) => locks.add(episode.guild),
                Effect::EndEpisode(membership)
                | Effect::TellEpisode { membership, .. }
                | Effect::ResumeEpisode { membership, .. }
                | Effect::PassScreening { membership, .. } => {
                    locks.add(membership.guild);
                }
                Effect::ForgetGuild(guild)
                | Effect::WatchJoins { guild, .. }
                | Effect::SearchOn { guild, .. }
                | Effect::EndSearch(guild) => locks.add(*guild),
                Effect::BeginSession { guilds, .. } => guilds.iter().for_each(|guild| locks.add(*guild)),
                Effect::CountActivity(members) => members.iter().for_each(|member| locks.add(member.guild)),
                Effect::HearUntil { shard, .. } => locks.add_shard(*shard),
                Effect::ConfirmWelcome { id, .. } => {
                    locks.welcomes.insert(to_db(id.0));
                }
            }
        }
        match &batch.checkpoint {
            Some(CheckpointChange::Save(checkpoint)) => locks.add_shard(checkpoint.shard),
            Some(CheckpointChange::Forget(shard)) => locks.add_shard(*shard),
            None => {}
        }
        locks
    }

    fn add(&mut self, guild: GuildId) {
        self.stripes.insert(stripe(guild));
    }

    fn add_shard(&mut self, shard: ShardKey) {
        self.stripes.insert(STRIPES + shard.id % STRIPES);
    }

    /// A statement that takes the locks, for inside a transaction; `None` when there are none. It holds nothing but
    /// numbers.
    pub(super) fn take(&self) -> Option<String> {
        if self.stripes.is_empty() && self.welcomes.is_empty() {
            return None;
        }
        let stripes = list(&self.stripes);
        let from = if self.welcomes.is_empty() {
            format!("unnest('{{{stripes}}}'::int[]) AS stripe")
        } else {
            // The guild of a welcome never changes, so it may be read before it is locked.
            format!(
                "(SELECT unnest('{{{stripes}}}'::int[]) AS stripe
                  UNION SELECT ((guild_id >> 22) & {})::int FROM welcome WHERE id = ANY ('{{{}}}'::bigint[])) AS named",
                STRIPES - 1,
                list(&self.welcomes)
            )
        };
        Some(format!(
            "SELECT count(pg_advisory_xact_lock({CLASS}, stripe))
             FROM (SELECT stripe FROM {from} ORDER BY stripe) AS sorted"
        ))
    }
}

/// A statement without rows that waits for the writes of the process that leads, and keeps later ones waiting.
pub(super) fn take_over() -> String {
    // What the function returns is never NULL.
    format!("SELECT 1 WHERE pg_advisory_xact_lock({CLASS}, {LEADERSHIP}) IS NULL")
}

/// A statement without rows that waits for a takeover, and keeps later ones waiting.
pub(super) fn write_as_leader() -> String {
    format!("SELECT 1 WHERE pg_advisory_xact_lock_shared({CLASS}, {LEADERSHIP}) IS NULL")
}

/// Guilds of one shard differ in these bits, the lowest that count milliseconds.
fn stripe(guild: GuildId) -> u32 {
    u32::try_from((guild.0 >> 22) % u64::from(STRIPES)).expect("below a u32")
}

fn list<T: Display>(numbers: &BTreeSet<T>) -> String {
    let mut text = String::new();
    for number in numbers {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(text, "{comma}{number}");
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::time::UnixMs;

    use super::*;

    #[test]
    fn locks_of_a_batch_are_those_of_its_guilds_and_its_shard_sorted_and_once() {
        let guild = |n: u64| GuildId(n << 22);
        let batch = Batch {
            at: UnixMs(0),
            effects: vec![
                Effect::ForgetGuild(guild(9)),
                Effect::EndSearch(guild(3)),
                Effect::BeginSession {
                    guilds: vec![guild(9), guild(1024 + 5)],
                    at: UnixMs(0),
                    told_late_max: std::time::Duration::ZERO,
                },
            ],
            checkpoint: Some(CheckpointChange::Forget(ShardKey { id: 7, count: 8 })),
        };
        let taken = Locks::batch(&batch).take().expect("there are some");
        assert!(taken.contains("{3,5,9,1031}"), "{taken}");
    }

    #[test]
    fn write_of_one_row_locks_nothing_beforehand() {
        assert_eq!(Locks::none().take(), None);
    }

    #[test]
    fn top_bit_of_a_guild_does_not_change_its_lock() {
        // The server shifts the signed number of the same bits.
        let guild = GuildId(u64::MAX);
        let of_the_server = (to_db(guild.0) >> 22) & i64::from(STRIPES - 1);
        assert_eq!(i64::from(stripe(guild)), of_the_server);
    }
}
