//! The tables `activity_meter`, `activity_daily` and `activity_monthly`.

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
use rusqlite::{Connection, Row};

use super::row::{id, time};
use super::writer::Durability;
use super::{REST_WHILE_PRUNING, Sqlite};
use crate::activity::{Board, DayTotal, ErasedMember, MemberRecord, Ranked, Standing};
use crate::error::StoreError;
pub(super) use count::{PUT_METER, add_days, add_functions, count, put_meter};
pub(super) use forget::{guilds_portion, has_no_activity};

impl Sqlite {
    /// Reads activity, in which all messages are counted that were stored before.
    pub(super) async fn read_counted<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.count().await?;
        self.readers.read(work).await
    }

    pub(crate) async fn standing(
        &self,
        guild: GuildId,
        user: UserId,
        now: UnixMs,
        today: Day,
        rules: &ScoreRules,
    ) -> Result<Option<Standing>, StoreError> {
        let rules = *rules;
        self.read_counted(move |db| members::standing(db, guild, user, now, today, &rules))
            .await
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
        let rules = *rules;
        self.read_counted(move |db| match board {
            Board::Score => boards::by_score(db, guild, now, &rules, skip, len_max),
            Board::Day(day) => boards::of_day(db, guild, day, skip, len_max),
            Board::Month(month) => boards::of_month(db, guild, month, skip, len_max),
        })
        .await
    }

    pub(crate) async fn ranked_count(
        &self,
        guild: GuildId,
        board: Board,
        now: UnixMs,
    ) -> Result<u64, StoreError> {
        self.read_counted(move |db| boards::count(db, guild, board, now))
            .await
    }

    pub(crate) async fn messages_by_day(
        &self,
        guild: GuildId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayTotal>, StoreError> {
        self.read_counted(move |db| boards::totals(db, guild, &days))
            .await
    }

    pub(crate) async fn scored_members(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
        now: UnixMs,
        rules: &ScoreRules,
    ) -> Result<Vec<(UserId, Score)>, StoreError> {
        let rules = *rules;
        self.read_counted(move |db| members::scored(db, guild, after, len_max, now, &rules))
            .await
    }

    pub(crate) async fn member_activity(&self, user: UserId) -> Result<Vec<MemberRecord>, StoreError> {
        self.read_counted(move |db| members::records(db, user)).await
    }

    pub(crate) async fn reset_activity(&self, guild: GuildId, user: UserId) -> Result<bool, StoreError> {
        let erased = self
            .writer
            .write_counted(Durability::WithTheLog, move |tx| forget::member(tx, guild, user))
            .await?;
        Ok(erased != ErasedMember::default())
    }

    pub(crate) async fn erase_member(&self, user: UserId) -> Result<ErasedMember, StoreError> {
        let guilds = self.read_counted(move |db| members::guilds_of(db, user)).await?;
        let mut erased = ErasedMember::default();
        for guild in guilds {
            let of_guild = self
                .writer
                .write_counted(Durability::WithTheLog, move |tx| forget::member(tx, guild, user))
                .await?;
            erased.add(of_guild);
        }
        erased.welcomes = self
            .writer
            .write(Durability::WithTheLog, move |tx| forget::names(tx, user))
            .await?;
        Ok(erased)
    }

    pub(crate) async fn rescore(&self, guild: GuildId, rules: &ScoreRules) -> Result<u64, StoreError> {
        let rules = *rules;
        let (mut rescored, mut after) = (0, None);
        loop {
            let portion = self
                .writer
                .write_counted(Durability::WithTheLog, move |tx| {
                    rescore::portion(tx, guild, &rules, after)
                })
                .await?;
            rescored += portion.rescored;
            after = portion.last;
            if after.is_none() {
                return Ok(rescored);
            }
            tokio::time::sleep(REST_WHILE_PRUNING).await;
        }
    }

    pub(crate) async fn fold_activity(&self, before: Day) -> Result<u64, StoreError> {
        let (mut forgotten, mut from) = (0, i64::MIN);
        loop {
            let old = self
                .read_counted(move |db| forget::next_old_days(db, before, from))
                .await?;
            for guild in old.guilds {
                loop {
                    let deleted = self
                        .writer
                        .write_counted(Durability::WithTheLog, move |tx| {
                            forget::days_portion(tx, guild, before)
                        })
                        .await?;
                    if deleted == 0 {
                        break;
                    }
                    forgotten += deleted;
                    tokio::time::sleep(REST_WHILE_PRUNING).await;
                }
            }
            match old.next {
                Some(next) => from = next,
                None => return Ok(forgotten),
            }
        }
    }
}

/// Reads the columns `base, base_at, first_at, last_at, gained, recent`.
fn meter(row: &Row<'_>) -> rusqlite::Result<Meter> {
    Ok(Meter {
        base: Score(row.get("base")?),
        base_at: time(row, "base_at")?,
        first: time(row, "first_at")?,
        last: time(row, "last_at")?,
        gained: Score(row.get("gained")?),
        recent: Slots(id(row, "recent")?),
    })
}
