//! Which messages are counted, by whom.

use std::ops::Range;

use bot::clock::{Clock, SystemClock};
use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

/// When the messages begin: 2026-08-01, noon. They are all of one day, and of so few stretches of the cooldown that
/// their order changes nothing, so that every score can be recounted.
const BEGINS: UnixMs = UnixMs(1_785_585_600_000);
const WITHIN_MS: u64 = 20 * 60 * 1_000;

/// Discord counts the time in its ids from here.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// A load. All processes that are told it draw the same messages from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Load {
    pub(super) operations: u32,
    pub(super) guilds: u32,
    pub(super) users: u32,
    pub(super) workers: u32,
    pub(super) seed: u64,
    /// The first guild's id, which was in no database before; the others follow it.
    first_guild: u64,
    phases: usize,
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operation {
    /// Its place among all.
    pub(super) number: u32,
    pub(super) guild: GuildId,
    pub(super) user: UserId,
    pub(super) at: UnixMs,
}

impl Load {
    pub(super) fn new(operations: u32, guilds: u32, users: u32, workers: u32, seed: u64) -> Self {
        let since_epoch_ms = SystemClock.now().0 - DISCORD_EPOCH_MS;
        Self {
            operations,
            guilds,
            users,
            workers,
            seed,
            first_guild: since_epoch_ms.unsigned_abs() << 22,
            phases: 1,
        }
    }

    /// In so many phases, between which all workers rest.
    pub(super) fn in_phases(self, phases: usize) -> Self {
        Self { phases, ..self }
    }

    pub(super) fn phases(&self) -> Range<usize> {
        0..self.phases
    }

    /// All messages.
    pub(super) fn all(&self) -> impl Iterator<Item = Operation> {
        let mut random = StdRng::seed_from_u64(self.seed);
        (0..self.operations).map(move |number| {
            let at = u64::from(number) * WITHIN_MS / u64::from(self.operations);
            Operation {
                number,
                guild: GuildId(self.first_guild + u64::from(random.random_range(0..self.guilds))),
                user: self.user(random.random_range(0..self.users)),
                at: UnixMs(BEGINS.0 + i64::try_from(at).expect("minutes")),
            }
        })
    }

    /// All users, whether they write or not.
    pub(super) fn everybody(&self) -> impl Iterator<Item = UserId> {
        (0..self.users).map(|number| self.user(number))
    }

    /// Whether a guild is one of this load's.
    pub(super) fn has(&self, guild: GuildId) -> bool {
        (self.first_guild..self.first_guild + u64::from(self.guilds)).contains(&guild.0)
    }

    /// A worker's messages, for each phase.
    pub(super) fn of_worker(&self, worker: u32) -> Vec<Vec<Operation>> {
        let step = self.workers as usize;
        let mine: Vec<_> = self.all().skip(worker as usize).step_by(step).collect();
        let len = mine.len().div_ceil(self.phases).max(1);
        let mut phases: Vec<_> = mine.chunks(len).map(<[_]>::to_vec).collect();
        phases.resize(self.phases, Vec::new());
        phases
    }

    fn user(&self, number: u32) -> UserId {
        UserId((1 << 40) + u64::from(number))
    }
}

impl Operation {
    /// The day that it belongs to.
    pub(super) fn day(&self) -> Day {
        Day::at(self.at, Zone::utc())
    }

    /// What a batch of this one message holds.
    pub(super) fn activity(&self, day: Day) -> MemberActivity {
        MemberActivity {
            guild: self.guild,
            user: self.user,
            days: vec![(day, 1)],
            runs: vec![Run::one(self.at, Weight::Normal)],
            rules: ScoreRules::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::activity::rules::ActivityRules;
    use domain::activity::sum::ActivitySum;
    use domain::event::Message;
    use domain::id::{ChannelId, MessageId};

    use super::*;

    fn load() -> Load {
        Load::new(1_000, 3, 50, 7, 5)
    }

    #[test]
    fn workers_share_all_messages_and_none_has_another_ones() {
        for phases in [1, 2, 3] {
            let load = load().in_phases(phases);
            let mut numbers = HashSet::new();
            for worker in 0..load.workers {
                let mine = load.of_worker(worker);
                assert_eq!(mine.len(), phases);
                for operation in mine.into_iter().flatten() {
                    assert!(numbers.insert(operation.number), "{operation:?} is twice there");
                }
            }
            assert_eq!(numbers.len(), 1_000);
        }
    }

    #[test]
    fn load_that_is_told_to_another_process_draws_the_same_messages() {
        let load = load();
        let told = serde_json::to_string(&load).expect("JSON");
        let heard: Load = serde_json::from_str(&told).expect("a load");
        assert!(load.all().eq(heard.all()));
        assert!(load.all().all(|operation| load.has(operation.guild)));
        let users: HashSet<_> = load.everybody().collect();
        assert!(load.all().all(|operation| users.contains(&operation.user)));
    }

    #[test]
    fn operation_is_what_the_bot_makes_of_one_message() {
        let operation = load().all().nth(500).expect("a thousand");
        let mut sum = ActivitySum::default();
        sum.set_rules(operation.guild, ActivityRules::default());
        let since_epoch_ms = operation.at.0 - DISCORD_EPOCH_MS;
        let message = Message {
            id: MessageId(since_epoch_ms.unsigned_abs() << 22),
            guild: operation.guild,
            channel: ChannelId(1),
            author: operation.user,
            by_person: true,
            roles: Vec::new(),
            nonce: None,
        };
        assert!(sum.add(&message, None));
        assert_eq!(sum.take(), [operation.activity(operation.day())]);
    }
}
