//! What is brought over from other bots, and how it is taken back.
//!
//! An import is decided on whole and written in one transaction, and each row that it brought is remembered: the same file
//! again changes nothing, and a later file of the same bot adds only what is new in it. What is remembered of a member goes
//! with the member's activity when that is erased.

mod decide;
mod undo;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use domain::activity::meter::Meter;
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, StoredSettings};
use domain::time::UnixMs;

pub(crate) use decide::{Decided, MemberChange, decide};
pub(crate) use undo::{Brought, BroughtMember, UndoChange, decide_undo};

/// The bot that something comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportSource {
    /// The database of Discord-ROAS-Bot.
    Roas,
    /// A list of levels as MEE6 shows it.
    Mee6,
}

/// What is to be brought over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// From which bot.
    pub source: ImportSource,
    /// The name of the file, for people.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub file_hash: String,
    /// When it is brought over.
    pub at: UnixMs,
    /// Each member of a guild at most once.
    pub members: Vec<ImportedMember>,
    /// Texts of settings, each field of a guild at most once; in their field's form.
    pub settings: Vec<(GuildId, Field, String)>,
}

/// What is to be brought over of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedMember {
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub user: UserId,
    /// The score at a time, from which on it fades; from 0 to [`Score::MAX`]. Where it is 0, only the time is known.
    pub score: Score,
    /// When the member wrote last.
    pub last: UnixMs,
    /// Messages of days, each day at most once.
    pub days: Vec<(Day, u64)>,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// When this very file was brought over, if it was and was not taken back: nothing is done then.
    pub already_at: Option<UnixMs>,
    /// Members of whom nothing was known here.
    pub members_new: u64,
    /// Members whose score here was lower at the same moment, and is now the imported one.
    pub scores_raised: u64,
    /// Members who keep the score that they have here.
    pub scores_kept: u64,
    /// Messages added to days and months.
    pub messages_added: u64,
    /// Messages left out because an earlier import brought them.
    pub messages_known: u64,
    /// Guilds of which the bot has not heard yet.
    pub guilds_unknown: Vec<GuildId>,
    /// Settings that are set now.
    pub settings_set: Vec<(GuildId, Field, String)>,
    /// Settings that the guild has chosen itself, and keeps.
    pub settings_kept: Vec<(GuildId, Field)>,
}

/// What taking back an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Which one.
    pub import: ImportRecord,
    /// Members who have again what they had, or nothing.
    pub restored: u64,
    /// Members who have written since, and whose score is what it would be without the import.
    pub rebased: u64,
    /// Members whose score cannot be told apart from what was imported any more. They keep it, and it fades.
    pub kept: Vec<(GuildId, UserId)>,
    /// Messages taken from days and months.
    pub messages_removed: u64,
    /// Settings that are not set any more.
    pub settings_unset: Vec<(GuildId, Field)>,
    /// Settings that were changed since, and stay.
    pub settings_kept: Vec<(GuildId, Field)>,
    /// Whether it was done: not with members in `kept`, unless that was allowed.
    pub done: bool,
}

/// An import that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// Grows from one to the next.
    pub id: u64,
    /// From which bot.
    pub source: ImportSource,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    /// When.
    pub at: UnixMs,
    /// When it was taken back, if it was.
    pub undone_at: Option<UnixMs>,
}

/// What is known here of the guilds of an import.
#[derive(Debug, Default)]
pub(crate) struct Present {
    /// When the same file was brought over.
    pub(crate) already_at: Option<UnixMs>,
    /// Of which of the guilds the bot has heard.
    pub(crate) guilds: HashSet<GuildId>,
    pub(crate) meters: HashMap<(GuildId, UserId), Meter>,
    /// Messages that earlier imports of the same source brought.
    pub(crate) brought: HashMap<(GuildId, UserId, Day), u64>,
    pub(crate) settings: HashMap<GuildId, StoredSettings>,
}

impl Present {
    /// By which rules a guild's scores rise and fade.
    pub(crate) fn rules(&self, guild: GuildId) -> ScoreRules {
        rules_of(&self.settings, guild)
    }
}

/// By which rules a guild's scores rise and fade.
pub(crate) fn rules_of(settings: &HashMap<GuildId, StoredSettings>, guild: GuildId) -> ScoreRules {
    settings.get(&guild).map_or_else(ScoreRules::default, |stored| {
        domain::activity::rules::ActivityRules::of(&stored.settings).score
    })
}

impl Import {
    /// The guilds that it speaks of, sorted, each once.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        guilds_of(self.members.iter().map(|member| member.guild), &self.settings)
    }
}

/// The guilds of members and of settings, sorted, each once.
fn guilds_of(members: impl Iterator<Item = GuildId>, settings: &[(GuildId, Field, String)]) -> Vec<GuildId> {
    let of_settings = settings.iter().map(|(guild, ..)| *guild);
    let mut guilds: Vec<_> = members.chain(of_settings).collect();
    guilds.sort_unstable();
    guilds.dedup();
    guilds
}

impl ImportSource {
    /// Its name, which never changes: it stands in databases.
    pub fn name(self) -> &'static str {
        match self {
            Self::Roas => "roas",
            Self::Mee6 => "mee6",
        }
    }
}

impl fmt::Display for ImportSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such source of imports")]
pub struct UnknownSource;

impl FromStr for ImportSource {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        [Self::Roas, Self::Mee6]
            .into_iter()
            .find(|source| source.name() == text)
            .ok_or(UnknownSource)
    }
}
