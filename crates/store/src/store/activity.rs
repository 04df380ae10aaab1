//! How active members are. What they wrote is stored by [`Effect::CountActivity`](domain::effect::Effect::CountActivity).

use std::ops::RangeInclusive;

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

use super::{Backend, Store};
use crate::activity::{Board, DayTotal, ErasedMember, MemberRecord, Ranked, Standing};
use crate::error::StoreError;

/// Scores fade by the rules of the guild, which the caller knows: `rules` are to be those under which its messages are
/// counted now. [`Store::rescore`] follows a change of them.
impl Store {
    /// Where a member stands at `now`, which is on the day `today` of the guild's zone; `None` for one who never wrote.
    pub async fn standing(
        &self,
        guild: GuildId,
        user: UserId,
        now: UnixMs,
        today: Day,
        rules: &ScoreRules,
    ) -> Result<Option<Standing>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.standing(guild, user, now, today, rules).await,
            Backend::Postgres(postgres) => postgres.standing(guild, user, now, today, rules).await,
        }
    }

    /// Lines of a leaderboard behind the first `skip`, at most `len_max`. Level ones come in an order that stays: by score
    /// the one whose score lasts longer first, and then the smaller id.
    pub async fn leaderboard(
        &self,
        guild: GuildId,
        board: Board,
        now: UnixMs,
        rules: &ScoreRules,
        skip: u64,
        len_max: usize,
    ) -> Result<Vec<Ranked>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.leaderboard(guild, board, now, rules, skip, len_max).await,
            Backend::Postgres(postgres) => {
                postgres
                    .leaderboard(guild, board, now, rules, skip, len_max)
                    .await
            }
        }
    }

    /// How many lines a leaderboard has.
    pub async fn ranked_count(&self, guild: GuildId, board: Board, now: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.ranked_count(guild, board, now).await,
            Backend::Postgres(postgres) => postgres.ranked_count(guild, board, now).await,
        }
    }

    /// How much a guild talked on each of some days, in order; days without messages are left out.
    pub async fn messages_by_day(
        &self,
        guild: GuildId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayTotal>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.messages_by_day(guild, days).await,
            Backend::Postgres(postgres) => postgres.messages_by_day(guild, days).await,
        }
    }

    /// All that is stored of a person's activity, over all guilds.
    pub async fn member_activity(&self, user: UserId) -> Result<Vec<MemberRecord>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.member_activity(user).await,
            Backend::Postgres(postgres) => postgres.member_activity(user).await,
        }
    }

    /// Erases a member's activity in one guild: score, days and months. Returns whether there was any.
    pub async fn reset_activity(&self, guild: GuildId, user: UserId) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.reset_activity(guild, user).await,
            Backend::Postgres(postgres) => postgres.reset_activity(guild, user).await,
        }
    }

    /// Erases a person's activity in all guilds, guild by guild, and what they were called and looked like in welcomes that
    /// are settled. A guild's settled ones wait for theirs that are not; they are erased another time.
    /// What stays: the ids and times of welcomes, roles that they have from us, and that it was they who changed a guild's
    /// settings.
    pub async fn erase_member(&self, user: UserId) -> Result<ErasedMember, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.erase_member(user).await,
            Backend::Postgres(postgres) => postgres.erase_member(user).await,
        }
    }

    /// Reckons what leaderboards of a guild sort by anew, in portions, after its rules were changed to `rules`. Until then
    /// the order is that of the rules under which each member's last message was counted. Returns how many members there
    /// are.
    pub async fn rescore(&self, guild: GuildId, rules: &ScoreRules) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.rescore(guild, rules).await,
            Backend::Postgres(postgres) => postgres.rescore(guild, rules).await,
        }
    }

    /// Members with larger ids than `after` whose score at `now` is above 0, by their ids, at most `len_max`: the way to go
    /// through all of them.
    pub async fn scored_members(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
        now: UnixMs,
        rules: &ScoreRules,
    ) -> Result<Vec<(UserId, Score)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.scored_members(guild, after, len_max, now, rules).await,
            Backend::Postgres(postgres) => postgres.scored_members(guild, after, len_max, now, rules).await,
        }
    }

    /// Forgets the days before `before` in all guilds, in small portions between other writes and with a rest between them;
    /// their months stay. Returns how many members' days that were.
    pub async fn fold_activity(&self, before: Day) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.fold_activity(before).await,
            Backend::Postgres(postgres) => postgres.fold_activity(before).await,
        }
    }
}
