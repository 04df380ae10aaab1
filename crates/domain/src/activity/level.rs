//! What a score is called.

use std::fmt;
use std::str::FromStr;

use super::score::Score;

/// What somebody with a score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// From 0 points.
    Newcomer,
    /// From 25 points, where the guild chose nothing else.
    Active,
    /// From 50 points.
    Veteran,
    /// From 75 points.
    Expert,
    /// From 90 points.
    Legend,
}

/// From how many points on each level but the first is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Levels([u8; 4]);

/// Not four numbers of which each is larger than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("levels are four whole numbers from 1 to 100, each larger than the one before, such as 25 50 75 90")]
pub struct NoLevels;

impl Level {
    /// All of them, from the lowest.
    pub const ALL: [Self; 5] = [
        Self::Newcomer,
        Self::Active,
        Self::Veteran,
        Self::Expert,
        Self::Legend,
    ];

    /// Its name, which never changes: it stands in databases and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newcomer => "newcomer",
            Self::Active => "active",
            Self::Veteran => "veteran",
            Self::Expert => "expert",
            Self::Legend => "legend",
        }
    }

    /// Its number, from 1.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl Levels {
    /// The level of a score.
    pub fn level(self, score: Score) -> Level {
        let reached = self
            .0
            .iter()
            .filter(|points| score >= Score::points(i64::from(**points)));
        Level::ALL[reached.count()]
    }

    /// The score from which on a level is reached.
    pub fn from(self, level: Level) -> Score {
        match usize::from(level as u8).checked_sub(1) {
            Some(at) => Score::points(i64::from(self.0[at])),
            None => Score::ZERO,
        }
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self([25, 50, 75, 90])
    }
}

/// As it is written: `25 50 75 90`.
impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [active, veteran, expert, legend] = self.0;
        write!(f, "{active} {veteran} {expert} {legend}")
    }
}

/// The numbers may stand between blanks or commas.
impl FromStr for Levels {
    type Err = NoLevels;

    fn from_str(text: &str) -> Result<Self, NoLevels> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let numbers = words.map(str::parse).collect::<Result<Vec<u8>, _>>();
        let levels: [u8; 4] = numbers.map_err(|_| NoLevels)?.try_into().map_err(|_| NoLevels)?;
        let bounded = (1..=100).contains(&levels[0]) && levels[3] <= 100;
        if bounded && levels.is_sorted_by(|one, next| one < next) {
            Ok(Self(levels))
        } else {
            Err(NoLevels)
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no level {0:?}; there are newcomer, active, veteran, expert and legend")]
pub struct UnknownLevel(pub String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        let named = |level: &Self| level.name().eq_ignore_ascii_case(text);
        let found = Self::ALL.into_iter().find(named);
        found.ok_or_else(|| UnknownLevel(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_is_reached_at_its_points_and_not_before() {
        let levels = Levels::default();
        for (points, level) in [
            (0, Level::Newcomer),
            (25, Level::Active),
            (50, Level::Veteran),
            (75, Level::Expert),
            (90, Level::Legend),
            (100, Level::Legend),
        ] {
            assert_eq!(levels.level(Score::points(points)), level);
        }
        for level in &Level::ALL[1..] {
            assert!(levels.level(levels.from(*level) - Score(1)) < *level);
            assert_eq!(levels.level(levels.from(*level)), *level);
        }
    }

    #[test]
    fn levels_are_read_as_they_are_written_and_nonsense_is_not() {
        assert_eq!("25, 50,75 90".parse(), Ok(Levels::default()));
        assert_eq!(Levels::default().to_string().parse(), Ok(Levels::default()));
        for wrong in [
            "",
            "25 50 75",
            "25 50 75 90 95",
            "0 1 2 3",
            "50 25 75 90",
            "25 25 75 90",
            "10 20 30 101",
            "a b c d",
        ] {
            assert_eq!(wrong.parse::<Levels>(), Err(NoLevels), "{wrong:?}");
        }
    }
}
