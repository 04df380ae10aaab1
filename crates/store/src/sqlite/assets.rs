//! The table `background_asset`.

use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, Row, ffi, params};

use super::Sqlite;
use super::row::{id, time, to_db};
use super::writer::Durability;
use crate::error::StoreError;
use crate::settings::{Asset, AssetDeletion};

impl Sqlite {
    pub(crate) async fn put_asset(&self, asset: Asset) -> Result<(), StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| put(tx, &asset))
            .await
    }

    pub(crate) async fn asset(&self, hash: &str) -> Result<Option<Asset>, StoreError> {
        let hash = hash.to_owned();
        self.readers.read(move |db| find(db, &hash)).await
    }

    pub(crate) async fn unused_assets(
        &self,
        created_before: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Asset>, StoreError> {
        self.readers
            .read(move |db| unused(db, created_before, len_max))
            .await
    }

    pub(crate) async fn delete_asset(&self, hash: &str) -> Result<AssetDeletion, StoreError> {
        let hash = hash.to_owned();
        self.writer
            .write(Durability::WithTheLog, move |tx| delete(tx, &hash))
            .await
    }
}

/// Whether a row names another one that is not there, or is named by one that is.
pub(super) fn is_foreign_key(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if failure.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

fn put(tx: &Connection, asset: &Asset) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO background_asset (hash, media_type, size_bytes, width_px, height_px, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (hash) DO UPDATE SET created_at = max(created_at, excluded.created_at)",
    )?
    .execute(params![
        asset.hash,
        asset.media_type,
        to_db(asset.size_bytes),
        asset.width_px,
        asset.height_px,
        asset.created_at.0,
    ])?;
    Ok(())
}

fn find(db: &Connection, hash: &str) -> rusqlite::Result<Option<Asset>> {
    db.prepare_cached(
        "SELECT hash, media_type, size_bytes, width_px, height_px, created_at FROM background_asset
         WHERE hash = ?1",
    )?
    .query_row([hash], asset)
    .optional()
}

fn unused(db: &Connection, created_before: UnixMs, len_max: usize) -> rusqlite::Result<Vec<Asset>> {
    db.prepare_cached(
        "SELECT hash, media_type, size_bytes, width_px, height_px, created_at FROM background_asset
         WHERE created_at < ?1
             AND NOT EXISTS (SELECT 1 FROM guild_config WHERE background_hash = background_asset.hash)
         ORDER BY created_at, hash LIMIT ?2",
    )?
    .query_map(params![created_before.0, len_max as i64], asset)?
    .collect()
}

fn delete(tx: &Connection, hash: &str) -> rusqlite::Result<AssetDeletion> {
    let deleted = tx
        .prepare_cached("DELETE FROM background_asset WHERE hash = ?1")?
        .execute([hash]);
    match deleted {
        Ok(0) => Ok(AssetDeletion::Unknown),
        Ok(_) => Ok(AssetDeletion::Deleted),
        Err(error) if is_foreign_key(&error) => Ok(AssetDeletion::InUse),
        Err(error) => Err(error),
    }
}

fn asset(row: &Row<'_>) -> rusqlite::Result<Asset> {
    Ok(Asset {
        hash: row.get("hash")?,
        media_type: row.get("media_type")?,
        size_bytes: id(row, "size_bytes")?,
        width_px: row.get("width_px")?,
        height_px: row.get("height_px")?,
        created_at: time(row, "created_at")?,
    })
}
