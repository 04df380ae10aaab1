//! What has to be stored in the end, and what is.

use std::collections::HashMap;
use std::fmt;

use domain::activity::meter::{Meter, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use serde::Serialize;
use store::{Store, StoreError};

/// What messages come to, in the order of their time and by the rules of a guild that chose nothing.
pub(super) struct Expected {
    members: HashMap<(GuildId, UserId), (u64, Meter)>,
}

/// What is stored of each member.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// How many messages, and whether all else is as it should be.
    members: HashMap<(GuildId, UserId), (u64, bool)>,
}

/// How both compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Miscounted {
    /// Members whose count or score is not what their messages come to.
    pub(super) members: u64,
    /// Acknowledged messages that are not stored.
    pub(super) lost: u64,
    /// Messages that are stored and were not sent, or not acknowledged.
    pub(super) surplus: u64,
}

impl Expected {
    /// Of messages: where, by whom and when.
    pub(super) fn of(messages: impl Iterator<Item = (GuildId, UserId, UnixMs)>) -> Self {
        let rules = ScoreRules::default();
        let mut members: HashMap<_, (u64, Meter)> = HashMap::new();
        for (guild, user, at) in messages {
            let run = Run::one(at, Weight::Normal);
            members
                .entry((guild, user))
                .and_modify(|(messages, meter)| {
                    *messages += 1;
                    *meter = meter.plus(&run, &rules);
                })
                .or_insert_with(|| (1, Meter::begin(&run, &rules)));
        }
        Self { members }
    }

    /// What is wrong with what is stored.
    pub(super) fn against(&self, counted: &Counted) -> Miscounted {
        let mut wrong = Miscounted::default();
        for (member, (expected, _)) in &self.members {
            let (found, is_right) = counted.members.get(member).copied().unwrap_or_default();
            wrong.lost += expected.saturating_sub(found);
            wrong.surplus += found.saturating_sub(*expected);
            wrong.members += u64::from(found != *expected || !is_right);
        }
        for (member, (found, _)) in &counted.members {
            if !self.members.contains_key(member) {
                wrong.surplus += found;
                wrong.members += 1;
            }
        }
        wrong
    }
}

impl Counted {
    /// Reads all that is stored of these users in the guilds that are `looked_at`.
    pub(super) async fn of(
        store: &Store,
        users: impl Iterator<Item = UserId>,
        looked_at: impl Fn(GuildId) -> bool,
        expected: &Expected,
    ) -> Result<Self, StoreError> {
        let mut counted = Self::default();
        for user in users {
            for record in store.member_activity(user).await? {
                if !looked_at(record.guild) {
                    continue;
                }
                let by_days = record.days.iter().map(|(_, messages)| messages).sum();
                let by_months: u64 = record.months.iter().map(|(_, messages)| messages).sum();
                let meter = expected
                    .members
                    .get(&(record.guild, user))
                    .map(|(_, meter)| meter);
                let is_right = meter.is_some_and(|meter| comes_to_the_same(meter, &record.meter))
                    && by_months == by_days;
                counted.add(record.guild, user, by_days, is_right);
            }
        }
        Ok(counted)
    }

    /// Notes what is stored of a member; `is_right` says it of all but the count.
    pub(super) fn add(&mut self, guild: GuildId, user: UserId, messages: u64, is_right: bool) {
        self.members.insert((guild, user), (messages, is_right));
    }
}

impl Miscounted {
    /// Nothing is wrong.
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What is wrong.
impl fmt::Display for Miscounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            members,
            lost,
            surplus,
        } = self;
        write!(
            f,
            "{members} members are miscounted: {lost} messages are lost, {surplus} too many"
        )
    }
}

impl std::ops::AddAssign for Miscounted {
    fn add_assign(&mut self, other: Self) {
        self.members += other.members;
        self.lost += other.lost;
        self.surplus += other.surplus;
    }
}

/// Of a burst that nothing was before, the time before it tells nothing: which message was stored first.
fn comes_to_the_same(one: &Meter, other: &Meter) -> bool {
    let known = |meter: &Meter| Meter {
        base_at: if meter.base == Score::ZERO {
            meter.first
        } else {
            meter.base_at
        },
        ..*meter
    };
    known(one) == known(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_found() {
        let messages = (0..200).map(|number| {
            let at = UnixMs(1_785_585_600_000 + number * 1_000);
            let member = number.unsigned_abs() % 7;
            (GuildId(member % 2 + 1), UserId(member + 10), at)
        });
        let expected = Expected::of(messages);
        let exact = || {
            let mut counted = Counted::default();
            for ((guild, user), (messages, _)) in &expected.members {
                counted.add(*guild, *user, *messages, true);
            }
            counted
        };
        assert!(expected.against(&exact()).is_nothing());

        let some = *expected.members.keys().next().expect("somebody wrote");
        let (messages, _) = expected.members[&some];
        let with = |messages, is_right| {
            let mut counted = exact();
            counted.add(some.0, some.1, messages, is_right);
            expected.against(&counted)
        };
        let wrong = |lost, surplus| Miscounted {
            members: 1,
            lost,
            surplus,
        };
        assert_eq!(with(messages - 1, true), wrong(1, 0));
        assert_eq!(with(messages + 2, true), wrong(0, 2));
        assert_eq!(with(messages, false), wrong(0, 0));

        let mut absent = exact();
        absent.members.remove(&some);
        assert_eq!(expected.against(&absent), wrong(messages, 0));
        let mut stranger = exact();
        stranger.add(GuildId(1), UserId(1), 4, true);
        assert_eq!(expected.against(&stranger), wrong(0, 4));
    }
}
