//! The table `background_asset`.

use domain::time::UnixMs;
use tokio_postgres::Row;

use super::Postgres;
use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, limit, narrow, time, to_db};
use super::session::Session;
use super::work::{read, write};
use crate::error::StoreError;
use crate::settings::{Asset, AssetDeletion};

impl Postgres {
    pub(crate) async fn put_asset(&self, asset: Asset) -> Result<(), StoreError> {
        write!(self, Locks::none(), |tx| put(tx, &asset))
    }

    pub(crate) async fn asset(&self, hash: &str) -> Result<Option<Asset>, StoreError> {
        read!(self, |db| find(db, hash))
    }

    pub(crate) async fn unused_assets(
        &self,
        created_before: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Asset>, StoreError> {
        read!(self, |db| unused(db, created_before, len_max))
    }

    pub(crate) async fn delete_asset(&self, hash: &str) -> Result<AssetDeletion, StoreError> {
        write!(self, Locks::none(), |tx| delete(tx, hash))
    }
}

/// Whether there is a picture of this hash. It cannot be deleted before the transaction ends.
pub(super) async fn hold(tx: &Session, hash: &str) -> Result<bool, Failure> {
    let held = tx
        .row_if_any(
            "SELECT FROM background_asset WHERE hash = $1 FOR KEY SHARE",
            &[&hash],
        )
        .await?;
    Ok(held.is_some())
}

async fn put(tx: &Session, asset: &Asset) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO background_asset (hash, media_type, size_bytes, width_px, height_px, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (hash) DO UPDATE SET
             created_at = greatest(background_asset.created_at, excluded.created_at)",
        &[
            &asset.hash,
            &asset.media_type,
            &to_db(asset.size_bytes),
            &i64::from(asset.width_px),
            &i64::from(asset.height_px),
            &asset.created_at.0,
        ],
    )
    .await?;
    Ok(())
}

async fn find(db: &Session, hash: &str) -> Result<Option<Asset>, Failure> {
    let row = db
        .row_if_any(
            "SELECT hash, media_type, size_bytes, width_px, height_px, created_at FROM background_asset
             WHERE hash = $1",
            &[&hash],
        )
        .await?;
    row.as_ref().map(asset).transpose()
}

async fn unused(db: &Session, created_before: UnixMs, len_max: usize) -> Result<Vec<Asset>, Failure> {
    let rows = db
        .rows(
            "SELECT hash, media_type, size_bytes, width_px, height_px, created_at FROM background_asset
             WHERE created_at < $1
                 AND NOT EXISTS (SELECT FROM guild_config WHERE background_hash = background_asset.hash)
             ORDER BY created_at, hash LIMIT $2",
            &[&created_before.0, &limit(len_max)],
        )
        .await?;
    rows.iter().map(asset).collect()
}

/// Takes the row first, which waits for changes of settings that hold it, and then looks whether one of them chose it.
async fn delete(tx: &Session, hash: &str) -> Result<AssetDeletion, Failure> {
    let taken = tx
        .row_if_any(
            "SELECT FROM background_asset WHERE hash = $1 FOR UPDATE",
            &[&hash],
        )
        .await?;
    if taken.is_none() {
        return Ok(AssetDeletion::Unknown);
    }
    let deleted = tx
        .execute(
            "DELETE FROM background_asset
             WHERE hash = $1 AND NOT EXISTS (SELECT FROM guild_config WHERE background_hash = $1)",
            &[&hash],
        )
        .await?;
    Ok(if deleted > 0 {
        AssetDeletion::Deleted
    } else {
        AssetDeletion::InUse
    })
}

fn asset(row: &Row) -> Result<Asset, Failure> {
    Ok(Asset {
        hash: row.try_get("hash")?,
        media_type: row.try_get("media_type")?,
        size_bytes: id(row, "size_bytes")?,
        width_px: narrow(row, "width_px")?,
        height_px: narrow(row, "height_px")?,
        created_at: time(row, "created_at")?,
    })
}
