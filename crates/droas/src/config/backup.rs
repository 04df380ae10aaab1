//! The section `backup`, checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bot::backups::Retention;

use super::schema::BackupSection;

/// How backups of the database's file are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BackupSettings {
    /// Where they lie.
    pub folder: PathBuf,
    /// From one to the next; `None` makes them only before a change.
    pub every: Option<Duration>,
    /// Which are kept.
    pub retention: Retention,
}

/// What is asked for; `None` where there are to be no backups. Numbers are within their bounds, or told as mistakes.
pub(super) fn settings(section: &BackupSection, database: &Path) -> Option<BackupSettings> {
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    (!section.folder.as_os_str().is_empty()).then(|| BackupSettings {
        folder: database.with_file_name("").join(&section.folder),
        every: (section.every_hours > 0)
            .then(|| Duration::from_secs(section.every_hours.saturating_mul(3600))),
        retention: Retention {
            newest: count(section.keep),
            weeks: count(section.keep_weekly),
        },
    })
}
