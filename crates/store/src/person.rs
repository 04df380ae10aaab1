//! What is known of one person beside activity and welcomes.

use domain::activity::meter::Meter;
use domain::day::Day;
use domain::id::GuildId;
use domain::time::UnixMs;

/// A line of a guild's history of changes, as whoever made the change may read it. Its field's name and texts are those
/// that are stored, also where this version does not know the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeMade {
    /// Grows from line to line of a guild.
    pub id: u64,
    /// The guild.
    pub guild: GuildId,
    /// The version that the change made; changes made at once share it.
    pub version: u64,
    /// When.
    pub at: UnixMs,
    /// The field's name.
    pub field: String,
    /// Its text before; `None` when it was not set.
    pub before: Option<String>,
    /// Its text after, likewise.
    pub after: Option<String>,
}

/// What an import brought over of a person in one guild, kept so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedOfMember {
    /// Which import: [`ImportRecord::id`](crate::ImportRecord::id).
    pub import: u64,
    /// The name of the bot that it came from.
    pub source: String,
    /// When it was brought over.
    pub at: UnixMs,
    /// The guild.
    pub guild: GuildId,
    /// What was known of their score before; `None` when nothing was.
    pub before: Option<Meter>,
    /// What was written for it.
    pub written: Meter,
    /// Messages that it added, by day.
    pub days: Vec<(Day, u64)>,
}
