//! What a row of the journal holds.

use std::collections::HashMap;

use domain::activity::meter::Run;
use domain::activity::rules::ScoreRules;

use crate::activity::MessagesRow;

/// Messages in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Noted {
    pub(super) runs: Vec<NotedRun>,
    pub(super) days: Vec<MessagesRow>,
    rules: Vec<ScoreRules>,
    numbers: HashMap<ScoreRules, u32>,
}

/// A member's messages, of which the rules are known by a number: there may be very many, of few guilds.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotedRun {
    pub(super) guild: i64,
    pub(super) user: i64,
    pub(super) rules: u32,
    pub(super) run: Run,
}

impl Noted {
    pub(super) fn number_of(&mut self, rules: ScoreRules) -> u32 {
        *self.numbers.entry(rules).or_insert_with(|| {
            self.rules.push(rules);
            u32::try_from(self.rules.len() - 1).expect("a journal holds fewer entries")
        })
    }

    /// Forgets the messages, and no rules.
    pub(super) fn forget(&mut self) {
        self.runs.clear();
        self.days.clear();
    }

    /// What a number of rules stands for, also after other messages were read.
    pub(super) fn rules(&self, number: u32) -> &ScoreRules {
        &self.rules[number as usize]
    }
}
