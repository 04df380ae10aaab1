//! The schema's versions, and the way from one to another. A version means the same as SQLite's of that number.

use super::failure::Failure;
use super::leadership;
use super::locks::{CLASS, MIGRATION};
use super::session::Session;
use crate::migration::{self, Migration, migrations};

/// All steps.
pub(super) const MIGRATIONS: &[Migration] = migrations!("../../migrations/postgres/");

/// What stands outside of the versions, since a file needs none of it.
const BEGINNING: &str = "
    CREATE TABLE droas_schema (version BIGINT NOT NULL);
    INSERT INTO droas_schema VALUES (0);
    -- A row for each connection that writes: how many of its transactions were committed. Updated in place.
    CREATE TABLE droas_writer (
        id           BIGINT PRIMARY KEY,
        transactions BIGINT NOT NULL,
        used_at      TIMESTAMPTZ NOT NULL
    ) WITH (fillfactor = 20)";

/// The version from which on it is known whether a process leads.
const LEADERSHIP_SINCE: u32 = 15;

/// How long a migration that another process runs is waited for.
const OTHERS_MAX: &str = "10min";

/// What a database is, before anything is changed in it.
pub(super) enum Found {
    /// One of ours, of this version; 0 when there is nothing yet.
    Version(u32),
    /// Tables of the names that we use, which droas did not make.
    OtherProgram,
}

/// The newest version that this program knows.
pub(super) fn newest() -> u32 {
    migration::newest(MIGRATIONS)
}

/// Looks at the schema that tables are made in, with one statement: between two of them another process may have made all
/// tables, of which the second would see those that the first did not.
pub(super) async fn find(db: &Session) -> Result<Found, Failure> {
    let tables = db
        .run_for_text(
            "SELECT CASE WHEN bool_or(relname = 'droas_schema') THEN 'ours' ELSE 'foreign' END
             FROM pg_catalog.pg_class
             WHERE relname IN ('droas_schema', 'welcome', 'guild') AND relnamespace = (
                 SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()
             )
             HAVING count(*) > 0",
        )
        .await?;
    match tables.as_deref() {
        None => return Ok(Found::Version(0)),
        Some("ours") => {}
        Some(_) => return Ok(Found::OtherProgram),
    }
    let version = db.run_for_text("SELECT version FROM droas_schema").await?;
    let version = version.and_then(|version| version.parse().ok());
    version.map(Found::Version).ok_or_else(|| {
        Failure::Row("the table droas_schema must hold one row, with the schema's version".to_owned())
    })
}

/// Removes the rows of connections that have long ended. One that lives and has not written for so long makes another.
pub(super) async fn tidy(db: &Session) -> Result<(), Failure> {
    db.run(
        "DELETE FROM droas_writer WHERE id IN (
             SELECT id FROM droas_writer WHERE used_at < now() - interval '7 days' FOR UPDATE SKIP LOCKED
         )",
    )
    .await
}

/// Brings the schema to `target`, up or down, in one transaction. Of several processes one does it and the others wait.
/// Returns what was found; nothing is done where that is another program's or newer than all steps.
pub(super) async fn migrate(db: &Session, target: u32) -> Result<Found, Failure> {
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = '{OTHERS_MAX}'; SELECT count(pg_advisory_xact_lock({CLASS}, {MIGRATION}))"
    );
    let migrated = async {
        db.run(&begin).await?;
        let found = find(db).await?;
        if let Found::Version(version) = found
            && version <= newest()
            && version != target
        {
            // It would meet tables that are not as it knows them.
            if version >= LEADERSHIP_SINCE && !leadership::is_free(db).await? {
                return Err(Failure::Led);
            }
            walk(db, version, target).await?;
            db.run("COMMIT").await?;
            tracing::info!(from = version, to = target, "the database's schema was migrated");
        } else {
            db.run("ROLLBACK").await?;
        }
        Ok(found)
    }
    .await;
    if migrated.is_err() {
        // Where it cannot be said, the connection has ended, and the transaction with it.
        drop(db.run("ROLLBACK").await);
    }
    migrated
}

async fn walk(db: &Session, found: u32, target: u32) -> Result<(), Failure> {
    if found == 0 {
        db.run(BEGINNING).await?;
    }
    let steps = |from: u32, to: u32| &MIGRATIONS[from as usize..to as usize];
    for migration in steps(found, target.max(found)) {
        db.run(migration.up).await?;
        tracing::debug!(name = migration.name, "migrated");
    }
    for migration in steps(target.min(found), found).iter().rev() {
        db.run(migration.down).await?;
        tracing::debug!(name = migration.name, "migrated back");
    }
    if target == 0 {
        db.run("DROP TABLE droas_writer; DROP TABLE droas_schema").await
    } else {
        db.run(&format!("UPDATE droas_schema SET version = {target}"))
            .await
    }
}

#[cfg(test)]
mod tests;
