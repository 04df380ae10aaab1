//! Scores, as whole numbers, so that every machine and database comes to the same.

use std::fmt;
use std::ops::{Add, Sub};

/// A score or a part of one, in units of which 36,000,000 make a point: what fades within a millisecond at a tenth of a
/// point an hour is one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub i64);

impl Score {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The highest score, 100 points.
    pub const MAX: Self = Self::points(100);

    /// So many points.
    pub const fn points(points: i64) -> Self {
        Self(points * 36_000_000)
    }

    /// So many tenths of a point.
    pub const fn tenths(tenths: i64) -> Self {
        Self(tenths * 3_600_000)
    }

    /// In points.
    #[expect(clippy::cast_precision_loss, reason = "for eyes, to a few places")]
    pub fn as_points(self) -> f64 {
        self.0 as f64 / Self::points(1).0 as f64
    }
}

impl Add for Score {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Score {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// In points, to a tenth, rounded down: whoever is shown to have reached something has reached it.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.max(0) / Self::tenths(1).0;
        write!(f, "{}.{}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_is_shown_in_points_and_never_rounded_up() {
        assert_eq!(Score::MAX.to_string(), "100.0");
        assert_eq!((Score::points(25) - Score(1)).to_string(), "24.9");
        assert_eq!(Score::tenths(75).to_string(), "7.5");
        assert!((Score::tenths(75).as_points() - 7.5).abs() < 1e-9);
    }
}
