//! Another process that locks the database.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rusqlite::Connection;

use super::process::{Assignment, Helper, READY};

/// How long a lock is waited for that others may hold for a moment.
const LOCKED_WITHIN: Duration = Duration::from_secs(30);

/// The lock is held from now on. Wait for its end with [`Helper::end`].
pub(super) fn begin(file: &Path, lasting: Duration) -> anyhow::Result<Helper> {
    let mut helper = Helper::start(&Assignment::Hold {
        file: file.to_owned(),
        lasting,
    })?;
    helper.wait_for(READY)?;
    Ok(helper)
}

/// Holds it, in the other process: nobody else writes between the call of `locked` and the end.
pub(super) fn hold(
    file: &Path,
    lasting: Duration,
    locked: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let db = Connection::open(file)?;
    db.busy_timeout(LOCKED_WITHIN)?;
    db.execute_batch("BEGIN EXCLUSIVE")
        .context("the database cannot be locked")?;
    locked()?;
    // Holding it is all that this process is there for.
    thread::sleep(lasting);
    db.execute_batch("ROLLBACK")?;
    Ok(())
}
