//! The first of a leaderboard by score.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::activity::meter::faded;
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::id::UserId;
use domain::time::UnixMs;

use super::{Ranked, ranks};

/// Takes meters in the order in which their scores fade out, the last first, and keeps the highest scores at a time.
///
/// No score is above what fades until it has faded out, so those that fade out early need not be looked at once enough
/// are known that are better.
pub(crate) struct Best {
    now: UnixMs,
    rules: ScoreRules,
    len_max: usize,
    /// The lowest on top.
    found: BinaryHeap<Reverse<Place>>,
}

/// Sorts as on the board, backwards: of level scores the one that lasts longer is before, then the smaller id, as the
/// databases sort ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    score: Score,
    fades_out_at: UnixMs,
    user: Reverse<i64>,
}

impl Best {
    pub(crate) fn new(len_max: usize, now: UnixMs, rules: &ScoreRules) -> Self {
        Self {
            now,
            rules: *rules,
            len_max,
            found: BinaryHeap::new(),
        }
    }

    /// What a meter must have to be among the best, of those that were not taken yet and fade out at `until` or before: it
    /// fades out after a time, and its score was above another. Lets the database pass over the others by itself.
    pub(crate) fn bounds(&self, until: i64) -> (i64, i64) {
        let lowest = self.found.peek().filter(|_| self.found.len() >= self.len_max);
        match lowest {
            // Of level ones that fade out together, one of a smaller id may be still to come.
            Some(Reverse(lowest)) => {
                let above = lowest.score.0 - i64::from(lowest.fades_out_at.0 <= until);
                let after = self.now.0.saturating_add(above.max(0) / self.rules.fade);
                (after, above)
            }
            None => (self.now.0, -1),
        }
    }

    /// Whether any meter that fades out no later than this one may be among the best.
    pub(crate) fn take(&mut self, user: i64, score: Score, fades_out_at: UnixMs) -> bool {
        let highest = faded(Score::MAX, fades_out_at, self.now, &self.rules);
        let full = self.found.len() >= self.len_max;
        if highest <= Score::ZERO || self.len_max == 0 {
            return false;
        }
        let place = Place {
            score: faded(score, fades_out_at, self.now, &self.rules),
            fades_out_at,
            user: Reverse(user),
        };
        if !full {
            self.found.push(Reverse(place));
            return true;
        }
        let mut lowest = self.found.peek_mut().expect("it is full");
        if (lowest.0.score, lowest.0.fades_out_at) > (highest, fades_out_at) {
            return false;
        }
        if place > lowest.0 {
            *lowest = Reverse(place);
        }
        true
    }

    /// The board without its first `skip` lines.
    pub(crate) fn ranked(self, skip: usize) -> Vec<Ranked> {
        let places = self.found.into_sorted_vec();
        let scores: Vec<Score> = places.iter().map(|place| place.0.score).collect();
        let lines = places.iter().zip(ranks(0, 0, &scores)).skip(skip);
        lines
            .map(|(Reverse(place), rank)| Ranked {
                rank,
                user: UserId(place.user.0.cast_unsigned()),
                score: place.score,
                messages: 0,
            })
            .collect()
    }
}
