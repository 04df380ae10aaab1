//! Rows of the journal that cannot be read: they are kept aside as they are, so that all others are counted.
//!
//! The table `activity_unreadable` is there once there is something to keep, also in a file whose schema is older than that
//! table, which is brought up to date no sooner than its journal is empty.

use std::fmt;

use rusqlite::Connection;

const TABLE: &str = "activity_unreadable";

/// A row of the journal, and why it cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) seq: i64,
    pub(super) why: String,
}

/// A row that is kept aside.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sqlite) struct KeptAside {
    /// Its number in the table `activity_unreadable`.
    pub(super) id: i64,
    why: String,
}

impl KeptAside {
    /// For the log, once that is committed.
    pub(in crate::sqlite) fn tell(&self) {
        tracing::error!("{self}");
    }
}

impl fmt::Display for KeptAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, why } = self;
        write!(
            f,
            "messages that were stored to be counted cannot be read ({why}): they are kept as the row {id} of {TABLE} and are not \
             counted, all others are. A later droas may read them; `droas db drop-unreadable` forgets them"
        )
    }
}

/// Moves rows out of the journal.
pub(super) fn keep_aside(tx: &Connection, rows: Vec<Unreadable>) -> rusqlite::Result<Vec<KeptAside>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    tx.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (
             id       INTEGER PRIMARY KEY,
             encoding INTEGER NOT NULL,
             entries  BLOB NOT NULL,
             reason   TEXT NOT NULL
         ) STRICT"
    ))?;
    let mut insert = tx.prepare(&format!(
        "INSERT INTO {TABLE} (encoding, entries, reason) SELECT encoding, entries, ?2 FROM activity_journal WHERE seq = ?1
         RETURNING id"
    ))?;
    let mut delete = tx.prepare("DELETE FROM activity_journal WHERE seq = ?1")?;
    rows.into_iter()
        .map(|Unreadable { seq, why }| {
            let id = insert.query_row((seq, &why), |row| row.get(0))?;
            delete.execute([seq])?;
            Ok(KeptAside { id, why })
        })
        .collect()
}

/// Puts what is kept aside back into the journal, behind what waits there: a later program may be able to read it.
pub(super) fn put_back(tx: &Connection) -> rusqlite::Result<()> {
    if !tx.table_exists(None, TABLE)? {
        return Ok(());
    }
    tx.execute_batch(&format!(
        "INSERT INTO activity_journal (encoding, entries) SELECT encoding, entries FROM {TABLE} ORDER BY id;
         DELETE FROM {TABLE}"
    ))
}

/// How many rows are kept aside.
pub(in crate::sqlite) fn count(db: &Connection) -> rusqlite::Result<u64> {
    if !db.table_exists(None, TABLE)? {
        return Ok(0);
    }
    db.prepare_cached(&format!("SELECT count(*) FROM {TABLE}"))?
        .query_row([], |row| crate::sqlite::row::id(row, 0))
}

/// Forgets what is kept aside. Returns how many rows that were.
pub(in crate::sqlite) fn drop_all(db: &Connection) -> rusqlite::Result<u64> {
    if !db.table_exists(None, TABLE)? {
        return Ok(0);
    }
    Ok(db.execute(&format!("DELETE FROM {TABLE}"), [])? as u64)
}
