//! All that waits in the journal, summed for each member.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::activity::meter::{Meter, Run, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use foldhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension, Row};

use super::noted::{Noted, NotedRun};
use super::unreadable::{self, KeptAside, Unreadable};
use super::{ENCODING, encoding};
use crate::activity::MessagesRow;
use crate::sqlite::activity;
use crate::sqlite::row::{id, time, to_db};

type Member = (GuildId, UserId);

/// What members' rows become. It takes memory for each member, however many messages wait.
pub(in crate::sqlite) struct Waiting {
    members: HashMap<Member, Summed, RandomState>,
    /// By guild, day and user.
    days: HashMap<(i64, i32, i64), i64, RandomState>,
    rules: Noted,
    /// Rows whose messages are not in it.
    unreadable: Vec<Unreadable>,
}

struct Summed {
    meter: Option<Meter>,
    /// By which rules its score is to be reckoned; `None` where nothing changed it.
    scored_by: Option<u32>,
}

impl Waiting {
    /// What waits in the table. `stored` tells the meter that a member has without it.
    pub(super) fn read(
        db: &Connection,
        mut stored: impl FnMut(Member) -> rusqlite::Result<Option<Meter>>,
    ) -> rusqlite::Result<Self> {
        let mut waiting = Self {
            members: HashMap::default(),
            days: HashMap::default(),
            rules: Noted::default(),
            unreadable: Vec::new(),
        };
        let mut select =
            db.prepare_cached("SELECT seq, encoding, entries FROM activity_journal ORDER BY seq")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (seq, written): (i64, i64) = (row.get(0)?, row.get(1)?);
            let read = if written == ENCODING {
                let entries = row.get_ref(2)?.as_blob()?;
                encoding::read(entries, &mut waiting.rules).map_err(str::to_owned)
            } else {
                Err(format!(
                    "their encoding is {written}, and this droas knows {ENCODING}"
                ))
            };
            match read {
                Ok(()) => waiting.add(&mut stored)?,
                Err(why) => {
                    // All of a row or nothing.
                    waiting.rules.forget();
                    waiting.unreadable.push(Unreadable { seq, why });
                }
            }
        }
        Ok(waiting)
    }

    /// Adds what was read of a row: the same as if each run were added to the member's row by itself.
    fn add(
        &mut self,
        stored: &mut impl FnMut(Member) -> rusqlite::Result<Option<Meter>>,
    ) -> rusqlite::Result<()> {
        for noted in &self.rules.runs {
            let member = noted.member();
            let summed = match self.members.entry(member) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(Summed {
                    meter: stored(member)?,
                    scored_by: None,
                }),
            };
            let rules = self.rules.rules(noted.rules);
            let meter = match &summed.meter {
                None => Meter::begin(&noted.run, rules),
                // The row stays as it is, also where these are other rules than those of its score.
                Some(known) if comes_too_late(known, &noted.run, rules) => continue,
                Some(known) => known.plus(&noted.run, rules),
            };
            summed.meter = Some(meter);
            summed.scored_by = Some(noted.rules);
        }
        for (guild, day, user, messages) in &self.rules.days {
            *self.days.entry((*guild, *day, *user)).or_default() += messages;
        }
        self.rules.forget();
        Ok(())
    }

    /// What the meters become that change, and the rules of their scores.
    pub(in crate::sqlite) fn meters(&self) -> impl Iterator<Item = (Member, &Meter, &ScoreRules)> {
        self.members.iter().filter_map(|(member, summed)| {
            let rules = self.rules.rules(summed.scored_by?);
            Some((*member, summed.meter.as_ref()?, rules))
        })
    }

    /// The messages of members' days.
    pub(in crate::sqlite) fn days(&self) -> impl Iterator<Item = (Member, Day, u64)> {
        self.days.iter().map(|((guild, day, user), messages)| {
            let member = (GuildId(guild.cast_unsigned()), UserId(user.cast_unsigned()));
            (member, Day(*day), messages.cast_unsigned())
        })
    }

    /// Adds it to the tables, in the order of their keys.
    fn put(self, tx: &Connection) -> rusqlite::Result<()> {
        let mut meters: Vec<_> = self.meters().collect();
        meters.sort_unstable_by_key(|((guild, user), ..)| (to_db(guild.0), to_db(user.0)));
        let mut put = tx.prepare_cached(activity::PUT_METER)?;
        for (member, meter, rules) in meters {
            activity::put_meter(&mut put, member, meter, rules)?;
        }
        let of_day = |((guild, day, user), messages)| (guild, day, user, messages);
        let mut days: Vec<MessagesRow> = self.days.into_iter().map(of_day).collect();
        days.sort_unstable();
        activity::add_days(tx, &days)
    }
}

/// Counts what waits in the table, and deletes it there. Returns the rows that cannot be read and are kept aside.
pub(super) fn count(tx: &Connection) -> rusqlite::Result<Vec<KeptAside>> {
    let mut select = tx.prepare_cached(
        "SELECT base, base_at, first_at, last_at, gained, recent FROM activity_meter
         WHERE guild_id = ?1 AND user_id = ?2",
    )?;
    let stored = |(guild, user): Member| {
        select
            .query_row((to_db(guild.0), to_db(user.0)), meter)
            .optional()
    };
    let mut waiting = Waiting::read(tx, stored)?;
    let kept_aside = unreadable::keep_aside(tx, std::mem::take(&mut waiting.unreadable))?;
    waiting.put(tx)?;
    tx.prepare_cached("DELETE FROM activity_journal")?.execute([])?;
    Ok(kept_aside)
}

impl NotedRun {
    fn member(&self) -> Member {
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
