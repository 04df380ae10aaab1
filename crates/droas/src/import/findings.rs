//! What a file of another bot holds: what is taken of it, and what is not, and why.

use domain::id::GuildId;
use domain::settings::Field;
use store::ImportedMember;

/// What is taken of a file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) members: Vec<ImportedMember>,
    pub(super) settings: Vec<(GuildId, Field, String)>,
    pub(super) tables: Vec<TableFindings>,
}

/// How a table, or a list, was understood.
#[derive(Debug, Default)]
pub(super) struct TableFindings {
    pub(super) name: String,
    pub(super) read: u64,
    pub(super) taken: u64,
    /// Rows that went into another one of the same member.
    pub(super) merged: u64,
    /// Rows that say nothing, such as a score of 0.
    pub(super) empty: u64,
    pub(super) refused: Vec<Refused>,
    /// What is to be known of the table as a whole.
    pub(super) notes: Vec<String>,
}

/// A row, or a part of it, that was not taken.
#[derive(Debug)]
pub(super) struct Refused {
    /// The row's number in its table; of a list, from 1.
    pub(super) row: i64,
    /// Why.
    pub(super) reason: String,
}

impl TableFindings {
    pub(super) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn refuse(&mut self, row: i64, reason: impl Into<String>) {
        self.refused.push(Refused {
            row,
            reason: reason.into(),
        });
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// What stood somewhere, cut off where it is long, on one line.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let mut shown: String = text.chars().take(CHARS_MAX).collect();
    if text.chars().count() > CHARS_MAX {
        shown.push('…');
    }
    format!("{shown:?}")
}
