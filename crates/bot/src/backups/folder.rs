//! A folder of backups: what they are called, and which of them go.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use assets::AssetStore;
use domain::day::Day;
use domain::time::UnixMs;
use domain::zone::Zone;
use store::upkeep::{BackupPlan, UpkeepError, finished_name};
use tracing::{info, warn};

use super::pictures;
use super::retention::{self, Retention};

const DAY_MS: i64 = 86_400_000;
const SUFFIX: &str = ".sqlite";

/// Why a backup is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It was time.
    Scheduled,
    /// The schema is about to be brought up to date from this version.
    Migration(u32),
    /// The schema is about to be taken back from this version.
    Rollback(u32),
}

/// The backups of one database. Files are called `NAME-20261121T114250.999Z.sqlite`, where NAME is that of the database, or
/// `NAME-before-migration-from-9-TIME.sqlite`; what is called otherwise is somebody else's and is never touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFolder {
    folder: PathBuf,
    /// The name of the database's file without what is behind its last dot.
    name: String,
}

/// A backup that lies in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBackup {
    /// The file.
    pub path: PathBuf,
    /// Why it was made.
    pub occasion: Occasion,
    /// When, by the clock of then.
    pub made_at: UnixMs,
    /// Its size.
    pub size_bytes: u64,
}

impl BackupFolder {
    /// The backups of the file `database` in `folder`, which need not be there yet.
    pub fn new(folder: PathBuf, database: &Path) -> Self {
        let name = database.file_stem().unwrap_or_default();
        Self {
            folder,
            name: name.to_string_lossy().into_owned(),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// A backup that is to be made now; the folder is made where there is none. Within a runtime.
    ///
    /// # Errors
    /// [`UpkeepError::NotWritten`]: the folder cannot be made.
    pub fn plan(
        &self,
        occasion: Occasion,
        now: UnixMs,
        pictures: Option<AssetStore>,
    ) -> Result<BackupPlan, UpkeepError> {
        fs::create_dir_all(&self.folder)
            .map_err(|source| UpkeepError::not_written(self.folder.clone(), source))?;
        let file = self.folder.join(self.file_name(occasion, now));
        let mut plan = BackupPlan::new(file);
        if let Some(pictures) = pictures {
            plan.pictures = pictures::pictures_beside(&plan.file, pictures);
        }
        Ok(plan)
    }

    /// All backups, in the order of their names. None where the folder is not there or cannot be read.
    pub fn list(&self) -> Vec<FoundBackup> {
        let mut found: Vec<_> = self.entries().filter_map(|path| self.found(path)).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// The newest that was made by the clock and not in the future.
    pub(super) fn newest(&self, now: UnixMs) -> Option<FoundBackup> {
        let found = self.list().into_iter();
        found
            .filter(|backup| backup.occasion == Occasion::Scheduled && backup.made_at <= now)
            .max_by_key(|backup| backup.made_at)
    }

    /// Removes old backups, with their pictures. `just_made`, which was looked through a moment ago, always stays. Returns
    /// how many were removed.
    ///
    /// # Errors
    /// One cannot be removed; the others are.
    pub fn tidy(&self, retention: Retention, just_made: &Path, now: UnixMs) -> io::Result<usize> {
        let found = self.list();
        let mut removed = 0;
        let mut trouble = None;
        for backup in retention::to_remove(&found, retention, now) {
            if backup.path == just_made {
                continue;
            }
            match remove(&backup.path) {
                Ok(()) => removed += 1,
                Err(error) => trouble = Some(error),
            }
        }
        trouble.map_or(Ok(removed), Err)
    }

    /// Removes what a process left that died while it made a backup, and pictures without their backup. No process may be
    /// making one.
    pub fn remove_unfinished(&self) {
        for path in self.entries() {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let unfinished = finished_name(name).is_some_and(|name| self.parse(name).is_some());
            let alone = name.strip_suffix(".pictures").is_some_and(|name| {
                self.parse(name).is_some() && path.is_dir() && !self.folder.join(name).exists()
            });
            let removed = match (unfinished, alone) {
                (true, _) => fs::remove_file(&path),
                (false, true) => fs::remove_dir_all(&path),
                (false, false) => continue,
            };
            match removed {
                Ok(()) => info!(path = %path.display(), "an unfinished backup was removed"),
                Err(error) => warn!(%error, path = %path.display(), "an unfinished backup is left behind"),
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path())
    }

    fn found(&self, path: PathBuf) -> Option<FoundBackup> {
        let (occasion, made_at) = self.parse(path.file_name()?.to_str()?)?;
        let found = fs::symlink_metadata(&path).ok()?;
        found.is_file().then_some(FoundBackup {
            occasion,
            made_at,
            size_bytes: found.len(),
            path,
        })
    }

    fn file_name(&self, occasion: Occasion, at: UnixMs) -> String {
        let (name, stamp) = (&self.name, stamp(at));
        match occasion {
            Occasion::Scheduled => format!("{name}-{stamp}{SUFFIX}"),
            Occasion::Migration(from) => format!("{name}-before-migration-from-{from}-{stamp}{SUFFIX}"),
            Occasion::Rollback(from) => format!("{name}-before-rollback-from-{from}-{stamp}{SUFFIX}"),
        }
    }

    /// What a file's name says; `None` where it is none of ours.
    fn parse(&self, name: &str) -> Option<(Occasion, UnixMs)> {
        let rest = name.strip_prefix(&self.name)?.strip_prefix('-')?;
        let rest = rest.strip_suffix(SUFFIX)?;
        let (before, stamp) = match rest.rsplit_once('-') {
            Some((before, stamp)) => (Some(before), stamp),
            None => (None, rest),
        };
        let occasion = match before {
            None => Occasion::Scheduled,
            Some(before) => {
                let version = |kind: &str| before.strip_prefix(kind)?.parse().ok();
                let migration = version("before-migration-from-").map(Occasion::Migration);
                migration.or_else(|| version("before-rollback-from-").map(Occasion::Rollback))?
            }
        };
        let at = read_stamp(stamp)?;
        // Only what we would call it ourselves.
        (self.file_name(occasion, at) == name).then_some((occasion, at))
    }
}

/// The file, and then its pictures: those without a file are tidied away another time.
fn remove(backup: &Path) -> io::Result<()> {
    fs::remove_file(backup)?;
    match fs::remove_dir_all(pictures::folder_of(backup)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A time as `20261121T114250.999Z`, which sorts, and which no file system minds.
pub fn stamp(at: UnixMs) -> String {
    let seconds = at.0.rem_euclid(DAY_MS) / 1000;
    let day = Day::at(at, Zone::utc()).to_string().replace('-', "");
    let (hours, minutes, millis) = (seconds / 3600, seconds / 60 % 60, at.0.rem_euclid(1000));
    format!("{day}T{hours:02}{minutes:02}{:02}.{millis:03}Z", seconds % 60)
}

/// Reads what [`stamp`] writes, for years of four digits.
fn read_stamp(stamp: &str) -> Option<UnixMs> {
    let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    let digits = |text: &str| -> Option<i64> {
        let all = text.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| text.parse().ok()).flatten()
    };
    if date.len() != 8 || time.len() != 10 || !stamp.is_ascii() {
        return None;
    }
    let day = Day::new(digits(&date[..4])?, digits(&date[4..6])?, digits(&date[6..])?)?;
    let (clock, millis) = time.split_once('.')?;
    let clock = digits(clock)?;
    let (hours, minutes, seconds) = (clock / 10_000, clock / 100 % 100, clock % 100);
    let seconds = hours * 3600 + minutes * 60 + seconds;
    Some(UnixMs(
        i64::from(day.0) * DAY_MS + seconds * 1000 + digits(millis)?,
    ))
}

#[cfg(test)]
mod tests;
