//! The messages of a batch of events, summed for each member.

use std::collections::HashMap;

use crate::day::Day;
use crate::event::Message;
use crate::id::{ChannelId, GuildId, UserId};
use crate::time::UnixMs;

use super::meter::{MemberActivity, Run};
use super::rules::{ActivityRules, ScoreRules, Weight};

/// Messages that are counted and not stored yet.
#[derive(Debug, Default)]
pub struct ActivitySum {
    guilds: HashMap<GuildId, GuildSum>,
}

#[derive(Debug)]
struct GuildSum {
    rules: ActivityRules,
    /// The day that the message before was written on, and when it begins and ends.
    day: Option<(Day, UnixMs, UnixMs)>,
    members: HashMap<UserId, Vec<Counted>>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    at: UnixMs,
    weight: Weight,
    day: Day,
}

impl ActivitySum {
    /// Says what a guild chose, until the sum is taken. What was counted before is kept.
    pub fn set_rules(&mut self, guild: GuildId, rules: ActivityRules) {
        let members = self.guilds.remove(&guild).map(|sum| sum.members);
        self.guilds.insert(
            guild,
            GuildSum {
                rules,
                day: None,
                members: members.unwrap_or_default(),
            },
        );
    }

    /// Whether it matters for a message, should it be in a thread, in which channel that was begun. `None` where the guild's
    /// rules are not known.
    pub fn asks_for_parent(&self, message: &Message) -> Option<bool> {
        let sum = self.guilds.get(&message.guild)?;
        Some(sum.rules.asks_for_parent(message.channel))
    }

    /// Counts a message, once for each time that it is handed in. `parent` is the channel that its thread was begun in, when
    /// that is known. Messages of guilds whose rules are not known are passed over. Returns whether it counts for its author.
    pub fn add(&mut self, message: &Message, parent: Option<ChannelId>) -> bool {
        let Some(sum) = self.guilds.get_mut(&message.guild) else {
            return false;
        };
        let Some(weight) = sum.rules.weight(message, parent) else {
            return false;
        };
        let at = message.id.created_at();
        let counted = Counted {
            at,
            weight,
            day: sum.day(at),
        };
        sum.members.entry(message.author).or_default().push(counted);
        true
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.guilds.values().all(|sum| sum.members.is_empty())
    }

    /// All that was counted, by guild and user; the sum knows nothing afterwards, no rules either.
    pub fn take(&mut self) -> Vec<MemberActivity> {
        let mut all = Vec::new();
        for (guild, sum) in self.guilds.drain() {
            let rules = sum.rules.score;
            all.extend(sum.members.into_iter().map(|(user, mut counted)| {
                counted.sort_unstable_by_key(|message| message.at);
                MemberActivity {
                    guild,
                    user,
                    days: days(&counted),
                    runs: runs(&counted, &rules),
                    rules,
                }
            }));
        }
        all.sort_unstable_by_key(|member| (member.guild, member.user));
        all
    }
}

impl GuildSum {
    fn day(&mut self, at: UnixMs) -> Day {
        if let Some((day, begins, ends)) = self.day
            && begins <= at
            && at < ends
        {
            return day;
        }
        let zone = &self.rules.zone;
        let day = Day::at(at, zone);
        self.day = Some((day, day.begins(zone), day.plus(1).begins(zone)));
        day
    }
}

/// How many messages each day has. A zone whose clocks go back over midnight has days out of order.
fn days(counted: &[Counted]) -> Vec<(Day, u32)> {
    let mut days: Vec<(Day, u32)> = Vec::with_capacity(1);
    for message in counted {
        match days.iter_mut().find(|(day, _)| *day == message.day) {
            Some((_, count)) => *count += 1,
            None => days.push((message.day, 1)),
        }
    }
    days.sort_unstable_by_key(|(day, _)| *day);
    days
}

/// Sorted messages, as the fewest runs.
fn runs(counted: &[Counted], rules: &ScoreRules) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(1);
    for message in counted {
        let extended = runs
            .last_mut()
            .is_some_and(|run| run.extend(message.at, message.weight, rules));
        if !extended {
            runs.push(Run::one(message.at, message.weight));
        }
    }
    runs
}
