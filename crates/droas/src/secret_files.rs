//! Files that hold secrets, and whether others on this machine can read them.

use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tracing::warn;

/// A file that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecretFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Which secret, as a part of a sentence.
    pub(crate) holds: &'static str,
}

/// A file with a secret that others can read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposed {
    pub(crate) file: SecretFile,
    /// Its mode, as `chmod` takes it.
    mode: u32,
}

/// What a file's mode gives to its group and to everybody.
const OTHERS: u32 = 0o077;

impl SecretFile {
    /// `None` where only its owner can reach it, or nobody because it is not there. A folder that is closed closes what is
    /// in it, and so does the one that systemd makes for a service's credentials, whose mode says less than is so.
    pub(crate) fn exposed(&self) -> Option<Exposed> {
        let mode = |path: &Path| Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777);
        let found = mode(&self.path)?;
        let path = self.path.canonicalize().ok()?;
        let folder_is_closed = path
            .parent()
            .and_then(mode)
            .is_some_and(|folder| folder & OTHERS == 0);
        let is_credential =
            std::env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| path.starts_with(folder));
        (found & OTHERS != 0 && !folder_is_closed && !is_credential).then(|| Exposed {
            file: self.clone(),
            mode: found,
        })
    }
}

impl Exposed {
    /// What is wrong.
    pub(crate) fn found(&self) -> String {
        let whom = if self.mode & 0o007 == 0 {
            "its group"
        } else {
            "everybody on this machine"
        };
        format!(
            "{} holds {} and is open to {whom} (mode {:04o})",
            self.file.path.display(),
            self.file.holds,
            self.mode
        )
    }

    /// What to do.
    pub(crate) fn advice(&self) -> String {
        format!("chmod 600 {}", quoted(&self.file.path))
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; close it with: {}", self.found(), self.advice())
    }
}

/// Warns of each file that is open to others.
pub(crate) fn warn_of_exposed(files: &[SecretFile]) {
    for exposed in files.iter().filter_map(SecretFile::exposed) {
        warn!("{exposed}");
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+,@".contains(&byte);
    if text.bytes().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of_mode(folder: u32, file: u32) -> Option<Exposed> {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("to ken");
        std::fs::write(&path, "secret").expect("written");
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("ours")
        };
        set(&path, file);
        set(place.path(), folder);
        let holds = "the bot's token";
        SecretFile { path, holds }.exposed()
    }

    #[test]
    fn file_is_told_with_its_mode_and_the_command_that_closes_it() {
        let told = file_of_mode(0o755, 0o644).expect("open").to_string();
        assert!(
            told.contains("holds the bot's token and is open to everybody on this machine (mode 0644)"),
            "{told}"
        );
        assert!(
            told.contains("chmod 600 '/") && told.ends_with("to ken'"),
            "{told}"
        );
        let told = file_of_mode(0o750, 0o640).expect("open").to_string();
        assert!(told.contains("its group (mode 0640)"), "{told}");
    }

    #[test]
    fn file_is_closed_by_its_mode_or_by_its_folder() {
        assert_eq!(file_of_mode(0o755, 0o600), None);
        assert_eq!(file_of_mode(0o755, 0o400), None);
        assert_eq!(file_of_mode(0o700, 0o644), None);
        let holds = "nothing";
        let path = PathBuf::from("/there/is/no/such/file");
        assert_eq!(SecretFile { path, holds }.exposed(), None);
    }
}
