use super::*;

const AT: UnixMs = UnixMs(1_795_261_370_999);

fn folder() -> (tempfile::TempDir, BackupFolder) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backups = BackupFolder::new(folder.path().join("backups"), Path::new("data/droas.sqlite"));
    fs::create_dir(backups.path()).expect("made");
    (folder, backups)
}

fn names(backups: &BackupFolder) -> Vec<String> {
    let mut names: Vec<_> = backups
        .entries()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn names_tell_what_a_backup_is_and_nothing_else_is_taken_for_one() {
    let (_folder, backups) = folder();
    for (occasion, name) in [
        (Occasion::Scheduled, "droas-20261121T114250.999Z.sqlite"),
        (
            Occasion::Migration(9),
            "droas-before-migration-from-9-20261121T114250.999Z.sqlite",
        ),
        (
            Occasion::Rollback(10),
            "droas-before-rollback-from-10-20261121T114250.999Z.sqlite",
        ),
    ] {
        assert_eq!(backups.file_name(occasion, AT), name);
        assert_eq!(backups.parse(name), Some((occasion, AT)), "{name}");
    }
    for name in [
        "droas.sqlite",
        "droas-20261121T114250.999Z",
        "droas-20261121T114250.999Z.sqlite.keep",
        "droas-keep-20261121T114250.999Z.sqlite",
        "droas2-20261121T114250.999Z.sqlite",
        "droas-20261121T114260.999Z.sqlite",
        "droas-20261121T254250.999Z.sqlite",
        "droas-20261321T114250.999Z.sqlite",
        "droas-20261121T114250.99Z.sqlite",
        "droas-2026112éT11425.999Z.sqlite",
        "droas-20261121t114250.999Z.sqlite",
        "droas-before-migration-from-09-20261121T114250.999Z.sqlite",
        "droas-before-migration-from--20261121T114250.999Z.sqlite",
    ] {
        assert_eq!(backups.parse(name), None, "{name}");
    }
    for at in [UnixMs(0), UnixMs(1_772_323_199_001), UnixMs(253_402_300_799_999)] {
        assert_eq!(read_stamp(&stamp(at)), Some(at));
    }
}

#[test]
fn only_own_old_backups_are_removed_with_their_pictures_and_never_the_one_just_made() {
    let (_folder, backups) = folder();
    let at = |day: i64| UnixMs(AT.0 + day * DAY_MS);
    let mut made = Vec::new();
    for day in 0..5 {
        let file = backups
            .path()
            .join(backups.file_name(Occasion::Scheduled, at(day)));
        fs::write(&file, "a backup").expect("written");
        fs::create_dir(pictures::folder_of(&file)).expect("made");
        made.push(file);
    }
    let kept_by_hand = made[0].with_extension("sqlite.keep");
    for other in [&kept_by_hand, &backups.path().join("diary.txt")] {
        fs::write(other, "somebody else's").expect("written");
    }
    // A folder of such a name, which no backup is.
    fs::create_dir(
        backups
            .path()
            .join(backups.file_name(Occasion::Scheduled, at(-9))),
    )
    .expect("made");
    let retention = Retention { newest: 2, weeks: 0 };
    assert_eq!(backups.tidy(retention, &made[4], at(4)).expect("removed"), 3);
    let left: Vec<_> = made
        .iter()
        .map(|file| (file.exists(), pictures::folder_of(file).exists()))
        .collect();
    let (gone, there) = ((false, false), (true, true));
    assert_eq!(left, [gone, gone, gone, there, there]);
    assert_eq!(names(&backups).len(), 2 * 2 + 3);

    // The clock was set back: what was made now looks older than all others.
    let now = backups
        .path()
        .join(backups.file_name(Occasion::Scheduled, at(-3)));
    fs::write(&now, "a backup").expect("written");
    backups
        .tidy(Retention { newest: 1, weeks: 0 }, &now, at(-3))
        .expect("removed");
    assert_eq!(backups.list().len(), 1);
    assert!(now.exists() && kept_by_hand.exists());
    assert_eq!(backups.newest(at(-2)).map(|newest| newest.path), Some(now));
    assert_eq!(backups.newest(at(-4)), None, "not one of the future");
}

#[test]
fn what_a_crash_left_is_removed_and_nothing_else() {
    let (_folder, backups) = folder();
    let name = backups.file_name(Occasion::Migration(9), AT);
    let unfinished = format!("{name}.0123456789abcdef.partial");
    let alone = backups.file_name(Occasion::Scheduled, AT);
    let others = "other.0123456789abcdef.partial";
    for file in [&name, &unfinished, &format!("{unfinished}-journal"), others] {
        fs::write(backups.path().join(file), "a file").expect("written");
    }
    for backup in [&name, &alone] {
        fs::create_dir(backups.path().join(format!("{backup}.pictures"))).expect("made");
    }
    backups.remove_unfinished();
    assert_eq!(
        names(&backups),
        [name.clone(), format!("{name}.pictures"), others.to_owned()]
    );
    let nowhere = BackupFolder::new(backups.path().join("nowhere"), Path::new("droas.sqlite"));
    nowhere.remove_unfinished();
    assert_eq!(nowhere.list(), []);
}
