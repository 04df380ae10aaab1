//! Looking a database over before anything depends on it, and leaving it as it is: nothing is made, migrated or tidied.

use domain::guild::GuildFacts;
use domain::id::GuildId;
use domain::settings::GuildSettings;

use super::{InUse, UpkeepError, blocking};
use crate::options::Place;
use crate::{postgres, sqlite};

/// The version from which on guilds have settings.
pub(crate) const SETTINGS_SINCE: u32 = 4;

/// What a database is, as a start would find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The schema's version; 0 while nothing is in it.
    pub version: u32,
    /// The newest version that this program knows.
    pub version_known: u32,
    /// The steps of the schema that a start will take, by their names.
    pub steps: Vec<&'static str>,
    /// Who uses it.
    pub in_use: InUse,
    /// Its size, with the log of a file.
    pub size_bytes: u64,
    /// What is wrong with a file's structure, up to a few lines. A server looks after its own.
    pub damage: Vec<String>,
    /// How many rows of stored messages cannot be read, and are kept aside without being counted.
    pub unreadable_activity: u64,
    /// What keeps us from using a server's database, as a sentence that goes on behind its name.
    pub hindrance: Option<String>,
}

/// A guild in which the bot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownGuild {
    /// What is known of it.
    pub facts: GuildFacts,
    /// What its admins chose.
    pub settings: GuildSettings,
}

/// Guilds in which the bot is, as far as they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownGuilds {
    /// Those who chose a channel for welcomes first, and in each half by their ids.
    pub guilds: Vec<KnownGuild>,
    /// How many there are in all.
    pub total: u64,
}

/// Looks a database over, also while a bot runs on it. `Ok(None)`: there is none yet.
///
/// Of a file every page is read. A log that a crash has left is read along, for which SQLite may renew its own index beside
/// it; nothing else is touched.
///
/// # Errors
/// [`UpkeepError`]: it cannot be read, or is none of ours.
pub async fn review(place: &Place) -> Result<Option<Review>, UpkeepError> {
    let found = match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::review(&path)).await
        }
        Place::Server(url) => postgres::upkeep::review(url).await,
    };
    match found {
        Err(UpkeepError::NoDatabase { .. }) => Ok(None),
        found => found.map(Some),
    }
}

/// The guilds in which the bot is, `len_max` of them at most, or the one that is asked for. There are none before the
/// database has begun to keep settings, and none in one that a newer program made.
///
/// # Errors
/// As [`review`].
pub async fn known_guilds(
    place: &Place,
    only: Option<GuildId>,
    len_max: usize,
) -> Result<KnownGuilds, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::known_guilds(&path, only, len_max)).await
        }
        Place::Server(url) => postgres::upkeep::known_guilds(url, only, len_max).await,
    }
}
