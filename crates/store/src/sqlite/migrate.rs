//! The schema's versions, and the way from one to another.

use rusqlite::{Connection, TransactionBehavior};

/// A step of the schema. Its number is its place in the list, from 1.
pub(super) struct Migration {
    pub(super) name: &'static str,
    /// From the version before.
    pub(super) up: &'static str,
    /// Back to the version before.
    pub(super) down: &'static str,
}

/// All steps. One that was released never changes.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "outbox",
        up: include_str!("../../migrations/0001_outbox.up.sql"),
        down: include_str!("../../migrations/0001_outbox.down.sql"),
    },
    Migration {
        name: "missed joins",
        up: include_str!("../../migrations/0002_missed_joins.up.sql"),
        down: include_str!("../../migrations/0002_missed_joins.down.sql"),
    },
    Migration {
        name: "raids",
        up: include_str!("../../migrations/0003_raids.up.sql"),
        down: include_str!("../../migrations/0003_raids.down.sql"),
    },
    Migration {
        name: "settings",
        up: include_str!("../../migrations/0004_settings.up.sql"),
        down: include_str!("../../migrations/0004_settings.down.sql"),
    },
];

/// The version that a list of steps leads to.
pub(super) fn newest(migrations: &[Migration]) -> u32 {
    u32::try_from(migrations.len()).expect("a list in the source is short")
}

/// The file's version; 0 when it is empty.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the schema to `target`, up or down, in one transaction: after a crash the file has the old version or the new
/// one. `target` and the file's version are at most the newest of `migrations`.
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
    target: u32,
) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found == target {
        return Ok(());
    }
    let steps = |from: u32, to: u32| &migrations[from as usize..to as usize];
    for migration in steps(found, target.max(found)) {
        tx.execute_batch(migration.up)?;
        tracing::debug!(name = migration.name, "migrated");
    }
    for migration in steps(target.min(found), found).iter().rev() {
        tx.execute_batch(migration.down)?;
        tracing::debug!(name = migration.name, "migrated back");
    }
    tx.pragma_update(None, "user_version", target)?;
    tx.commit()?;
    tracing::info!(from = found, to = target, "the database's schema was migrated");
    Ok(())
}

#[cfg(test)]
mod tests;
