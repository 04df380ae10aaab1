//! What a file looks like from outside.

use std::path::Path;

use domain::time::UnixMs;
use rusqlite::Connection;

use super::super::{file, migrate, open};
use super::{beside, existing, open_ours, table_rows};
use crate::upkeep::{DatabaseStatus, InUse, UpkeepError};

pub(crate) fn status(asked: &Path) -> Result<DatabaseStatus, UpkeepError> {
    let path = existing(asked)?;
    let in_use = file::is_claimed(&path);
    let db = open_ours(asked, &path)?;
    let mut status = read(&db).map_err(|error| open::explain(asked, error))?;
    status.in_use = InUse::File(in_use);
    status.size_bytes = len(&path);
    status.log_bytes = Some(len(&beside(&path, "-wal")));
    Ok(status)
}

/// What of it the database itself knows, of one moment.
fn read(db: &Connection) -> rusqlite::Result<DatabaseStatus> {
    db.execute_batch("BEGIN")?;
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = migrate::version(db)?;
    let time = |of: &str| -> rusqlite::Result<Option<UnixMs>> {
        if version == 0 {
            return Ok(None);
        }
        let at: Option<i64> = db.query_row(&format!("SELECT {of} FROM welcome"), [], |row| row.get(0))?;
        Ok(at.map(UnixMs))
    };
    let status = DatabaseStatus {
        version,
        version_known: migrate::newest(migrate::MIGRATIONS),
        in_use: InUse::File(false),
        size_bytes: 0,
        log_bytes: None,
        free_bytes: Some((pragma("freelist_count")? * pragma("page_size")?).cast_unsigned()),
        tables: table_rows(db)?,
        last_sent_at: time("max(settled_at) FILTER (WHERE state = 'sent')")?,
        oldest_pending_at: time("min(queued_at) FILTER (WHERE state = 'pending')")?,
    };
    db.execute_batch("COMMIT")?;
    Ok(status)
}

/// A file's size; 0 where there is none.
pub(in crate::sqlite) fn len(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}
