//! What is stored of a member's activity, and how messages are added to it.
//!
//! Messages between which there was never a silence longer than the grace make a burst: nothing fades within it, so it is
//! known by its first and its last message and by what it gained in between. What came before it is one number, the score
//! at its last message. Of the last stretches of the cooldown is known how much each has gained, so that no message gains
//! twice, and one that comes late gains what it would have.

use crate::id::{GuildId, UserId};
use crate::time::UnixMs;

use super::rules::{ScoreRules, Weight};
use super::score::Score;
use crate::day::Day;

/// Bits of [`Slots`]: three for each slot.
const BITS: u64 = (1 << (3 * Meter::SLOTS)) - 1;

/// What the last 21 slots have gained, the youngest in the lowest three bits. Of its three bits the first is set by a
/// message of any weight, the second by one of normal weight or more, the third by a double one; so what several messages
/// come to is the union of their bits, in any order and however often each comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slots(pub u64);

impl Slots {
    /// A single message, in the youngest slot.
    pub fn one(weight: Weight) -> Self {
        Self(match weight {
            Weight::Half => 0b001,
            Weight::Normal => 0b011,
            Weight::Double => 0b111,
        })
    }

    /// The same slots, when the youngest is one that comes so many later. What lies too far back is gone.
    #[must_use]
    pub fn aged(self, slots: i64) -> Self {
        let slots = u32::try_from(slots).unwrap_or(u32::MAX);
        if slots >= Meter::SLOTS {
            Self::default()
        } else {
            Self(self.0 << (3 * slots) & BITS)
        }
    }

    /// What is gained in these and not in the others.
    pub fn gain_beyond(self, known: Self, rules: &ScoreRules) -> Score {
        const EACH_FIRST: u64 = BITS / 0b111;
        let fresh = self.0 & !known.0;
        let count = |which: u64| i64::from((fresh & (EACH_FIRST << which)).count_ones());
        // A half for a half, another one for a normal one, and a whole one more for a double one.
        Score(rules.gain.0 / 2 * (count(0) + count(1) + 2 * count(2)))
    }

    fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What is stored of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter {
    /// The score before the burst, at `base_at`.
    pub base: Score,
    /// The last message before the burst; the burst's first one, where there was none.
    pub base_at: UnixMs,
    /// The burst's first message.
    pub first: UnixMs,
    /// The burst's last message.
    pub last: UnixMs,
    /// What the burst has gained.
    pub gained: Score,
    /// What the slots up to that of the last message have gained.
    pub recent: Slots,
}

/// Messages of a member that are added to what is stored at once: without a silence longer than the grace, and within
/// [`Meter::SLOTS`] slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first message.
    pub first: UnixMs,
    /// The last one.
    pub last: UnixMs,
    /// What the slots up to that of the last one gain.
    pub slots: Slots,
}

/// What a batch of events adds to what is stored of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberActivity {
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub user: UserId,
    /// How many messages each day gets, in the guild's own zone; sorted, at least one.
    pub days: Vec<(Day, u32)>,
    /// To be added to the meter one after the other; at least one.
    pub runs: Vec<Run>,
    /// The guild's rules.
    pub rules: ScoreRules,
}

impl Run {
    /// A single message.
    pub fn one(at: UnixMs, weight: Weight) -> Self {
        Self {
            first: at,
            last: at,
            slots: Slots::one(weight),
        }
    }

    /// Takes up a message that is no older than the last one; `false` where it belongs to another run.
    pub fn extend(&mut self, at: UnixMs, weight: Weight, rules: &ScoreRules) -> bool {
        let later = rules.slot(at) - rules.slot(self.last);
        let spans = rules.slot(at) - rules.slot(self.first);
        if at.0 - self.last.0 > rules.grace_ms() || spans >= i64::from(Meter::SLOTS) {
            return false;
        }
        self.last = at;
        self.slots = self.slots.aged(later).union(Slots::one(weight));
        true
    }
}

impl Meter {
    /// So many stretches of the cooldown are known by themselves.
    pub const SLOTS: u32 = 21;

    /// What is known after somebody's first messages.
    pub fn begin(run: &Run, rules: &ScoreRules) -> Self {
        Self {
            base: Score::ZERO,
            base_at: run.first,
            first: run.first,
            last: run.last,
            gained: run.slots.gain_beyond(Slots::default(), rules),
            recent: run.slots,
        }
    }

    /// Adds messages. Those that are older than the last one by more than the grace, or by [`Self::SLOTS`] slots, change
    /// nothing.
    #[must_use]
    pub fn plus(&self, run: &Run, rules: &ScoreRules) -> Self {
        let later = rules.slot(run.last) - rules.slot(self.last);
        let (known, slots) = if later >= 0 {
            (self.recent.aged(later), run.slots)
        } else {
            (self.recent, run.slots.aged(-later))
        };
        let gained = slots.gain_beyond(known, rules);
        let recent = known.union(slots);
        if run.first.0 - self.last.0 > rules.grace_ms() {
            return Self {
                base: self.score(rules),
                base_at: self.last,
                first: run.first,
                last: run.last,
                gained,
                recent,
            };
        }
        if self.last.0 - run.last.0 > rules.grace_ms() || -later >= i64::from(Self::SLOTS) {
            return *self;
        }
        let first = self.first.min(run.first);
        Self {
            base: self.base,
            // Never behind the first: where there was no burst before, nobody can tell which message came in first.
            base_at: self.base_at.min(first),
            first,
            last: self.last.max(run.last),
            gained: self.gained + gained,
            recent,
        }
    }

    /// The score at the last message.
    pub fn score(&self, rules: &ScoreRules) -> Score {
        let silence_ms = (self.first.0 - self.base_at.0 - rules.grace_ms()).max(0);
        let faded = Score(rules.fade.saturating_mul(silence_ms));
        ((self.base - faded).max(Score::ZERO) + self.gained).min(Score::MAX)
    }

    /// When the score reaches 0, if nothing is written any more.
    pub fn fades_out_at(&self, rules: &ScoreRules) -> UnixMs {
        UnixMs(self.last.0 + rules.grace_ms() + self.score(rules).0 / rules.fade)
    }

    /// The score at a time, `now`.
    pub fn at(&self, now: UnixMs, rules: &ScoreRules) -> Score {
        faded(self.score(rules), self.fades_out_at(rules), now, rules)
    }
}

/// What is left at `now` of a score that fades out at a time: never more than the score was, nor than fades until then.
pub fn faded(score: Score, fades_out_at: UnixMs, now: UnixMs, rules: &ScoreRules) -> Score {
    let left_ms = fades_out_at.0.saturating_sub(now.0).max(0);
    Score(rules.fade.saturating_mul(left_ms)).min(score)
}
