//! What happens in a world, drawn from one number.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::faults::FaultPlan;
use sim::rest::limits::Rate;

use crate::weather;

/// Discord tells a join again with a `joined_at` that is off by up to this much (discord-api-docs#3377).
const DRIFT_MAX_US: i64 = 400_000;

/// A world to be played. The same seed gives the same one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// What it was drawn from.
    pub(crate) seed: u64,
    /// How many guilds there are.
    pub(crate) guilds: usize,
    /// How many shards the bot runs.
    pub(crate) shards: u32,
    /// The bot greets only those who have passed screening.
    pub(crate) after_screening: bool,
    /// More welcomes than this in a channel are joined into group messages.
    pub(crate) group_from: usize,
    /// How many messages a channel takes.
    pub(crate) posts: Rate,
    /// Everybody who joins; [`Step`]s name them by their place here.
    pub(crate) people: Vec<Person>,
    /// What happens, in order.
    pub(crate) steps: Vec<Step>,
}

/// Somebody who joins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    /// Which guild.
    pub(crate) guild: usize,
    /// An application.
    pub(crate) bot: bool,
    /// Has yet to pass screening when they join.
    pub(crate) pending: bool,
    /// Has an avatar of their own.
    pub(crate) avatar: bool,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Nothing, in real time.
    Pause(Duration),
    /// The bot may catch up, within a bounded time.
    Breathe,
    /// Enough time for a leave and a rejoin not to be one join told twice.
    Later,
    /// Somebody joins for the first time.
    Join(usize),
    /// Discord tells somebody's join again, off by so many microseconds.
    TellAgain(usize, i64),
    /// Somebody leaves.
    Leave(usize),
    /// Somebody who left comes back.
    Rejoin(usize),
    /// Somebody passes screening, unless they have left.
    PassScreening(usize),
    /// Somebody writes in their guild's channel.
    Chat(usize),
    /// What fails from now on.
    Weather(Box<FaultPlan>),
    /// All connections to the gateway break.
    Cut,
    /// The gateway asks for a reconnect.
    AskReconnect,
    /// The gateway ends the connection, and the session unless it is resumable.
    Invalidate { resumable: bool },
    /// All of Discord is down.
    Outage(Duration),
    /// Another program holds the database's lock.
    LockDatabase(Duration),
    /// The bot is stopped in order and started again.
    Restart,
    /// The bot is killed and started again.
    Kill,
}

/// What else than stopping happens to the bot's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deaths {
    /// It is stopped in order, at times.
    InOrder,
    /// It is killed, and stopped in order at times.
    Kills,
}

impl Plan {
    /// Draws a world.
    pub(crate) fn drawn(seed: u64, deaths: Deaths) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let joins = match random.random_range(0..100) {
            0 => random.random_range(300..=1_000),
            1..8 => random.random_range(130..300),
            _ => random.random_range(100..130),
        };
        let guilds = random.random_range(1..=8);
        let plan = Self {
            seed,
            guilds,
            shards: random.random_range(1..=3),
            after_screening: random.random_bool(0.3),
            group_from: random.random_range(5..=60),
            posts: Rate {
                requests: random.random_range(5..=20),
                // The client tells windows apart that end more than 100 ms after one another.
                window_ms: random.random_range(120..=250),
            },
            people: (0..joins).map(|_| Person::drawn(guilds, &mut random)).collect(),
            steps: Vec::new(),
        };
        let mut story = Story {
            plan,
            random,
            present: Vec::new(),
            gone: Vec::new(),
            screened: Vec::new(),
        };
        story.tell(deaths);
        story.plan
    }
}

impl Person {
    fn drawn(guilds: usize, random: &mut StdRng) -> Self {
        Self {
            guild: random.random_range(0..guilds),
            bot: random.random_bool(0.04),
            pending: random.random_bool(0.1),
            avatar: random.random_bool(0.3),
        }
    }
}

/// A plan in the making.
struct Story {
    plan: Plan,
    random: StdRng,
    present: Vec<usize>,
    gone: Vec<usize>,
    /// Those who have yet to pass screening.
    screened: Vec<usize>,
}

impl Story {
    fn tell(&mut self, deaths: Deaths) {
        let mut next = 0;
        let chapters = self.random.random_range(3..=6);
        let joins = self.plan.people.len();
        for chapter in 1..=chapters {
            let weather = Box::new(weather::drawn(&mut self.random));
            self.step(Step::Weather(weather));
            let until = joins * chapter / chapters;
            let twist_before = self.random.random_range(next..until);
            while next < until {
                if next == twist_before {
                    self.twist(deaths);
                }
                self.join(next);
                next += 1;
            }
            self.step(Step::Breathe);
            // In the last chapters, some of those who left come back.
            if chapter * 2 > chapters && !self.gone.is_empty() {
                self.step(Step::Later);
                self.come_back();
            }
        }
        self.twist(deaths);
    }

    /// Somebody joins, and something small may happen around it.
    fn join(&mut self, person: usize) {
        // Three in ten come at the same moment as the one before.
        if self.random.random_bool(0.7) {
            let pause = self.random.random_range(500..12_000);
            self.step(Step::Pause(Duration::from_micros(pause)));
        }
        self.step(Step::Join(person));
        self.present.push(person);
        if self.plan.people[person].pending {
            self.screened.push(person);
        }
        if self.random.random_bool(0.07) && !self.screened.is_empty() {
            let passes = self.random.random_range(0..self.screened.len());
            let person = self.screened.swap_remove(passes);
            self.step(Step::PassScreening(person));
        }
        if self.random.random_bool(0.08) {
            let off_us = self.random.random_range(0..DRIFT_MAX_US);
            let again = self.somebody_here();
            self.step(Step::TellAgain(again, off_us));
        }
        if self.random.random_bool(0.08) {
            let at = self.random.random_range(0..self.present.len());
            // Half of those who leave have just come.
            let leaver = if self.random.random_bool(0.5) {
                self.present.pop().expect("somebody has just come")
            } else {
                self.present.swap_remove(at)
            };
            self.gone.push(leaver);
            self.step(Step::Leave(leaver));
        }
        if self.random.random_bool(0.02) && !self.present.is_empty() {
            let writer = self.somebody_here();
            self.step(Step::Chat(writer));
        }
    }

    fn come_back(&mut self) {
        for _ in 0..self.gone.len() {
            let person = self.gone.remove(0);
            if self.random.random_bool(0.5) {
                self.step(Step::Rejoin(person));
                self.present.push(person);
            } else {
                self.gone.push(person);
            }
        }
    }

    /// Something great happens.
    fn twist(&mut self, deaths: Deaths) {
        let kinds = match deaths {
            Deaths::InOrder => 0..8,
            Deaths::Kills => 3..12,
        };
        let step = match self.random.random_range(kinds) {
            0 => Step::Cut,
            1 => Step::AskReconnect,
            2 => Step::Invalidate { resumable: true },
            3 => Step::Invalidate { resumable: false },
            4 => Step::Outage(Duration::from_millis(self.random.random_range(50..400))),
            5 | 6 => Step::LockDatabase(Duration::from_millis(self.random.random_range(20..300))),
            7 => Step::Restart,
            _ => Step::Kill,
        };
        self.step(step);
    }

    fn somebody_here(&mut self) -> usize {
        match self.present.len() {
            0 => self.gone[0],
            len => self.present[self.random.random_range(0..len)],
        }
    }

    fn step(&mut self, step: Step) {
        self.plan.steps.push(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_plays_the_same_world_and_another_seed_another() {
        for deaths in [Deaths::InOrder, Deaths::Kills] {
            assert_eq!(Plan::drawn(7, deaths), Plan::drawn(7, deaths));
            assert_ne!(Plan::drawn(7, deaths).steps, Plan::drawn(8, deaths).steps);
        }
    }

    #[test]
    fn worlds_have_a_hundred_to_a_thousand_joins_in_one_to_eight_guilds() {
        let plans: Vec<_> = (1..=300).map(|seed| Plan::drawn(seed, Deaths::InOrder)).collect();
        for plan in &plans {
            let joined = plan
                .steps
                .iter()
                .filter(|step| matches!(step, Step::Join(_)))
                .count();
            assert_eq!(joined, plan.people.len());
            assert!((100..=1_000).contains(&joined), "{joined}");
            assert!((1..=8).contains(&plan.guilds));
        }
        assert!(plans.iter().any(|plan| plan.people.len() >= 300));
        assert!((1..=8).all(|guilds| plans.iter().any(|plan| plan.guilds == guilds)));
    }

    #[test]
    fn every_world_of_killed_bots_has_kills_and_no_other_has() {
        let kills = |seed, deaths| {
            let steps = Plan::drawn(seed, deaths).steps;
            steps.iter().filter(|step| **step == Step::Kill).count()
        };
        assert!((1..=24).map(|seed| kills(seed, Deaths::Kills)).sum::<usize>() >= 24);
        assert!((1..=300).all(|seed| kills(seed, Deaths::InOrder) == 0));
    }
}
