//! What rows of the journal hold, and how it is counted.

use std::collections::HashMap;

use domain::activity::meter::{Meter, Run, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::activity::{MessagesRow, summed};
use crate::sqlite::activity;
use crate::sqlite::row::{id, time, to_db};

/// Messages that are not counted yet.
#[derive(Debug, Default)]
pub(in crate::sqlite) struct Noted {
    pub(super) runs: Vec<NotedRun>,
    /// In the order in which they came.
    pub(super) days: Vec<MessagesRow>,
    rules: Vec<ScoreRules>,
    numbers: HashMap<ScoreRules, u32>,
}

/// A member's messages, of which the rules are known by a number: there may be very many.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotedRun {
    pub(super) guild: i64,
    pub(super) user: i64,
    pub(super) rules: u32,
    pub(super) run: Run,
}

impl Noted {
    pub(super) fn number_of(&mut self, rules: ScoreRules) -> u32 {
        *self.numbers.entry(rules).or_insert_with(|| {
            self.rules.push(rules);
            u32::try_from(self.rules.len() - 1).expect("a journal holds fewer entries")
        })
    }

    /// Brings each member's runs together, in the order in which they came.
    pub(super) fn sort(&mut self) {
        self.runs.sort_by_key(|noted| (noted.guild, noted.user));
    }

    /// What each member's meter becomes: the same as if each run were added to the row by itself. `stored` tells the meter
    /// that a member has.
    pub(in crate::sqlite) fn meters(
        &self,
        mut stored: impl FnMut((GuildId, UserId)) -> rusqlite::Result<Option<Meter>>,
        mut put: impl FnMut((GuildId, UserId), &Meter, &ScoreRules) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        for runs in self.runs.chunk_by(|one, other| one.member() == other.member()) {
            let member = runs[0].member();
            let mut meter = stored(member)?;
            let mut scored_by = None;
            for noted in runs {
                let rules = &self.rules[noted.rules as usize];
                let now = match &meter {
                    None => Meter::begin(&noted.run, rules),
                    // The row stays as it is, also where these are other rules than those of its score.
                    Some(known) if comes_too_late(known, &noted.run, rules) => continue,
                    Some(known) => known.plus(&noted.run, rules),
                };
                meter = Some(now);
                scored_by = Some(rules);
            }
            if let (Some(meter), Some(rules)) = (&meter, scored_by) {
                put(member, meter, rules)?;
            }
        }
        Ok(())
    }

    /// Messages of a member's day; of one there may be several.
    pub(in crate::sqlite) fn days(&self) -> impl Iterator<Item = (GuildId, Day, UserId, u64)> {
        self.days.iter().map(|(guild, day, user, messages)| {
            let (guild, user) = (GuildId(guild.cast_unsigned()), UserId(user.cast_unsigned()));
            (guild, Day(*day), user, messages.cast_unsigned())
        })
    }

    /// Counts it in the tables.
    pub(super) fn count(self, tx: &Connection) -> rusqlite::Result<()> {
        let mut select = tx.prepare_cached(
            "SELECT base, base_at, first_at, last_at, gained, recent FROM activity_meter
             WHERE guild_id = ?1 AND user_id = ?2",
        )?;
        let mut put = tx.prepare_cached(activity::PUT_METER)?;
        self.meters(
            |(guild, user)| {
                select
                    .query_row((to_db(guild.0), to_db(user.0)), meter)
                    .optional()
            },
            |of, meter, rules| activity::put_meter(&mut put, of, meter, rules),
        )?;
        activity::add_days(tx, &summed(self.days))
    }
}

impl NotedRun {
    fn member(&self) -> (GuildId, UserId) {
        (
            GuildId(self.guild.cast_unsigned()),
            UserId(self.user.cast_unsigned()),
        )
    }
}

/// Whether messages change nothing, as [`Meter::plus`] says.
fn comes_too_late(known: &Meter, run: &Run, rules: &ScoreRules) -> bool {
    known.last.0 - run.last.0 > rules.grace_ms()
        || rules.slot(known.last) - rules.slot(run.last) >= i64::from(Meter::SLOTS)
}

fn meter(row: &Row<'_>) -> rusqlite::Result<Meter> {
    Ok(Meter {
        base: Score(row.get(0)?),
        base_at: time(row, 1)?,
        first: time(row, 2)?,
        last: time(row, 3)?,
        gained: Score(row.get(4)?),
        recent: Slots(id(row, 5)?),
    })
}

#[cfg(test)]
impl Noted {
    /// The runs, each with its rules.
    pub(super) fn told(&self) -> Vec<(i64, i64, ScoreRules, Run)> {
        let told = |noted: &NotedRun| {
            (
                noted.guild,
                noted.user,
                self.rules[noted.rules as usize],
                noted.run,
            )
        };
        self.runs.iter().map(told).collect()
    }
}
