//! Counters of what comes in several kinds.

use std::sync::atomic::{AtomicU64, Ordering};

use discord::{EventName, InteractionKind};
use domain::welcome::SkipReason;

use crate::commands::group_of;

/// How a command ended, for who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandOutcome {
    /// It was carried out.
    Done,
    /// It was refused: not allowed, wrong, or too late for what changed meanwhile.
    Refused,
    /// It could not be carried out, by no fault of who asked: the database or Discord did not answer, or we made a mistake.
    Failed,
}

impl CommandOutcome {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// A word for it, for metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Commands by their first words; the last is for what is none of ours any more.
pub const COMMAND_GROUPS: [&str; 5] = ["activity", "privacy", "settings", "welcome", "other"];

/// A group of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommandGroup(usize);

impl CommandGroup {
    /// The group of what somebody used; `None` while they only type.
    pub(crate) fn of(kind: &InteractionKind) -> Option<Self> {
        let name = group_of(kind)?;
        let found = COMMAND_GROUPS.iter().position(|group| *group == name);
        Some(Self(found.unwrap_or(COMMAND_GROUPS.len() - 1)))
    }
}

/// Events by their names, summed without atomics until they are stored.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EventCounts([u32; EventName::ALL.len()]);

impl EventCounts {
    pub(crate) fn add(&mut self, event: EventName) {
        self.0[event as usize] += 1;
    }
}

/// Counts what comes in several kinds. Additions only.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    events: [AtomicU64; EventName::ALL.len()],
    given_up: [AtomicU64; SkipReason::ALL.len()],
    commands: [[AtomicU64; CommandOutcome::ALL.len()]; COMMAND_GROUPS.len()],
}

/// The counters at one moment. Every kind is there, also where nothing was counted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindCounts {
    /// Events whose effects are stored, by their names.
    pub events: Vec<(EventName, u64)>,
    /// Welcomes that the greeter gave up, by the reason.
    pub given_up: Vec<(SkipReason, u64)>,
    /// Commands, buttons and windows that were answered, by the group of [`COMMAND_GROUPS`] and how they ended.
    pub commands: Vec<(&'static str, CommandOutcome, u64)>,
}

impl Kinds {
    /// Events are stored.
    pub(crate) fn events(&self, counts: &EventCounts) {
        for (count, more) in self.events.iter().zip(counts.0) {
            if more > 0 {
                count.fetch_add(more.into(), Ordering::Relaxed);
            }
        }
    }

    /// The greeter gave welcomes up.
    pub(crate) fn given_up(&self, reason: SkipReason, count: u64) {
        for (one, counted) in SkipReason::ALL.iter().zip(&self.given_up) {
            if *one == reason {
                counted.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// A command was answered.
    pub(crate) fn command(&self, group: CommandGroup, outcome: CommandOutcome) {
        self.commands[group.0][outcome as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> KindCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let commands = COMMAND_GROUPS.iter().zip(&self.commands);
        KindCounts {
            events: EventName::ALL
                .into_iter()
                .zip(self.events.iter().map(read))
                .collect(),
            given_up: SkipReason::ALL
                .into_iter()
                .zip(self.given_up.iter().map(read))
                .collect(),
            commands: commands
                .flat_map(|(group, counts)| {
                    let outcomes = CommandOutcome::ALL.into_iter().zip(counts);
                    outcomes.map(|(outcome, count)| (*group, outcome, read(count)))
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use discord::Options;

    use super::*;

    #[test]
    fn each_event_is_counted_by_its_own_name() {
        let kinds = Kinds::default();
        for (at, event) in EventName::ALL.into_iter().enumerate() {
            let mut counts = EventCounts::default();
            (0..=at).for_each(|_| counts.add(event));
            kinds.events(&counts);
        }
        let counted = kinds.snapshot().events;
        for (at, event) in EventName::ALL.into_iter().enumerate() {
            assert_eq!(counted[at], (event, at as u64 + 1));
        }
    }

    #[test]
    fn commands_are_grouped_by_their_first_word_and_buttons_with_them() {
        let command = |name: &str| InteractionKind::Command {
            path: vec![name.to_owned(), "show".to_owned()],
            options: Options::default(),
        };
        let typing = InteractionKind::Autocomplete {
            path: vec!["settings".to_owned()],
            focused: String::new(),
            typed: String::new(),
        };
        let names = |kind: &InteractionKind| CommandGroup::of(kind).map(|group| COMMAND_GROUPS[group.0]);
        assert_eq!(names(&command("privacy")), Some("privacy"));
        assert_eq!(names(&command("long-gone")), Some("other"));
        assert_eq!(names(&typing), None);
    }
}
