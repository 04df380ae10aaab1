//! The file that something is brought over from.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ring::digest::{Context as Hasher, SHA256};

/// As many bytes of the beginning as tell what a file is.
const HEAD_LEN: usize = 100;
/// More than any of these bots writes in years.
const LEN_MAX: u64 = 4 << 30;
/// The same, of what is read into memory whole.
const WHOLE_LEN_MAX: u64 = 256 << 20;

/// A file that exists and can be read.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
    /// SHA-256 of its bytes, and of those of a SQLite log beside it.
    pub(super) hash: String,
    len: u64,
}

impl SourceFile {
    /// Looks at a file, and reads it once for its hash.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the path.
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
        let mut hasher = Hasher::new(&SHA256);
        let head =
            hash_file(path, &mut hasher).context(format!("{shown} cannot be read; see who may read it"))?;
        match hash_file(&log_of(path), &mut hasher) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).context(format!("the log beside {shown} cannot be read"));
            }
            _ => {}
        }
        let hash = hasher.finish();
        Ok(Self {
            path: path.to_owned(),
            head,
            hash: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
            len: found.len(),
        })
    }

    /// All of it.
    ///
    /// # Errors
    /// A sentence that says that it is too large, or cannot be read.
    pub(super) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let shown = self.path.display();
        if self.len > WHOLE_LEN_MAX {
            bail!("{shown} is larger than 256 MiB, which no list of levels is");
        }
        fs::read(&self.path).context(format!("{shown} cannot be read; see who may read it"))
    }
}

/// Where SQLite keeps the log of a database.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Adds a file's bytes to a hash. Returns the first of them.
fn hash_file(path: &Path, hasher: &mut Hasher) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    let mut portion = vec![0; 1 << 16];
    loop {
        let len = match file.read(&mut portion) {
            Ok(0) => return Ok(head),
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let read = &portion[..len];
        head.extend(read.iter().take(HEAD_LEN.saturating_sub(head.len())));
        hasher.update(read);
    }
}
