//! The database: what it is, what a start will make of it, and whether there is room for it.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};
use store::upkeep::{self, InUse, Review, UpkeepError};
use store::{OpenError, Place};

use super::finding::{Finding, Findings};
use crate::db;

const DATABASE: &str = "database";
const ROOM: &str = "disk";
const STRUCTURE: &str = "database structure";
const MIGRATIONS: &str = "migrations";
const ACTIVITY: &str = "stored messages";

/// With less room than this somebody must look after the disk soon, bytes.
const ROOM_LOW: u64 = 1 << 30;
/// With less room than this it may be full within minutes, bytes.
const ROOM_NONE: u64 = 32 << 20;

pub(super) async fn look(place: &Place, findings: &mut Findings) {
    let mut may_be_written = true;
    if let Place::File(path) = place {
        let folder = folder_of(path);
        if let Some(hindered) = cannot_be_written(path, &folder) {
            may_be_written = false;
            findings.add(Finding::fault(DATABASE, hindered));
        }
        if folder.exists() {
            findings.add(room(&folder, size_of(path)));
        }
    }
    let shown = db::shown(place);
    match upkeep::review(place).await {
        // Its folder was told of already, if that is why.
        Ok(None) if !may_be_written => {}
        Ok(None) => {
            let begun = format!("there is none at {shown} yet, and the first start makes it");
            findings.add(Finding::ok(DATABASE, begun));
        }
        Ok(Some(review)) => reviewed(&shown, &review, may_be_written, findings),
        Err(UpkeepError::Open(OpenError::FolderMissing { .. })) if !may_be_written => {}
        Err(error) => findings.add(refused(&error)),
    }
}

fn reviewed(shown: &str, review: &Review, may_be_written: bool, findings: &mut Findings) {
    if let Some(hindrance) = &review.hindrance {
        findings.add(Finding::fault(DATABASE, format!("{shown} {hindrance}")));
    } else if may_be_written {
        let size = size(review.size_bytes);
        let used = match review.in_use {
            InUse::File(true) => "a droas has it open",
            InUse::File(false) => "no droas has it open",
            InUse::Connections(0) => "no droas is connected",
            InUse::Connections(_) => "droas is connected",
        };
        findings.add(Finding::ok(DATABASE, format!("{shown}, {size}; {used}")));
    }
    if !review.damage.is_empty() {
        findings.add(Finding::fault(
            STRUCTURE,
            format!(
                "{shown} is damaged: {}; stop the bot, keep a copy of the file, and restore a backup with `droas db restore`",
                review.damage.join(", ")
            ),
        ));
    } else if matches!(review.in_use, InUse::File(_)) {
        findings.add(Finding::ok(STRUCTURE, "every page was read and is sound"));
    }
    if review.unreadable_activity > 0 {
        findings.add(Finding::warning(
            ACTIVITY,
            format!(
                "some cannot be read (rows: {}); they are kept aside and are not counted, all others are",
                review.unreadable_activity
            ),
            "look after the disk; each start tries to read them again, and `droas db drop-unreadable` forgets them",
        ));
    }
    findings.add(migrations(review));
}

fn migrations(review: &Review) -> Finding {
    let (found, known) = (review.version, review.version_known);
    if found > known {
        return Finding::fault(
            MIGRATIONS,
            format!(
                "the database has version {found}, made by a newer droas, and this one knows versions up to {known}; run the newer \
                 droas, or restore a backup from before the upgrade"
            ),
        );
    }
    let running = matches!(review.in_use, InUse::File(true) | InUse::Connections(1..));
    match review.steps.as_slice() {
        [] => Finding::ok(
            MIGRATIONS,
            format!("version {found}, the newest; nothing is to be done"),
        ),
        _ if found == 0 => Finding::ok(
            MIGRATIONS,
            format!("nothing is in it yet; the first start brings it to version {known}"),
        ),
        steps if running => Finding::warning(
            MIGRATIONS,
            format!(
                "version {found}, of the droas that runs; this one brings it to {known} ({})",
                steps.join(", ")
            ),
            "make a backup with `droas db backup FILE` before you start the newer one",
        ),
        steps => Finding::ok(
            MIGRATIONS,
            format!(
                "version {found}; the next start brings it to {known} ({})",
                steps.join(", ")
            ),
        )
        .but("make a backup first: droas db backup FILE"),
    }
}

fn refused(error: &UpkeepError) -> Finding {
    let finding = Finding::fault(DATABASE, error.to_string());
    if error.may_pass() {
        finding.passing()
    } else {
        finding
    }
}

/// What is in the way of writing a file, its folder being where SQLite puts its log.
fn cannot_be_written(path: &Path, folder: &Path) -> Option<String> {
    let wanted = "let the user that runs the bot write there, or set database.path to another place";
    if !folder.is_dir() {
        return Some(format!(
            "the folder {} of database.path does not exist; make it, or set database.path to another place",
            folder.display()
        ));
    }
    let files = ["", "-wal", "-shm", ".lock"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    });
    let places = std::iter::once(folder).chain(files.iter().map(PathBuf::as_path));
    let closed = places
        .filter(|place| place.exists())
        .find(|place| !can_write(place))?;
    Some(format!("{} cannot be written; {wanted}", closed.display()))
}

/// Whether we may write to a file or a folder; a mark of read-only holds for root too.
pub(super) fn can_write(place: &Path) -> bool {
    let marked = std::fs::metadata(place).is_ok_and(|found| found.permissions().readonly());
    let wanted = if place.is_dir() {
        Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::WRITE_OK
    };
    !marked && access(place, wanted).is_ok()
}

fn room(folder: &Path, database_bytes: u64) -> Finding {
    let shown = folder.display();
    match statvfs(folder) {
        Ok(found) => judged(
            &shown.to_string(),
            found.f_bavail.saturating_mul(found.f_frsize),
            database_bytes,
        ),
        Err(error) => Finding::not_checked(
            ROOM,
            format!("the system does not tell how much room there is in {shown} ({error})"),
        ),
    }
}

/// A backup takes as much as the database, and so does tidying it.
fn judged(folder: &str, free_bytes: u64, database_bytes: u64) -> Finding {
    let found = format!("{} are free in {folder}", size(free_bytes));
    if free_bytes < ROOM_NONE {
        Finding::fault(
            ROOM,
            format!("{found}; make room before the disk is full, which stops all writing"),
        )
    } else if free_bytes < ROOM_LOW.max(2 * database_bytes) {
        Finding::warning(
            ROOM,
            found,
            "make room: the log grows while the bot is busy, and a backup takes as much as the database",
        )
    } else {
        Finding::ok(ROOM, found)
    }
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

fn size(bytes: u64) -> String {
    let mib = bytes as f64 / f64::from(1 << 20);
    if mib < 1024.0 {
        format!("{mib:.1} MiB")
    } else {
        format!("{:.1} GiB", mib / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn room_is_judged_by_what_the_database_needs() {
        let verdict = |free, database| judged("/srv", free, database).verdict;
        assert_eq!(verdict(4 << 30, 1 << 20), Verdict::Ok);
        assert_eq!(verdict(4 << 30, 3 << 30), Verdict::Warning);
        assert_eq!(verdict(900 << 20, 0), Verdict::Warning);
        assert_eq!(verdict(1 << 20, 0), Verdict::Fault);
    }

    #[test]
    fn database_of_a_newer_program_is_a_fault_and_of_an_older_one_is_brought_up() {
        let review = |version, in_use, steps| {
            migrations(&Review {
                version,
                version_known: 9,
                steps,
                in_use,
                size_bytes: 0,
                damage: Vec::new(),
                unreadable_activity: 0,
                hindrance: None,
            })
        };
        assert_eq!(review(10, InUse::File(false), Vec::new()).verdict, Verdict::Fault);
        let older = review(7, InUse::File(false), vec!["raids", "settings"]);
        assert_eq!(older.verdict, Verdict::Ok);
        assert!(older.found.contains("to 9 (raids, settings)"), "{}", older.found);
        assert!(older.advice.contains("backup"));
        let beside = review(7, InUse::Connections(2), vec!["raids"]);
        assert_eq!(beside.verdict, Verdict::Warning);
    }
}
