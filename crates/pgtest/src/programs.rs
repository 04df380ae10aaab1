//! The programs of PostgreSQL, and as whom they run.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(crate) struct Programs {
    folder: PathBuf,
    /// The server refuses to run as root: then it runs as this user.
    user: Option<&'static str>,
}

impl Programs {
    /// Those of the search path, else Debian's newest. `None` when there are none.
    pub(crate) fn find() -> Option<Self> {
        let named = env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = env::split_paths(&named).collect();
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                Some((
                    entry.file_name().to_str()?.parse().ok()?,
                    entry.path().join("bin"),
                ))
            })
            .collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        folders.extend(versions.into_iter().map(|(_, folder)| folder));
        let folder = folders.into_iter().find(|folder| {
            ["initdb", "pg_ctl", "postgres", "createdb", "dropdb"]
                .iter()
                .all(|program| folder.join(program).is_file())
        })?;
        let user = is_root().then(|| {
            if has_user("postgres") {
                "postgres"
            } else {
                "nobody"
            }
        });
        Some(Self { folder, user })
    }

    /// A program that talks to a server.
    pub(crate) fn client(&self, name: &str) -> Command {
        Command::new(self.folder.join(name))
    }

    /// A program of the server's, as a user who may run it.
    pub(crate) fn server(&self, name: &str) -> Command {
        let program = self.folder.join(name);
        let mut command = self.as_user(&program);
        // A folder that everybody may stand in.
        command.current_dir("/").env_remove("PGDATA");
        command
    }

    fn as_user(&self, program: impl AsRef<OsStr>) -> Command {
        match self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid", user, "--regid", user, "--init-groups", "--"])
                    .arg(program);
                command
            }
        }
    }

    /// Where the server may have a folder. One that is named for us alone may be closed to another user.
    pub(crate) fn temporary(&self) -> PathBuf {
        match self.user {
            None => env::temp_dir(),
            Some(_) => PathBuf::from("/tmp"),
        }
    }

    /// Hands a folder over to whom the server runs as.
    pub(crate) fn hand_over(&self, folder: &Path) {
        if let Some(user) = self.user {
            run(Command::new("chown").arg(format!("{user}:")).arg(folder));
        }
    }
}

/// Runs a program to its end, without words unless it fails.
pub(crate) fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn is_root() -> bool {
    let told = Command::new("id").arg("-u").output();
    told.is_ok_and(|told| told.stdout.trim_ascii() == b"0")
}

fn has_user(name: &str) -> bool {
    let told = Command::new("id").args(["-u", name]).output();
    told.is_ok_and(|told| told.status.success())
}
