//! What is asked and told of the activity of members.

mod best;
mod rows;

use domain::activity::meter::Meter;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::settings::{Field, FieldChange};

pub(crate) use best::Best;
pub(crate) use rows::{MessagesRow, MeterRow, messages_by_day, messages_by_month, rounds};

/// Rows that are changed or deleted at once where many are: a moment of the database's time.
pub(crate) const PORTION: i64 = 1000;
/// Guilds that are looked at for old days at once.
pub(crate) const GUILDS_PORTION: i64 = 1000;

/// Whether changes of settings bear on how scores fade, by which leaderboards are sorted.
pub(crate) fn change_how_scores_fade(changes: &[FieldChange]) -> bool {
    changes
        .iter()
        .any(|change| matches!(change.field, Field::ActivityGrace | Field::ActivityFade))
}

/// What is asked for of a leaderboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// Who has the highest score now; those whose score has faded out are not on it.
    Score,
    /// Who wrote most messages on a day.
    Day(Day),
    /// Who wrote most messages in a month.
    Month(Month),
}

/// A line of a leaderboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// 1 is the first; level ones share it, and the next one's is as if they did not.
    pub rank: u64,
    /// Who.
    pub user: UserId,
    /// The score at the time that was asked for; zero but for [`Board::Score`].
    pub score: Score,
    /// Messages of the day or the month; 0 for [`Board::Score`].
    pub messages: u64,
}

/// Where a member stands in a guild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is stored.
    pub meter: Meter,
    /// The score at the time that was asked for.
    pub score: Score,
    /// By score: 1 more than there are members with a higher one.
    pub rank: u64,
    /// Messages of the day.
    pub today: u64,
    /// Messages of the day's month.
    pub month: u64,
    /// All messages.
    pub total: u64,
    /// Days in a row with messages, up to the day or the one before it.
    pub streak: u32,
}

/// The messages of a guild's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTotal {
    /// The day.
    pub day: Day,
    /// How many.
    pub messages: u64,
    /// By how many members.
    pub members: u64,
}

/// All that is stored of a member's activity in a guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// The guild.
    pub guild: GuildId,
    /// What the score follows from.
    pub meter: Meter,
    /// Messages of each day that has any and is not forgotten, in order.
    pub days: Vec<(Day, u64)>,
    /// Messages of each month that has any, in order.
    pub months: Vec<(Month, u64)>,
}

/// What was erased of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErasedMember {
    /// Guilds in which they had been active.
    pub guilds: u64,
    /// Days with messages, over all guilds.
    pub days: u64,
    /// Months with messages, over all guilds.
    pub months: u64,
    /// Welcomes that do not know any more what they were called and looked like.
    pub welcomes: u64,
}

impl ErasedMember {
    pub(crate) fn add(&mut self, other: Self) {
        self.guilds += other.guilds;
        self.days += other.days;
        self.months += other.months;
        self.welcomes += other.welcomes;
    }
}

/// The ids behind one, from the smallest on, as ranges of the database's signed numbers.
pub(crate) fn ids_behind(after: UserId) -> Vec<(i64, i64)> {
    let Some(first) = after.0.checked_add(1) else {
        return Vec::new();
    };
    let first = first.cast_signed();
    if first >= 0 {
        vec![(first, i64::MAX), (i64::MIN, -1)]
    } else {
        vec![(first, -1)]
    }
}

/// Ranks of lines that come in order, of which the first has so many before it that are better.
pub(crate) fn ranks<T: PartialEq>(better: u64, skipped: u64, values: &[T]) -> Vec<u64> {
    let mut rank = better + 1;
    let mut ranks = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        if index > 0 && *value != values[index - 1] {
            rank = skipped + index as u64 + 1;
        }
        ranks.push(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_ones_share_a_rank_over_the_edges_of_a_page() {
        assert_eq!(ranks(0, 0, &[9, 9, 7]), [1, 1, 3]);
        assert_eq!(ranks(2, 3, &[7, 7, 5, 4]), [3, 3, 6, 7]);
        assert!(ranks::<u8>(0, 0, &[]).is_empty());
    }
}
