//! What the outbox is told and asked.

use std::collections::BTreeMap;

use domain::id::{ChannelId, MessageId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::SkipReason;

/// How an attempt to post a welcome ended; or, with its own reasons, another message of an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<Reason = SkipReason> {
    /// It stands in the channel. Wins over everything that was recorded before.
    Sent {
        /// The message, when Discord told it.
        message: Option<MessageId>,
        /// Where it stands.
        channel: ChannelId,
        /// When that became known.
        at: UnixMs,
    },
    /// It will not be posted. Never overwrites a welcome that was sent.
    Skip {
        /// Why.
        reason: Reason,
        /// When that was decided.
        at: UnixMs,
    },
    /// The channel was read, and it does not stand there: nothing was posted, by any attempt. The welcome is pending again
    /// as if no attempt had been, but for their number; a group is disbanded. Skipped when its member has left.
    NotThere {
        /// Nothing is done before this time.
        at: UnixMs,
    },
    /// The attempt was not even made, as by a limit of our own: as a retry that was not delivered, and it counts as no
    /// attempt.
    NotTried {
        /// Nothing is done before this time.
        at: UnixMs,
    },
    /// It is to be tried again, or looked for, later. A welcome of which no attempt was begun is put off.
    Retry {
        /// The attempt certainly posted nothing. A group is disbanded. The welcome is pending again as if the attempt had not been, but for
        /// its number; it is skipped when its member has left meanwhile. When an earlier attempt's outcome is unknown
        /// it stays [`Sending`](domain::welcome::WelcomeState::Sending).
        not_delivered: bool,
        /// Nothing is done before this time.
        at: UnixMs,
    },
}

/// Welcomes that were looked at in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountedWelcomes {
    /// How many they are, by where they stand.
    pub counts: OutboxCounts,
    /// The last of them; `None` when none is behind them.
    pub last: Option<WelcomeId>,
}

impl CountedWelcomes {
    /// Of a portion of `len_max` at most, whose last id is stored as `last`.
    pub(crate) fn of_portion(counts: OutboxCounts, last: Option<i64>, len_max: usize) -> Self {
        let last = last.filter(|_| counts.total() >= len_max as u64);
        Self {
            counts,
            last: last.map(|id| WelcomeId(id.cast_unsigned())),
        }
    }
}

/// The smallest id, as it is stored, of those behind another.
pub(crate) fn first_behind(after: Option<WelcomeId>) -> i64 {
    after.map_or(i64::MIN, |id| id.0.cast_signed().saturating_add(1))
}

/// How many welcomes are stored, by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// To be posted.
    pub pending: u64,
    /// Begun, outcome unknown.
    pub sending: u64,
    /// Standing in their channel.
    pub sent: u64,
    /// Not posted, by reason; a reason without welcomes is absent.
    pub skipped: BTreeMap<SkipReason, u64>,
}

impl OutboxCounts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.pending + self.sending + self.sent + self.skipped.values().sum::<u64>()
    }

    /// Adds the counts of other welcomes.
    pub fn add(&mut self, others: Self) {
        self.pending += others.pending;
        self.sending += others.sending;
        self.sent += others.sent;
        for (reason, count) in others.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }
}
