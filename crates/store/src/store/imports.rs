//! What is brought over from other bots.

use domain::time::UnixMs;

use super::{Backend, Store};
use crate::error::StoreError;
use crate::imports::{Import, ImportRecord, Imported, Undone};
use crate::options::Place;
use crate::upkeep::UpkeepError;
use crate::{postgres, sqlite, upkeep};

impl Store {
    /// Brings over what a file of another bot holds, in one transaction. A file that was brought over already changes
    /// nothing. Survives a power cut.
    pub async fn import(&self, import: Import) -> Result<Imported, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.import(import).await,
            Backend::Postgres(postgres) => postgres.import(import).await,
        }
    }

    /// Takes back the newest import that was not taken back, in one transaction; `None` where there is none. Messages that
    /// were counted since stay. Where a score cannot be told apart from what was imported any more, nothing is done, unless
    /// `keep_changed` leaves those scores as they are.
    pub async fn undo_import(&self, at: UnixMs, keep_changed: bool) -> Result<Option<Undone>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.undo_import(at, keep_changed).await,
            Backend::Postgres(postgres) => postgres.undo_import(at, keep_changed).await,
        }
    }
}

/// What [`Store::import`] would do. Changes nothing, and works while the database is in use or before it is made.
///
/// # Errors
/// [`UpkeepError`]: the database cannot be read, or is none of ours.
pub async fn preview_import(place: &Place, import: Import) -> Result<Imported, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            upkeep::blocking(move || sqlite::imports::preview(&path, &import)).await
        }
        Place::Server(url) => postgres::imports::preview(url, &import).await,
    }
}

/// What [`Store::undo_import`] would do; likewise.
///
/// # Errors
/// [`UpkeepError`]: the database cannot be read, or is none of ours.
pub async fn preview_undo(place: &Place) -> Result<Option<Undone>, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            upkeep::blocking(move || sqlite::imports::preview_undo(&path)).await
        }
        Place::Server(url) => postgres::imports::preview_undo(url).await,
    }
}

/// All imports, newest first.
///
/// # Errors
/// [`UpkeepError`]: the database cannot be read, or is none of ours.
pub async fn import_records(place: &Place) -> Result<Vec<ImportRecord>, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            upkeep::blocking(move || sqlite::imports::records(&path)).await
        }
        Place::Server(url) => postgres::imports::records(url).await,
    }
}
