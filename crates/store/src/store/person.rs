//! What is known of one person.

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::welcome::Welcome;
use domain::zone::Zone;

use super::{Backend, Store};
use crate::activity::{Board, Ranked};
use crate::error::StoreError;
use crate::level_roles::GivenRole;
use crate::person::{ChangeMade, ImportedOfMember};

impl Store {
    /// A person's welcomes in all guilds, newest first.
    pub async fn welcomes_of(&self, user: UserId) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.welcomes_of(user).await,
            Backend::Postgres(postgres) => postgres.welcomes_of(user).await,
        }
    }

    /// The lines of all guilds' histories that name a person as the one who changed something, newest first, at most
    /// `len_max`: of those before the line `before_id`, or from the newest on.
    pub async fn changes_by(
        &self,
        user: UserId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<ChangeMade>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.changes_by(user, before_id, len_max).await,
            Backend::Postgres(postgres) => postgres.changes_by(user, before_id, len_max).await,
        }
    }

    /// The roles that a person has from us by their level, or may have, in all guilds.
    pub async fn roles_of(&self, user: UserId) -> Result<Vec<(GuildId, GivenRole)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.roles_of(user).await,
            Backend::Postgres(postgres) => postgres.roles_of(user).await,
        }
    }

    /// What imports brought over of a person, in all guilds; those that were taken back brought nothing.
    pub async fn imports_of(&self, user: UserId) -> Result<Vec<ImportedOfMember>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.imports_of(user).await,
            Backend::Postgres(postgres) => postgres.imports_of(user).await,
        }
    }

    /// A member's line of a leaderboard, wherever on it; `None` for one who is not on it. `rules` are those of
    /// [`Store::leaderboard`].
    pub async fn place_on_board(
        &self,
        guild: GuildId,
        user: UserId,
        board: Board,
        now: UnixMs,
        rules: &ScoreRules,
    ) -> Result<Option<Ranked>, StoreError> {
        if board == Board::Score {
            // Which day it is makes no difference for the score.
            let today = Day::at(now, Zone::utc());
            let standing = self.standing(guild, user, now, today, rules).await?;
            return Ok(standing
                .filter(|standing| standing.score > Score::ZERO)
                .map(|standing| Ranked {
                    rank: standing.rank,
                    user,
                    score: standing.score,
                    messages: 0,
                }));
        }
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.place_by_messages(guild, user, board).await,
            Backend::Postgres(postgres) => postgres.place_by_messages(guild, user, board).await,
        }
    }
}
