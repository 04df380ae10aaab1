use std::ops::Range;
use std::path::Path;

use domain::activity::meter::{Run, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;

use super::*;
use crate::sqlite::{connection, migrate};

pub(super) const SEEDS: Range<u64> = 0..15;
pub(super) const BEGIN_MS: i64 = 1_790_000_000_000;

fn open(path: &Path) -> Connection {
    let mut db = connection::open_to_write(path, Duration::from_secs(5)).expect("opens");
    connection::make_writer(&db).expect("set up");
    // Nobody cuts the power here.
    db.pragma_update(None, "synchronous", "OFF").expect("set");
    let newest = migrate::newest(migrate::MIGRATIONS);
    migrate::migrate(&mut db, migrate::MIGRATIONS, newest).expect("migrates");
    db
}

fn database() -> (Connection, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    (open(&folder.path().join("droas.sqlite")), folder)
}

/// One of a few members, with a few messages: some late, some by other rules than those before.
pub(super) fn member(rng: &mut StdRng, clock: &mut i64) -> MemberActivity {
    let rules = ScoreRules {
        gain: Score(2 * rng.random_range(1..10_000_000)),
        cooldown: Duration::from_secs(rng.random_range(1..4) * 20),
        grace: Duration::from_secs(rng.random_range(1..3) * 900),
        fade: rng.random_range(1..40),
    };
    let mut runs = Vec::new();
    for _ in 0..rng.random_range(1..4) {
        *clock += rng.random_range(0..1_200_000);
        let late = if rng.random_bool(0.3) {
            rng.random_range(0..6_000_000)
        } else {
            0
        };
        let first = *clock - late;
        runs.push(Run {
            first: UnixMs(first),
            last: UnixMs(first + rng.random_range(0..400_000)),
            slots: Slots(rng.random_range(1..1 << 12)),
        });
    }
    let day = Day(20_717 + rng.random_range(0..40));
    MemberActivity {
        guild: GuildId([7, 1 << 62, u64::MAX - 3][rng.random_range(0..3)]),
        user: UserId([1, 2, 9 << 60, u64::MAX][rng.random_range(0..4)]),
        days: vec![(day, rng.random_range(1..9)), (day.plus(40), 1)],
        runs,
        rules,
    }
}

pub(super) fn batches(seed: u64) -> Vec<Vec<MemberActivity>> {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(seed), BEGIN_MS);
    (0..rng.random_range(1..30))
        .map(|_| {
            (0..rng.random_range(1..5))
                .map(|_| member(&mut rng, &mut clock))
                .collect()
        })
        .collect()
}

/// Every number in the tables of activity.
fn tables(db: &Connection) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    for (number, table) in ["activity_meter", "activity_daily", "activity_monthly"]
        .into_iter()
        .enumerate()
    {
        let mut statement = db
            .prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"))
            .expect("a table");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("read");
        while let Some(row) = rows.next().expect("read") {
            let cells = (0..columns).map(|column| row.get(column).expect("a number"));
            all.push(std::iter::once(number as i64).chain(cells).collect());
        }
    }
    all
}

/// What the tables hold when each batch is counted when it comes.
fn at_once(batches: &[Vec<MemberActivity>]) -> Vec<Vec<i64>> {
    let mut db = Connection::open_in_memory().expect("opens");
    activity::add_functions(&db).expect("set up");
    let newest = migrate::newest(migrate::MIGRATIONS);
    migrate::migrate(&mut db, migrate::MIGRATIONS, newest).expect("migrates");
    for members in batches {
        activity::count(&db, members).expect("counted");
    }
    tables(&db)
}

fn rows(db: &Connection) -> i64 {
    db.query_row("SELECT count(*) FROM activity_journal", [], |row| row.get(0))
        .expect("read")
}

/// As the writer does it.
fn transact(db: &Connection, journal: &mut Journal, work: impl FnOnce(&mut Journal), commit: bool) {
    db.execute_batch("BEGIN IMMEDIATE").expect("begun");
    journal.begin();
    work(journal);
    journal.write(db).expect("written");
    if commit {
        db.execute_batch("COMMIT").expect("committed");
        journal.committed();
    } else {
        db.execute_batch("ROLLBACK").expect("rolled back");
    }
}

#[test]
fn whenever_it_is_counted_and_whenever_the_writer_dies_the_tables_are_the_same() {
    for seed in SEEDS {
        let batches = batches(seed);
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut db, folder) = database();
        let mut journal = Journal::empty(Waits::default());
        let mut left = &batches[..];
        while !left.is_empty() {
            let (group, rest) = left.split_at(rng.random_range(1..=left.len().min(4)));
            let counts_before = rng.random_bool(0.2).then(|| rng.random_range(0..group.len()));
            let commit = rng.random_bool(0.8);
            let add = |journal: &mut Journal| {
                for (number, members) in group.iter().enumerate() {
                    if counts_before == Some(number) {
                        journal.count(&db).expect("counted");
                    }
                    journal.add(&db, members).expect("noted");
                }
            };
            transact(&db, &mut journal, add, commit);
            if commit {
                left = rest;
            }
            if rng.random_bool(0.2) {
                transact(
                    &db,
                    &mut journal,
                    |journal| journal.count(&db).expect("counted"),
                    rng.random_bool(0.5),
                );
            }
            if rng.random_bool(0.2) {
                // A writer that was killed tells nobody anything; the next finds what it finds.
                let waited = rows(&db);
                assert_eq!(waited > 0, journal.committed > 0, "seed {seed}");
                drop(db);
                db = open(&folder.path().join("droas.sqlite"));
                assert_eq!(
                    rows(&db),
                    0,
                    "seed {seed}: {waited} rows are counted before anybody asks"
                );
                journal = Journal::empty(Waits::default());
            }
        }
        transact(
            &db,
            &mut journal,
            |journal| journal.count(&db).expect("counted"),
            true,
        );
        assert_eq!(tables(&db), at_once(&batches), "seed {seed}");
        assert_eq!(rows(&db), 0);
    }
}

#[test]
fn what_was_counted_is_not_counted_again() {
    let (db, _folder) = database();
    let batches = batches(1);
    let mut journal = Journal::empty(Waits::default());
    transact(
        &db,
        &mut journal,
        |journal| journal.add(&db, &batches[0]).expect("noted"),
        true,
    );
    for _ in 0..2 {
        waiting::count(&db).expect("counted");
        assert_eq!(tables(&db), at_once(&batches[..1]));
    }
}

#[test]
fn who_reads_is_told_whether_anything_waits() {
    let (db, _folder) = database();
    let waits = Waits::default();
    let mut journal = Journal::empty(waits.clone());
    let batch = &batches(2)[0];
    assert!(!waits.any() && journal.due_after().is_none());
    transact(
        &db,
        &mut journal,
        |journal| journal.add(&db, batch).expect("noted"),
        false,
    );
    assert!(!waits.any(), "it was not committed");
    transact(
        &db,
        &mut journal,
        |journal| journal.add(&db, batch).expect("noted"),
        true,
    );
    assert!(waits.any());
    assert!(journal.due_after().is_some_and(|after| after <= WAIT_MAX));
    transact(
        &db,
        &mut journal,
        |journal| journal.count(&db).expect("counted"),
        false,
    );
    assert!(waits.any(), "the counting was not committed");
    transact(
        &db,
        &mut journal,
        |journal| journal.count(&db).expect("counted"),
        true,
    );
    assert!(!waits.any() && journal.due_after().is_none());
}

#[test]
fn large_batch_is_counted_at_once_behind_those_that_wait() {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(3), BEGIN_MS);
    let few = vec![member(&mut rng, &mut clock)];
    let many: Vec<_> = (0..=BATCH_MAX).map(|_| member(&mut rng, &mut clock)).collect();
    let (db, _folder) = database();
    let mut journal = Journal::empty(Waits::default());
    transact(
        &db,
        &mut journal,
        |journal| journal.add(&db, &few).expect("noted"),
        true,
    );
    assert_eq!((rows(&db), tables(&db).len()), (1, 0));
    transact(
        &db,
        &mut journal,
        |journal| journal.add(&db, &many).expect("counted"),
        true,
    );
    assert_eq!(rows(&db), 0);
    assert_eq!(tables(&db), at_once(&[few, many]));
}

#[test]
fn many_messages_become_several_rows() {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(8), BEGIN_MS);
    let members: Vec<_> = (0..ROW_MAX).map(|_| member(&mut rng, &mut clock)).collect();
    let (db, _folder) = database();
    let mut journal = Journal::empty(Waits::default());
    for some in members.chunks(ROW_MAX / 3) {
        transact(
            &db,
            &mut journal,
            |journal| journal.add(&db, some).expect("noted"),
            true,
        );
    }
    assert!(rows(&db) > 3, "more than there were transactions");
    transact(
        &db,
        &mut journal,
        |journal| journal.count(&db).expect("counted"),
        true,
    );
    assert_eq!(tables(&db), at_once(&[members]));
}

#[test]
fn journal_holds_no_more_messages_than_it_may() {
    fill_up(|_, member| member);
}

#[test]
fn journal_holds_messages_of_no_more_days_than_it_may() {
    fill_up(|rng, member| MemberActivity {
        user: UserId(rng.random()),
        ..member
    });
}

/// Adds batches until the journal counts what waits by itself, since nobody else has it counted.
fn fill_up(of: impl Fn(&mut StdRng, MemberActivity) -> MemberActivity) {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(4), BEGIN_MS);
    let (db, _folder) = database();
    let mut journal = Journal::empty(Waits::default());
    let mut was_much = false;
    while tables(&db).is_empty() {
        let members: Vec<_> = (0..1_000)
            .map(|_| {
                let member = member(&mut rng, &mut clock);
                of(&mut rng, member)
            })
            .collect();
        transact(
            &db,
            &mut journal,
            |journal| journal.add(&db, &members).expect("noted"),
            true,
        );
        assert!(journal.committed <= ENTRIES_MAX && journal.days.len() <= DAYS_MAX);
        if !was_much && journal.is_much() {
            was_much = true;
            assert_eq!(
                journal.due_after(),
                Some(Duration::ZERO),
                "the writer is told when it is much"
            );
            journal.put_off();
            assert!(
                journal.due_after() > Some(Duration::ZERO),
                "and lets it alone when it cannot be counted"
            );
        }
    }
    assert!(was_much);
}

/// One row that holds two members, written by the journal itself, and the members.
fn noted_row(db: &Connection) -> (Vec<u8>, Vec<MemberActivity>) {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(5), BEGIN_MS);
    let members = vec![member(&mut rng, &mut clock), member(&mut rng, &mut clock)];
    let mut journal = Journal::empty(Waits::default());
    transact(
        db,
        &mut journal,
        |journal| journal.add(db, &members).expect("noted"),
        true,
    );
    let entries = db.query_row("SELECT entries FROM activity_journal", [], |row| row.get(0));
    (entries.expect("read"), members)
}

/// All that can befall a row's bytes: cut off anywhere, and any of them changed.
fn damaged(sound: &[u8]) -> Vec<Vec<u8>> {
    let cut_off = (0..sound.len()).map(|len| sound[..len].to_vec());
    let changed = (0..sound.len()).map(|index| {
        let mut bytes = sound.to_vec();
        bytes[index] ^= 0x10;
        bytes
    });
    cut_off.chain(changed).collect()
}

fn note(db: &Connection, encoding: i64, entries: &[u8]) {
    db.execute(
        "INSERT INTO activity_journal (encoding, entries) VALUES (?1, ?2)",
        (encoding, entries),
    )
    .expect("noted");
}

fn bring_to(db: &mut Connection, version: u32) {
    migrate::migrate(db, migrate::MIGRATIONS, version).expect("nothing is in the way");
}

#[test]
fn rows_that_cannot_be_read_are_kept_aside_and_all_others_are_counted_once() {
    let (mut db, _folder) = database();
    let newest = migrate::newest(migrate::MIGRATIONS);
    let (sound, members) = noted_row(&db);
    let damaged = damaged(&sound);
    for bytes in &damaged {
        note(&db, ENCODING, bytes);
    }
    note(&db, ENCODING + 8, &sound);
    note(&db, ENCODING, &sound);
    let twice = at_once(&[members.clone(), members.clone()]);

    let kept_aside = waiting::count(&db).expect("counted");
    let count = damaged.len() as u64 + 1;
    assert_eq!(kept_aside.len() as u64, count);
    assert_eq!((rows(&db), tables(&db)), (0, twice.clone()));
    let told = kept_aside.last().expect("one of them").to_string();
    for part in [
        "their encoding is 9, and this droas knows 1",
        &format!("the row {count} of activity_unreadable"),
        "`droas db drop-unreadable`",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }

    // Every start tries them again, in whatever version it finds the file, and counts nothing again.
    for version in [newest, newest, newest - 1, 11, newest, 10, newest] {
        bring_to(&mut db, version);
        assert_eq!(unreadable(&db).expect("read"), count);
        assert_eq!(tables(&db), twice);
    }
    let stored: Vec<Vec<u8>> = db
        .prepare("SELECT entries FROM activity_unreadable WHERE encoding = 1 ORDER BY id")
        .expect("prepared")
        .query_map([], |row| row.get(0))
        .expect("asked")
        .collect::<Result<_, _>>()
        .expect("read");
    assert_eq!(stored, damaged, "as they were");

    // What a later droas can read is counted by it.
    db.execute(
        "UPDATE activity_unreadable SET encoding = 1 WHERE encoding = 9",
        [],
    )
    .expect("mended");
    bring_to(&mut db, newest);
    assert_eq!(unreadable(&db).expect("read"), count - 1);
    assert_eq!(tables(&db), at_once(&[members.clone(), members.clone(), members]));
    assert_eq!(drop_unreadable(&db).expect("written"), count - 1);
    assert_eq!(unreadable(&db).expect("read"), 0);
}

#[test]
fn what_is_kept_aside_is_kept_when_its_transaction_is_committed() {
    let (db, _folder) = database();
    let (sound, members) = noted_row(&db);
    let mut journal = Journal::empty(Waits::default());
    // As if it had been written by this journal.
    let add = |journal: &mut Journal| journal.add(&db, &members).expect("noted");
    transact(&db, &mut journal, add, true);
    note(&db, ENCODING, &sound[1..]);
    for commit in [false, true] {
        transact(
            &db,
            &mut journal,
            |journal| journal.count(&db).expect("counted"),
            commit,
        );
        assert_eq!(unreadable(&db).expect("read"), u64::from(commit));
    }
    assert_eq!(tables(&db), at_once(&[members.clone(), members]));
}
