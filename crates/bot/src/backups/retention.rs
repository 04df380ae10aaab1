//! Which backups are kept.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use domain::time::UnixMs;

use super::folder::{FoundBackup, Occasion};

const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// So many are kept of those made before the schema was changed.
const BEFORE_CHANGES_KEPT: usize = 3;

/// Which of the backups that are made by the clock are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// So many of the newest. At least 1.
    pub newest: usize,
    /// Beside them, the newest of each of so many weeks in which there are any.
    pub weeks: usize,
}

/// Those that are not kept. Files of the future, which a clock has made that was ahead, count as the oldest: they must not
/// push out what is made now.
pub(super) fn to_remove(found: &[FoundBackup], retention: Retention, now: UnixMs) -> Vec<&FoundBackup> {
    let (mut by_clock, mut before_changes): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|backup| backup.occasion == Occasion::Scheduled);
    let newest_first = |backups: &mut Vec<&FoundBackup>| {
        backups.sort_by_key(|backup| (backup.made_at > now, std::cmp::Reverse(backup.made_at)));
    };
    newest_first(&mut by_clock);
    newest_first(&mut before_changes);
    let mut kept: BTreeSet<&Path> = BTreeSet::new();
    kept.extend(first(&by_clock, retention.newest.max(1)));
    kept.extend(first(&before_changes, BEFORE_CHANGES_KEPT));
    let mut weeks = BTreeSet::new();
    for backup in by_clock.iter().filter(|backup| backup.made_at <= now) {
        let week = backup.made_at.since(UnixMs(0)).as_secs() / WEEK.as_secs();
        if weeks.len() < retention.weeks && weeks.insert(week) {
            kept.insert(&backup.path);
        }
    }
    let removed = found
        .iter()
        .filter(|backup| !kept.contains(backup.path.as_path()));
    removed.collect()
}

fn first<'a>(backups: &[&'a FoundBackup], count: usize) -> impl Iterator<Item = &'a Path> {
    backups.iter().take(count).map(|backup| backup.path.as_path())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const NOW: UnixMs = UnixMs(1_795_000_000_000);
    const RETENTION: Retention = Retention { newest: 3, weeks: 3 };

    fn backup(name: &str, occasion: Occasion, made_at: UnixMs) -> FoundBackup {
        FoundBackup {
            path: name.into(),
            occasion,
            made_at,
            size_bytes: 1,
        }
    }

    fn daily(days: u32) -> Vec<FoundBackup> {
        (0..days)
            .map(|age| backup(&age.to_string(), Occasion::Scheduled, NOW - DAY * age))
            .collect()
    }

    fn kept(found: &[FoundBackup], retention: Retention) -> Vec<&str> {
        let removed = to_remove(found, retention, NOW);
        let kept = found.iter().filter(|backup| !removed.contains(backup));
        kept.map(|backup| backup.path.to_str().expect("UTF-8")).collect()
    }

    #[test]
    fn newest_are_kept_and_one_of_each_week_before() {
        // NOW is the fourth day of a week that begins when 1970 did, on a Thursday.
        let week_began = NOW.since(UnixMs(0)).as_secs() % WEEK.as_secs() / DAY.as_secs();
        let (last, before) = (week_began + 1, week_began + 8);
        assert_eq!(
            kept(&daily(40), RETENTION),
            ["0", "1", "2", &last.to_string(), &before.to_string()]
        );
        let none = Retention { newest: 3, weeks: 0 };
        assert_eq!(kept(&daily(40), none), ["0", "1", "2"]);
        assert_eq!(kept(&daily(2), RETENTION), ["0", "1"]);
        assert_eq!(kept(&daily(9), Retention { newest: 0, weeks: 0 }), ["0"]);
    }

    #[test]
    fn files_of_a_clock_that_was_ahead_go_before_all_others() {
        let mut found = daily(3);
        for day in 1..=5 {
            found.push(backup(
                &format!("ahead {day}"),
                Occasion::Scheduled,
                NOW + DAY * day,
            ));
        }
        assert_eq!(kept(&found, RETENTION), ["0", "1", "2"]);
        let alone = &found[3..];
        assert_eq!(kept(alone, RETENTION).len(), 3, "better than none");
    }

    #[test]
    fn backups_before_changes_are_kept_by_themselves() {
        let mut found = daily(9);
        for version in 1..=5 {
            let at = NOW - DAY * (100 - version);
            found.push(backup(
                &format!("before {version}"),
                Occasion::Migration(version),
                at,
            ));
        }
        let kept = kept(&found, Retention { newest: 1, weeks: 0 });
        assert_eq!(kept, ["0", "before 3", "before 4", "before 5"]);
    }
}
