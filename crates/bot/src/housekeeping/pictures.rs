//! Collects pictures that no guild has for its background.
//!
//! A picture is forgotten by the database first, which refuses where a guild has it, and its bytes are removed after that:
//! whatever dies in between, no guild names bytes that are gone, and what was left lying is found the next time. Whoever
//! chooses the same picture meanwhile keeps its bytes anew, which makes them too young to be removed.

use std::collections::HashSet;
use std::time::Duration;

use assets::{AssetError, AssetStore};
use domain::time::UnixMs;
use store::{AssetDeletion, Store, StoreError};

/// For how long a picture that nobody has is kept: far longer than it takes from the first byte to a guild's choice.
const UNUSED_FOR: Duration = Duration::from_secs(24 * 3600);

/// How many are asked of the database at once.
const PORTION: usize = 100;

/// Why pictures were not collected; what was until then is.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCollected {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Assets(#[from] AssetError),
}

/// Forgets pictures that nobody has, then removes the bytes that nobody knows. Returns how many files that were.
pub(super) async fn collect(store: &Store, assets: &AssetStore, now: UnixMs) -> Result<usize, NotCollected> {
    forget(store, now).await?;
    let mut unknown = HashSet::new();
    for file in assets.list().await? {
        let is_old = now.since(file.kept_at) >= UNUSED_FOR;
        if is_old && store.asset(&file.hash.to_string()).await?.is_none() {
            unknown.insert(file.hash);
        }
    }
    let collected = assets
        .collect_unused(|hash| !unknown.contains(hash), UNUSED_FOR, now)
        .await?;
    Ok(collected.removed)
}

async fn forget(store: &Store, now: UnixMs) -> Result<(), StoreError> {
    loop {
        let unused = store.unused_assets(now - UNUSED_FOR, PORTION).await?;
        let mut forgotten = 0;
        for asset in &unused {
            if store.delete_asset(&asset.hash).await? == AssetDeletion::Deleted {
                forgotten += 1;
            }
        }
        // Those that a guild has chosen meanwhile are not told again; neither are they waited for.
        if unused.len() < PORTION || forgotten == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use assets::AssetOptions;
    use domain::id::GuildId;
    use domain::settings::{Field, Patch};
    use store::{Asset, SettingsChange, SettingsOutcome, StoreOptions};

    use super::*;
    use crate::clock::{Clock, SystemClock};

    const GUILD: GuildId = GuildId(7);

    struct Kept {
        store: Store,
        assets: AssetStore,
        now: UnixMs,
        _folder: tempfile::TempDir,
    }

    impl Kept {
        async fn begin() -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let options = AssetOptions::Folder(folder.path().join("assets"));
            Self {
                store: Store::open(&StoreOptions::at(folder.path().join("droas.sqlite")))
                    .await
                    .expect("a database"),
                assets: AssetStore::open(&options).expect("a folder"),
                now: SystemClock.now(),
                _folder: folder,
            }
        }

        async fn file(&self, bytes: &'static [u8]) -> Asset {
            let hash = self.assets.put(bytes.into()).await.expect("room");
            Asset {
                hash: hash.to_string(),
                media_type: "image/jpeg".to_owned(),
                size_bytes: bytes.len() as u64,
                width_px: 1,
                height_px: 1,
                created_at: self.now,
            }
        }

        async fn picture(&self, bytes: &'static [u8]) -> Asset {
            let asset = self.file(bytes).await;
            self.store.put_asset(asset.clone()).await.expect("stored");
            asset
        }

        async fn choose(&self, from_version: u64, asset: &Asset) -> SettingsOutcome {
            let change = SettingsChange {
                guild: GUILD,
                from_version,
                patch: Patch::new().set(Field::CardBackground, &asset.hash),
                by: None,
                at: self.now,
            };
            self.store
                .change_settings(change)
                .await
                .expect("the store answers")
        }

        async fn has(&self, asset: &Asset) -> (bool, bool) {
            let hash = asset.hash.parse().expect("a hash");
            (
                self.store.asset(&asset.hash).await.expect("readable").is_some(),
                self.assets.get(&hash).await.is_ok(),
            )
        }

        async fn collect_a_day_later(&self) -> usize {
            let later = self.now + UNUSED_FOR + Duration::from_secs(3600);
            collect(&self.store, &self.assets, later)
                .await
                .expect("collected")
        }
    }

    #[tokio::test]
    async fn picture_that_nobody_has_is_collected_when_it_is_a_day_old_and_the_others_stay() {
        let kept = Kept::begin().await;
        let (chosen, unused) = (kept.picture(b"chosen").await, kept.picture(b"unused").await);
        assert!(matches!(
            kept.choose(0, &chosen).await,
            SettingsOutcome::Changed(..)
        ));
        let young = collect(&kept.store, &kept.assets, kept.now + Duration::from_secs(3600)).await;
        assert_eq!(young.expect("collected"), 0);
        assert_eq!(kept.has(&unused).await, (true, true));
        assert_eq!(kept.collect_a_day_later().await, 1);
        assert_eq!(kept.has(&unused).await, (false, false));
        assert_eq!(kept.has(&chosen).await, (true, true));
    }

    #[tokio::test]
    async fn bytes_that_a_crash_left_behind_are_found() {
        let kept = Kept::begin().await;
        // Kept and never noted; and noted, then forgotten, and not removed any more.
        let never_noted = kept.file(b"never noted").await;
        let forgotten = kept.picture(b"forgotten").await;
        let deleted = kept.store.delete_asset(&forgotten.hash).await;
        assert_eq!(deleted.expect("the store answers"), AssetDeletion::Deleted);
        assert_eq!(kept.collect_a_day_later().await, 2);
        assert_eq!(kept.has(&never_noted).await, (false, false));
        assert_eq!(kept.has(&forgotten).await, (false, false));
    }

    #[tokio::test]
    async fn picture_that_another_guild_had_and_a_guild_chooses_again_stays() {
        let kept = Kept::begin().await;
        let (first, second) = (kept.picture(b"first").await, kept.picture(b"second").await);
        kept.choose(0, &first).await;
        kept.choose(1, &second).await;
        // The bytes are kept anew; the note is gone by then, and made again.
        let deleted = kept.store.delete_asset(&first.hash).await;
        assert_eq!(deleted.expect("the store answers"), AssetDeletion::Deleted);
        assert_eq!(kept.choose(2, &first).await, SettingsOutcome::UnknownAsset);
        let again = kept.picture(b"first").await;
        assert!(matches!(
            kept.choose(2, &again).await,
            SettingsOutcome::Changed(..)
        ));
        assert_eq!(kept.collect_a_day_later().await, 1, "the second one");
        assert_eq!(kept.has(&first).await, (true, true));
    }
}
