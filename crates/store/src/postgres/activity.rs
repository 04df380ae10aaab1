//! The tables `activity_meter`, `activity_daily` and `activity_monthly`. Whoever changes rows of a guild holds its lock.

mod boards;
mod count;
mod forget;
mod members;
mod rescore;

use std::ops::RangeInclusive;

use domain::activity::meter::{Meter, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, time};
use super::work::{read, write};
use super::{Postgres, REST_WHILE_PRUNING};
use crate::activity::{Board, DayTotal, ErasedMember, MemberRecord, Ranked, Standing};
use crate::error::StoreError;
pub(super) use count::count;

impl Postgres {
    pub(crate) async fn standing(
        &self,
        guild: GuildId,
        user: UserId,
        now: UnixMs,
        today: Day,
        rules: &ScoreRules,
    ) -> Result<Option<Standing>, StoreError> {
        read!(self, |db| members::standing(db, guild, user, now, today, rules))
    }

    pub(crate) async fn leaderboard(
        &self,
        guild: GuildId,
        board: Board,
        now: UnixMs,
        rules: &ScoreRules,
        skip: u64,
        len_max: usize,
    ) -> Result<Vec<Ranked>, StoreError> {
        match board {
            Board::Score => read!(self, |db| boards::by_score(db, guild, now, rules, skip, len_max)),
            Board::Day(day) => read!(self, |db| boards::of_day(db, guild, day, skip, len_max)),
            Board::Month(month) => read!(self, |db| boards::of_month(db, guild, month, skip, len_max)),
        }
    }

    pub(crate) async fn ranked_count(
        &self,
        guild: GuildId,
        board: Board,
        now: UnixMs,
    ) -> Result<u64, StoreError> {
        read!(self, |db| boards::count(db, guild, board, now))
    }

    pub(crate) async fn messages_by_day(
        &self,
        guild: GuildId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayTotal>, StoreError> {
        read!(self, |db| boards::totals(db, guild, &days))
    }

    pub(crate) async fn scored_members(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
        now: UnixMs,
        rules: &ScoreRules,
    ) -> Result<Vec<(UserId, Score)>, StoreError> {
        read!(self, |db| members::scored(db, guild, after, len_max, now, rules))
    }

    pub(crate) async fn member_activity(&self, user: UserId) -> Result<Vec<MemberRecord>, StoreError> {
        read!(self, |db| members::records(db, user))
    }

    pub(crate) async fn reset_activity(&self, guild: GuildId, user: UserId) -> Result<bool, StoreError> {
        let erased = write!(self, Locks::guild(guild), |tx| forget::member(tx, guild, user))?;
        Ok(erased != ErasedMember::default())
    }

    pub(crate) async fn erase_member(&self, user: UserId) -> Result<ErasedMember, StoreError> {
        let guilds = read!(self, |db| members::guilds_of(db, user))?;
        let mut erased = ErasedMember::default();
        for guild in guilds {
            erased.add(write!(self, Locks::guild(guild), |tx| forget::member(
                tx, guild, user
            ))?);
        }
        for guild in read!(self, |db| forget::guilds_that_welcomed(db, user))? {
            erased.welcomes += write!(self, Locks::guild(guild), |tx| forget::names(tx, guild, user))?;
        }
        Ok(erased)
    }

    pub(crate) async fn rescore(&self, guild: GuildId, rules: &ScoreRules) -> Result<u64, StoreError> {
        let (mut rescored, mut from) = (0, Some(i64::MIN));
        while let Some(first) = from {
            let portion = write!(self, Locks::guild(guild), |tx| rescore::portion(
                tx, guild, rules, first
            ))?;
            rescored += portion.rescored;
            from = portion.next;
            if from.is_some() {
                tokio::time::sleep(REST_WHILE_PRUNING).await;
            }
        }
        Ok(rescored)
    }

    pub(crate) async fn fold_activity(&self, before: Day) -> Result<u64, StoreError> {
        let (mut forgotten, mut from) = (0, Some(i64::MIN));
        while let Some(first) = from {
            let old = read!(self, |db| forget::next_old_days(db, before, first))?;
            for guild in old.guilds {
                forgotten += self.forget_days(guild, before).await?;
            }
            from = old.next;
        }
        Ok(forgotten)
    }

    async fn forget_days(&self, guild: GuildId, before: Day) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let deleted = write!(self, Locks::guild(guild), |tx| forget::days_portion(
                tx, guild, before
            ))?;
            forgotten += deleted;
            if deleted == 0 {
                return Ok(forgotten);
            }
            tokio::time::sleep(REST_WHILE_PRUNING).await;
        }
    }

    /// Erases the activity of up to `guilds_max` guilds from which the bot was removed before a time, in portions. One that
    /// comes back meanwhile keeps what is left.
    pub(super) async fn erase_activity_of_guilds(
        &self,
        removed_before: UnixMs,
        guilds_max: usize,
    ) -> Result<(), StoreError> {
        let guilds = read!(self, |db| forget::guilds_removed(db, removed_before, guilds_max))?;
        for guild in guilds {
            loop {
                let deleted = write!(self, Locks::guild(guild), |tx| forget::guild_portion(
                    tx,
                    guild,
                    removed_before
                ))?;
                if deleted == 0 {
                    break;
                }
                tokio::time::sleep(REST_WHILE_PRUNING).await;
            }
        }
        Ok(())
    }
}

/// Reads the columns `base, base_at, first_at, last_at, gained, recent`.
fn meter(row: &Row) -> Result<Meter, Failure> {
    Ok(Meter {
        base: Score(row.try_get("base")?),
        base_at: time(row, "base_at")?,
        first: time(row, "first_at")?,
        last: time(row, "last_at")?,
        gained: Score(row.try_get("gained")?),
        recent: Slots(id(row, "recent")?),
    })
}
