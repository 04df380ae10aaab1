//! Counts the simulator's log again, by the rules as people read them, with nothing of the bot's own.
//!
//! Messages of people count: ordinary ones and replies, not those of bots and webhooks, and not what Discord itself posts;
//! not in channels that a guild leaves out, nor of members with a role that it leaves out, and none where counting is
//! off. Each counts for the day and the month that it is in the guild's zone. Time is cut into stretches of the cooldown,
//! counted from 1970; in each of them a member's score gains once: half of the gain, all of it or twice as much, by the
//! channel that gives most. A silence longer than the grace takes away what fades in the time beyond it. A score is never
//! below 0 and never above 100.

use std::collections::{BTreeMap, HashMap};

use sim::clock::Timestamp;
use sim::world::log::Posted;
use sim::world::{Id, World};

use crate::crowd::{Choice, Town};

/// A point, in the units of stored scores.
const POINT: i64 = 36_000_000;
const ORDINARY: u8 = 0;
const REPLY: u8 = 19;

/// What a member's messages come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tallied {
    /// Messages by day, such as `2026-11-21`.
    pub(crate) days: BTreeMap<String, u64>,
    /// Messages by month, such as `2026-11`.
    pub(crate) months: BTreeMap<String, u64>,
    score: i64,
    /// The last message, in milliseconds since 1970.
    pub(crate) last_ms: Option<i64>,
    /// What was gained in each stretch, in halves of the gain.
    gained: HashMap<i64, i64>,
}

/// What the log comes to in a guild, by member.
pub(crate) fn recount(world: &World, town: &Town) -> BTreeMap<Id, Tallied> {
    let mut posted: Vec<&Posted> = world
        .log
        .messages
        .iter()
        .filter(|posted| posted.guild == town.guild.id && counts(world, town, posted))
        .collect();
    posted.sort_by_key(|posted| posted.message);
    let mut members: BTreeMap<Id, Tallied> = BTreeMap::new();
    for posted in posted {
        members.entry(posted.author).or_default().add(town, posted);
    }
    members
}

fn counts(world: &World, town: &Town, posted: &Posted) -> bool {
    let member = world.guilds[&posted.guild].members.get(&posted.author);
    town.choice.counts
        && posted.webhook.is_none()
        && !world.users[&posted.author].bot
        && [ORDINARY, REPLY].contains(&posted.kind)
        && posted.channel != town.channels.left_out
        && member.is_some_and(|member| !member.roles.contains(&town.left_out_role))
}

impl Tallied {
    fn add(&mut self, town: &Town, posted: &Posted) {
        let choice = &town.choice;
        let at_ms = posted.at_us.div_euclid(1000);
        let there_us = (at_ms + choice.ahead_min * 60_000) * 1000;
        let there = Timestamp(there_us).to_string();
        *self.days.entry(there[..10].to_owned()).or_default() += 1;
        *self.months.entry(there[..7].to_owned()).or_default() += 1;

        self.score = self.score_at(choice, at_ms);
        self.last_ms = Some(at_ms);
        let halves = if posted.channel == town.channels.double {
            4
        } else if posted.channel == town.channels.half {
            1
        } else {
            2
        };
        let gained = self
            .gained
            .entry(at_ms.div_euclid(choice.cooldown_s * 1000))
            .or_default();
        let more = (halves - *gained).max(0);
        *gained += more;
        self.score = (self.score + more * choice.gain_tenths * (POINT / 10) / 2).min(100 * POINT);
    }

    /// The score at a time no earlier than the last message.
    fn score_at(&self, choice: &Choice, at_ms: i64) -> i64 {
        (self.score - self.fading_ms(choice, at_ms).max(0) * fade_of_ms(choice)).max(0)
    }

    /// The score as people are shown it. A score that is not renewed is gone at a whole millisecond, the one before it
    /// reaches 0; once it fades it is what fades until then.
    pub(crate) fn shown_at(&self, choice: &Choice, at_ms: i64) -> i64 {
        let whole_ms = self.score / fade_of_ms(choice);
        match self.fading_ms(choice, at_ms) {
            ..0 => self.score,
            fading_ms => (whole_ms - fading_ms).max(0) * fade_of_ms(choice),
        }
    }

    /// How long the score has been fading; negative before it does.
    fn fading_ms(&self, choice: &Choice, at_ms: i64) -> i64 {
        let last_ms = self.last_ms.unwrap_or(at_ms);
        at_ms - last_ms - choice.grace_min * 60_000
    }
}

fn fade_of_ms(choice: &Choice) -> i64 {
    const HOUR_MS: i64 = 3_600_000;
    choice.fade_tenths * (POINT / 10) / HOUR_MS
}
