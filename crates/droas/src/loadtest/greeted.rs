//! Who was greeted: once, not at all, or more often.

use std::fmt;

use serde::Serialize;
use sim::driver::MemberHandle;

use crate::measured::Welcomes;

/// How many members have how many welcomes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Greeted {
    /// Members who have exactly one.
    #[serde(rename = "greeted_once")]
    pub(super) once: usize,
    /// Members who have none.
    pub(super) lost: usize,
    /// Members who have more than one.
    pub(super) sent_twice: usize,
}

impl Greeted {
    /// Of these members, each of whom should have one.
    pub(super) fn of(welcomes: &Welcomes, members: impl Iterator<Item = MemberHandle>) -> Self {
        let mut greeted = Self::default();
        for member in members {
            match welcomes.of(member) {
                [] => greeted.lost += 1,
                [_] => greeted.once += 1,
                _ => greeted.sent_twice += 1,
            }
        }
        greeted
    }

    /// Each member has one welcome.
    pub(super) fn is_flawless(&self) -> bool {
        self.lost == 0 && self.sent_twice == 0
    }
}

/// What is wrong.
impl fmt::Display for Greeted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} welcomes were lost, {} sent twice",
            self.lost, self.sent_twice
        )
    }
}
