//! The schema's versions, and the way from one to another.

use rusqlite::{Connection, TransactionBehavior};

use super::journal;
pub(super) use crate::migration::newest;
use crate::migration::{Migration, migrations};

/// All steps.
pub(super) const MIGRATIONS: &[Migration] = migrations!("../../migrations/");

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
    // By the tables as they are, whatever they become: a step, the one back too, finds a journal that is empty.
    let kept_aside = journal::count_all(&tx)?;
    let told = || kept_aside.iter().for_each(journal::KeptAside::tell);
    if found == target {
        return tx.commit().map(|()| told());
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
    told();
    tracing::info!(from = found, to = target, "the database's schema was migrated");
    Ok(())
}

#[cfg(test)]
mod tests;
