//! Keeping files, giving them back, and collecting those that nobody uses.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::asset::ContentHash;
use domain::time::UnixMs;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::RwLock;
use tracing::warn;

use crate::error::{AssetError, is_no_bucket};
use crate::options::AssetOptions;
use crate::{folder, s3};

/// The largest file that is kept, bytes.
pub const LEN_MAX: usize = 16 * 1024 * 1024;

/// Files by what is in them. A clone is the same place.
#[derive(Clone)]
pub struct AssetStore(Arc<Inner>);

struct Inner {
    files: Arc<dyn ObjectStore>,
    prefix: Path,
    place: String,
    /// Where the files are a folder's.
    folder: Option<PathBuf>,
    /// Whoever keeps a file shares it, whoever collects one has it alone: a file that is kept again is not collected for
    /// the age that it had.
    collecting: RwLock<()>,
}

impl fmt::Debug for AssetStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AssetStore").field(&self.0.place).finish()
    }
}

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub hash: ContentHash,
    /// Bytes.
    pub len: u64,
    /// When it was kept last, by the clock of the place.
    pub kept_at: UnixMs,
}

/// What a collection did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Files that were removed.
    pub removed: usize,
    /// The bytes that these had.
    pub removed_len: u64,
    /// Files that stay.
    pub stay: usize,
}

impl AssetStore {
    /// Opens the place. A folder is made when there is none, and something is written to it; a server is not asked yet,
    /// see [`AssetStore::probe`].
    ///
    /// # Errors
    /// [`AssetError::Folder`], [`AssetError::Full`], [`AssetError::BadOptions`].
    pub fn open(options: &AssetOptions) -> Result<Self, AssetError> {
        let place = options.to_string();
        let bad_options = |detail: String| AssetError::BadOptions {
            place: place.clone(),
            detail,
        };
        let (files, prefix, folder) = match options {
            AssetOptions::Folder(path) => {
                let files =
                    folder::open(path).map_err(|error| AssetError::of_folder(&place, error.as_ref()))?;
                (files, Path::default(), Some(path.clone()))
            }
            AssetOptions::S3(options) => {
                let files = s3::open(options).map_err(|error| bad_options(error.to_string()))?;
                let prefix = Path::parse(&options.prefix).map_err(|error| bad_options(error.to_string()))?;
                (files, prefix, None)
            }
        };
        Ok(Self(Arc::new(Inner {
            files,
            prefix,
            place,
            folder,
            collecting: RwLock::new(()),
        })))
    }

    /// Opens a folder that is there, to read it: nothing is written to it, so it may lie on what cannot be written.
    ///
    /// # Errors
    /// [`AssetError::Folder`]: there is no such folder, or it cannot be read.
    pub fn open_to_read(path: &std::path::Path) -> Result<Self, AssetError> {
        let place = AssetOptions::Folder(path.to_owned()).to_string();
        let files =
            folder::open_to_read(path).map_err(|error| AssetError::of_folder(&place, error.as_ref()))?;
        Ok(Self(Arc::new(Inner {
            files,
            prefix: Path::default(),
            place,
            folder: Some(path.to_owned()),
            collecting: RwLock::new(()),
        })))
    }

    /// Whether the place answers and lets us list it: asked at the start, it tells an operator of wrong keys before a
    /// guild meets them.
    ///
    /// # Errors
    /// Why it does not, as [`AssetStore::list`].
    pub async fn probe(&self) -> Result<(), AssetError> {
        let first = self.0.files.list(self.0.list_prefix()).try_next().await;
        first.map(|_| ()).map_err(|error| self.0.error(&error))
    }

    /// Whether files can be written to the place, read back and removed: does all three with one of our own, which it has
    /// never held before.
    ///
    /// # Errors
    /// Why not, as of [`AssetStore::put`], [`AssetStore::get`] and [`AssetStore::delete`].
    pub async fn try_out(&self) -> Result<(), AssetError> {
        let mut unique = [0; 16];
        let drawn = SystemRandom::new().fill(&mut unique);
        drawn.expect("the operating system has random numbers, as TLS needs them too");
        let unique = u128::from_ne_bytes(unique);
        let bytes = Bytes::from(format!(
            "Written to see whether it can be; it may be removed. {unique:032x}"
        ));
        let hash = self.put(bytes.clone()).await?;
        let read = self.get(&hash).await;
        let removed = self.delete(&hash).await;
        if let Some(folder) = &self.0.folder {
            // Its subfolder goes along unless another file is in it.
            drop(std::fs::remove_dir(folder.join(&hash.to_string()[..2])));
        }
        read?;
        removed
    }

    /// Keeps a file. One that is kept already is kept anew, which makes it young for [`AssetStore::collect_unused`].
    /// Afterwards all of it is in its place, whatever dies; before, nothing is.
    ///
    /// # Errors
    /// [`AssetError`], but not [`AssetError::Missing`] or [`AssetError::Corrupt`].
    pub async fn put(&self, bytes: Bytes) -> Result<ContentHash, AssetError> {
        if bytes.len() > LEN_MAX {
            return Err(AssetError::TooLarge { len: bytes.len() });
        }
        let hash = hash_of(&bytes);
        let _keeping = self.0.collecting.read().await;
        let kept = self.0.files.put(&self.0.path_of(&hash), bytes.into()).await;
        kept.map_err(|error| self.0.error(&error))?;
        Ok(hash)
    }

    /// The bytes of a file, as they were kept.
    ///
    /// # Errors
    /// [`AssetError::Missing`]: there is none. [`AssetError::Corrupt`]: there are other bytes in its place. Others when the
    /// place cannot be read.
    pub async fn get(&self, hash: &ContentHash) -> Result<Bytes, AssetError> {
        let corrupt = || AssetError::Corrupt {
            hash: *hash,
            place: self.0.place.clone(),
        };
        let file = match self.0.files.get(&self.0.path_of(hash)).await {
            Ok(file) => file,
            Err(error) if is_missing(&error) => {
                return Err(AssetError::Missing {
                    hash: *hash,
                    place: self.0.place.clone(),
                });
            }
            Err(error) => return Err(self.0.error(&error)),
        };
        let mut parts = file.into_stream();
        let mut bytes = BytesMut::new();
        while let Some(part) = parts.try_next().await.map_err(|error| self.0.error(&error))? {
            if bytes.len() + part.len() > LEN_MAX {
                return Err(corrupt());
            }
            bytes.extend_from_slice(&part);
        }
        let bytes = bytes.freeze();
        if hash_of(&bytes) == *hash {
            Ok(bytes)
        } else {
            Err(corrupt())
        }
    }

    /// Removes a file; one that is not there is removed already.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub async fn delete(&self, hash: &ContentHash) -> Result<(), AssetError> {
        let _keeping = self.0.collecting.write().await;
        self.0.delete(hash).await
    }

    /// All files that are kept, in no order. What else lies in the place is left out.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub async fn list(&self) -> Result<Vec<Asset>, AssetError> {
        let files = self.0.files.list(self.0.list_prefix());
        let assets = files.try_filter_map(async |file| Ok(self.0.asset(&file)));
        assets.try_collect().await.map_err(|error| self.0.error(&error))
    }

    /// Removes the files that are not to be kept and were kept last longer ago than `older_than`.
    ///
    /// The age is what protects a file between [`AssetStore::put`] and the note that somebody uses it: let `older_than` be
    /// hours. A file that is kept anew meanwhile stays, for certain in this process; where several collect from one
    /// place, for all but the milliseconds between the last look and the removal.
    ///
    /// # Errors
    /// When the place cannot be read or written; what was removed until then stays removed.
    pub async fn collect_unused(
        &self,
        keep: impl Fn(&ContentHash) -> bool,
        older_than: Duration,
        now: UnixMs,
    ) -> Result<Collected, AssetError> {
        let mut collected = Collected::default();
        for asset in self.list().await? {
            let is_old = |asset: &Asset| now.since(asset.kept_at) >= older_than;
            if keep(&asset.hash) || !is_old(&asset) {
                collected.stay += 1;
                continue;
            }
            let _alone = self.0.collecting.write().await;
            match self.0.head(&asset.hash).await? {
                Some(asset) if is_old(&asset) => {
                    self.0.delete(&asset.hash).await?;
                    collected.removed += 1;
                    collected.removed_len += asset.len;
                }
                Some(_) => collected.stay += 1,
                None => {}
            }
        }
        self.remove_unfinished(older_than, now).await?;
        Ok(collected)
    }

    /// Where a file lies, or would, if this place is a folder.
    pub(crate) fn file_of(&self, hash: &ContentHash) -> Option<PathBuf> {
        let folder = self.0.folder.as_ref()?;
        Some(folder.join(self.0.path_of(hash).as_ref()))
    }

    async fn remove_unfinished(&self, older_than: Duration, now: UnixMs) -> Result<(), AssetError> {
        let Some(folder) = self.0.folder.clone() else {
            return Ok(());
        };
        let removing = move || folder::remove_unfinished(&folder, older_than, now);
        let removed = tokio::task::spawn_blocking(removing)
            .await
            .expect("removing files does not panic")
            .map_err(|error| AssetError::of_folder(&self.0.place, &error))?;
        if removed > 0 {
            warn!(
                files = removed,
                "removed what a crash left of files that were being written"
            );
        }
        Ok(())
    }
}

impl Inner {
    /// `PREFIX/ab/abcdef...`: no folder grows too long.
    fn path_of(&self, hash: &ContentHash) -> Path {
        let name = hash.to_string();
        self.prefix.clone().join(&name[..2]).join(name)
    }

    fn list_prefix(&self) -> Option<&Path> {
        (self.prefix != Path::default()).then_some(&self.prefix)
    }

    /// What a file is to us; `None` when it is not one of ours.
    fn asset(&self, file: &ObjectMeta) -> Option<Asset> {
        let hash = file.location.filename()?.parse().ok()?;
        (file.location == self.path_of(&hash)).then(|| Asset {
            hash,
            len: file.size,
            kept_at: UnixMs(file.last_modified.timestamp_millis()),
        })
    }

    async fn head(&self, hash: &ContentHash) -> Result<Option<Asset>, AssetError> {
        match self.files.head(&self.path_of(hash)).await {
            Ok(file) => Ok(self.asset(&file)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.error(&error)),
        }
    }

    async fn delete(&self, hash: &ContentHash) -> Result<(), AssetError> {
        match self.files.delete(&self.path_of(hash)).await {
            Ok(()) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(self.error(&error)),
        }
    }

    fn error(&self, error: &object_store::Error) -> AssetError {
        match self.folder {
            Some(_) => AssetError::of_folder(&self.place, error),
            None => AssetError::of_s3(&self.place, error),
        }
    }
}

/// Whether there is a place, and no such file in it.
fn is_missing(error: &object_store::Error) -> bool {
    match error {
        object_store::Error::NotFound { source, .. } => !is_no_bucket(&source.to_string()),
        _ => false,
    }
}

fn hash_of(bytes: &[u8]) -> ContentHash {
    let digest = digest::digest(&digest::SHA256, bytes);
    ContentHash(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
}
