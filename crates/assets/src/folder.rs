//! Files in a folder of this machine.

use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use domain::asset::ContentHash;
use domain::time::UnixMs;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

/// Makes the folder and sees that files can be written to it.
///
/// A file is written beside its place, brought to the disk and then renamed, so that a crash leaves all of it or nothing
/// that has its name.
pub(crate) fn open(folder: &Path) -> Result<Arc<dyn ObjectStore>, Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    let probe = folder.join(format!(".writable-{}", std::process::id()));
    fs::write(&probe, b"written to see whether it can be; it may be removed")?;
    fs::remove_file(&probe)?;
    Ok(Arc::new(
        LocalFileSystem::new_with_prefix(folder)?.with_fsync(true),
    ))
}

/// The files of a folder that is there; nothing is written to it.
pub(crate) fn open_to_read(folder: &Path) -> Result<Arc<dyn ObjectStore>, Box<dyn std::error::Error>> {
    fs::read_dir(folder)?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?))
}

/// Removes what a crash left of files that were not yet in their place. How many there were.
///
/// The library names such a file `HASH#NUMBER` and lists none of them.
pub(crate) fn remove_unfinished(folder: &Path, older_than: Duration, now: UnixMs) -> io::Result<usize> {
    let mut removed = 0;
    for subfolder in fs::read_dir(folder)? {
        let subfolder = subfolder?;
        if !subfolder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(subfolder.path())? {
            let file = file?;
            if is_unfinished(&file) && now.since(modified(&file)?) >= older_than {
                fs::remove_file(file.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

fn is_unfinished(file: &DirEntry) -> bool {
    let name = file.file_name();
    let parts = name.to_str().and_then(|name| name.split_once('#'));
    parts.is_some_and(|(hash, number)| {
        hash.parse::<ContentHash>().is_ok() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn modified(file: &DirEntry) -> io::Result<UnixMs> {
    let since = file.metadata()?.modified()?;
    let since = since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(UnixMs(0) + since)
}
