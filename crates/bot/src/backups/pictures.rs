//! The pictures of guilds that belong to a backup: in a folder beside it, named for it.

use std::error::Error;
use std::path::{Path, PathBuf};

use assets::{AssetOptions, AssetStore, Copied};
use store::upkeep::{Belongings, CopyPictures};
use tokio::runtime::Handle;
use tracing::warn;

/// The folder with the pictures of the backup `file`.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pictures");
    PathBuf::from(name)
}

/// Copies the pictures that a backup names from `source` to the folder `FILE.pictures`, which is made where there are any.
/// Within a runtime.
pub fn pictures_beside(file: &Path, source: AssetStore) -> CopyPictures {
    let (folder, runtime) = (folder_of(file), Handle::current());
    Box::new(move |names| {
        if names.is_empty() {
            return Ok(());
        }
        let was_there = folder.exists();
        let copied = copy(&folder, &names, &source, &runtime);
        if copied.is_err() && !was_there {
            // Without its backup it is worth nothing, and the disk may be full.
            drop(std::fs::remove_dir_all(&folder));
        }
        copied
    })
}

fn copy(
    folder: &Path,
    names: &[String],
    source: &AssetStore,
    runtime: &Handle,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let to = AssetStore::open(&AssetOptions::Folder(folder.to_owned()))?;
    let hashes = names.iter().filter_map(|name| name.parse().ok());
    let copied = runtime.block_on(source.copy_to(&to, hashes))?;
    if !copied.missing.is_empty() {
        warn!(
            missing = copied.missing.len(),
            first = %copied.missing[0],
            "pictures that the database names are not in their place, or damaged, and not in the backup either"
        );
    }
    Ok(())
}

/// Puts the pictures that belong to the backup `file`, if there are any, back to where the bot reads them; `None` where
/// nobody knows where that is, which is an error if there are any. Those that are there stay. Within a runtime. What it
/// returns is for the restore, and tells `done` what became of them.
pub fn put_back(
    file: &Path,
    to: Option<AssetOptions>,
    done: impl FnOnce(Copied) + Send + 'static,
) -> Belongings {
    let (folder, runtime) = (folder_of(file), Handle::current());
    Box::new(move || {
        if !folder.is_dir() {
            return Ok(());
        }
        let to = to.ok_or("the section assets of the configuration does not say where to")?;
        let (from, to) = (AssetStore::open_to_read(&folder)?, AssetStore::open(&to)?);
        let copied = runtime.block_on(async {
            let hashes = from.list().await?.into_iter().map(|asset| asset.hash);
            from.copy_to(&to, hashes).await
        })?;
        done(copied);
        Ok(())
    })
}
