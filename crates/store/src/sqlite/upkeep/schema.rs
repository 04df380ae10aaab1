//! A file's schema, brought to another version.

use std::path::Path;

use super::super::migrate::{self, MIGRATIONS};
use super::super::{connection, file, open};
use super::{BUSY_TIMEOUT, back_up, existing, known_version, open_ours};
use crate::upkeep::{BackedUp, BackupPlan, UpkeepError};

pub(crate) fn version(asked: &Path) -> Result<u32, UpkeepError> {
    let path = existing(asked)?;
    let db = open_ours(asked, &path)?;
    known_version(asked, &db)
}

pub(crate) fn migrate(
    asked: &Path,
    from: u32,
    to: u32,
    backup: Option<BackupPlan>,
) -> Result<Option<BackedUp>, UpkeepError> {
    existing(asked)?;
    // Held until the end: no bot writes between the backup and the migration.
    let claimed = file::claim(asked)?;
    let found = version(asked)?;
    if found == 0 {
        return Err(UpkeepError::NothingThere {
            place: asked.display().to_string(),
        });
    }
    if found != from {
        return Err(UpkeepError::VersionChanged {
            place: asked.display().to_string(),
            found,
            expected: from,
        });
    }
    let backed_up = backup
        .map(|plan| back_up(asked, plan))
        .transpose()
        .map_err(|error| UpkeepError::NotBackedUp(Box::new(error)))?;
    let explain = |error| open::explain(asked, error);
    let mut db = connection::open_to_write(&claimed.path, BUSY_TIMEOUT).map_err(explain)?;
    connection::make_writer(&db).map_err(explain)?;
    migrate::migrate(&mut db, MIGRATIONS, to).map_err(|error| open::not_migrated(asked, from, to, error))?;
    db.close().map_err(|(_, error)| explain(error))?;
    Ok(backed_up)
}
