//! Files of one place, kept in another as well: for backups, and on the way back from them.

use std::fs;
use std::io;
use std::path::Path;

use domain::asset::ContentHash;

use crate::error::AssetError;
use crate::store::AssetStore;

/// What became of files that were to be kept in another place too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many are there now and whole, those among them that were there before.
    pub there: usize,
    /// Those that the first place does not have, or has damaged.
    pub missing: Vec<ContentHash>,
}

impl AssetStore {
    /// Keeps files of this place in another as well; those that are there already, and whole, stay. Between folders of one
    /// file system a file gets a second name and takes no room: no file is ever changed.
    ///
    /// # Errors
    /// When one of the places cannot be read or written; what was kept until then stays.
    pub async fn copy_to(
        &self,
        other: &AssetStore,
        hashes: impl IntoIterator<Item = ContentHash>,
    ) -> Result<Copied, AssetError> {
        let mut copied = Copied::default();
        for hash in hashes {
            let is_there = other.get(&hash).await.is_ok();
            if !is_there {
                let bytes = match self.get(&hash).await {
                    Ok(bytes) => bytes,
                    Err(AssetError::Missing { .. } | AssetError::Corrupt { .. }) => {
                        copied.missing.push(hash);
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                if !self.link_to(other, &hash) {
                    other.put(bytes).await?;
                }
            }
            copied.there += 1;
        }
        Ok(copied)
    }

    /// Whether a file has a name in the other place now. Where it has none it can be copied: there is another file in its
    /// place, the places are no folders of one file system, or that has no second names.
    fn link_to(&self, other: &AssetStore, hash: &ContentHash) -> bool {
        let (Some(from), Some(to)) = (self.file_of(hash), other.file_of(hash)) else {
            return false;
        };
        link(&from, &to).is_ok()
    }
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    fs::hard_link(from, to)?;
    fs::File::open(folder)?.sync_all()
}
