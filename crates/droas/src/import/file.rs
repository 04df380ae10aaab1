//! The file that something is brought over from.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ring::digest::{Context as Hasher, SHA256};

/// More than any of these bots writes in years.
const LEN_MAX: u64 = 4 << 30;

/// A file that exists and can be read.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    /// SHA-256 of its bytes, and of those of a SQLite log beside it.
    pub(super) hash: String,
}

impl SourceFile {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("there is no file {shown}; name the file that the other bot has written")
            }
            Err(error) => {
                return Err(error).context(format!("{shown} cannot be read; see who may read it"));
            }
        };
        if !found.is_file() {
            bail!("{shown} is not a file; name the file that the other bot has written");
        }
        if found.len() == 0 {
            bail!("{shown} is empty; name the file that the other bot has written");
        }
        if found.len() > LEN_MAX {
            bail!("{shown} is larger than 4 GiB, which no file of these bots is");
        }
        let bytes = fs::read(path).context(format!("{shown} cannot be read; see who may read it"))?;
        let mut hasher = Hasher::new(&SHA256);
        hasher.update(&bytes);
        if let Ok(log) = fs::read(log_of(path)) {
            hasher.update(&log);
        }
        let hash = hasher.finish();
        Ok(Self {
            path: path.to_owned(),
            bytes,
            hash: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }
}

/// Where SQLite keeps the log of a database.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
