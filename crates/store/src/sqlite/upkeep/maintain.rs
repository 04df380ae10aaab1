//! A file, looked through and tidied.

use std::path::Path;

use rusqlite::Connection;

use super::super::{connection, file, journal, open};
use super::status::len;
use super::{BUSY_TIMEOUT, beside, existing, findings, known_version, open_ours};
use crate::error::OpenError;
use crate::upkeep::{Maintained, UpkeepError};

pub(crate) fn maintain(asked: &Path) -> Result<Maintained, UpkeepError> {
    let path = existing(asked)?;
    let claimed = match file::claim(asked) {
        Ok(claimed) => Some(claimed),
        Err(OpenError::InUse { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let before_bytes = size(&path);
    let reader = open_ours(asked, &path)?;
    known_version(asked, &reader)?;
    let explain = |error| open::explain(asked, error);
    let found = findings(&reader).map_err(explain)?;
    if !found.is_empty() {
        return Err(UpkeepError::Unsound {
            path: asked.to_owned(),
            findings: found,
            advice: "nothing was tidied; restore a backup",
        });
    }
    drop(reader);
    let db = connection::open_to_write(&path, BUSY_TIMEOUT).map_err(explain)?;
    let mut done = vec!["integrity check", "foreign key check"];
    done.extend(if claimed.is_some() {
        tidy(&db).map_err(explain)?
    } else {
        // Waits for nobody, and lets the bot write on.
        run(&db, "PRAGMA wal_checkpoint(PASSIVE)").map_err(explain)?;
        vec!["checkpoint"]
    });
    db.close().map_err(|(_, error)| explain(error))?;
    Ok(Maintained {
        beside_a_bot: claimed.is_none(),
        done,
        before_bytes,
        after_bytes: size(&path),
    })
}

fn tidy(db: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    db.execute_batch("VACUUM; ANALYZE")?;
    run(db, "PRAGMA optimize")?;
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(vec!["VACUUM", "ANALYZE", "optimize", "checkpoint"])
}

/// A pragma that may answer with rows, which say nothing to us.
fn run(db: &Connection, pragma: &str) -> rusqlite::Result<()> {
    let mut statement = db.prepare(pragma)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Forgets the stored messages that cannot be read, beside a bot too.
pub(crate) fn drop_unreadable(asked: &Path) -> Result<u64, UpkeepError> {
    let path = existing(asked)?;
    known_version(asked, &open_ours(asked, &path)?)?;
    let explain = |error| open::explain(asked, error);
    let db = connection::open_to_write(&path, BUSY_TIMEOUT).map_err(explain)?;
    let rows = journal::drop_unreadable(&db).map_err(explain)?;
    db.close().map_err(|(_, error)| explain(error))?;
    Ok(rows)
}

fn size(path: &Path) -> u64 {
    len(path) + len(&beside(path, "-wal"))
}
