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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_lie_beside_the_database_unless_told_otherwise() {
        let section = |folder: &str, every_hours| BackupSection {
            folder: folder.into(),
            every_hours,
            ..BackupSection::default()
        };
        let database = Path::new("data/droas.sqlite");
        let read = |folder, every_hours| settings(&section(folder, every_hours), database);
        let told = read("backups", 12).expect("there are to be some");
        assert_eq!(told.folder, Path::new("data/backups"));
        assert_eq!(told.every, Some(Duration::from_secs(12 * 3600)));
        assert_eq!(told.retention, Retention { newest: 7, weeks: 4 });
        let told = read("/mnt/safe", 0).expect("there are to be some");
        assert_eq!(
            (told.folder.as_path(), told.every),
            (Path::new("/mnt/safe"), None)
        );
        assert_eq!(read("", 24), None);
    }
}
