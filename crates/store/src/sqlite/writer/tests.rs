use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use tempfile::TempDir;
use tokio::sync::oneshot::Receiver;

use super::*;
use crate::sqlite::migrate;

type Answer<T> = Receiver<Result<T, StoreError>>;

/// A writing connection over a table of numbers, and one of numbers whose parents are checked at the commit.
fn writing(group_len_max: usize) -> (Writing, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    let limits = RetryProfile::Aggressive.limits();
    let path = folder.path().join("droas.sqlite");
    let db = connection::open_to_write(&path, limits.busy_timeout).expect("opens");
    db.pragma_update(None, "application_id", connection::APPLICATION_ID)
        .expect("marked");
    connection::make_writer(&db).expect("set up");
    let database = std::fs::File::open(&path).expect("there");
    db.execute_batch(
        "CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT;
         CREATE TABLE child (n INTEGER REFERENCES number DEFERRABLE INITIALLY DEFERRED) STRICT;",
    )
    .expect("made");
    let settings = Settings {
        retry: RetryProfile::Aggressive,
        queue_len_max: 16,
        group_len_max,
        quiet_for: Duration::from_secs(5),
    };
    let writing = Writing {
        connection: db,
        journal: Journal::empty(Waits::default()),
        settings,
        counters: Arc::default(),
        watch: Watch::new(&path, Arc::new(database)).expect("there"),
        keep: Arc::new(Keep::new(&path)),
    };
    (writing, folder)
}

fn write<T: Send + 'static>(
    durability: Durability,
    mut work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> (Box<dyn Write>, Answer<T>) {
    let (reply, answer) = oneshot::channel();
    let task = Task {
        durability,
        work: move |tx: &Connection, _: &mut Journal| work(tx),
        result: None,
        committed: |_: &T| {},
        reply,
    };
    (Box::new(task), answer)
}

fn insert(n: i64) -> (Box<dyn Write>, Answer<usize>) {
    write(Durability::WithTheLog, move |tx| {
        tx.execute("INSERT INTO number VALUES (?1)", [n])
    })
}

fn orphan(n: i64) -> (Box<dyn Write>, Answer<usize>) {
    write(Durability::WithTheLog, move |tx| {
        tx.execute("INSERT INTO child VALUES (?1)", [n])
    })
}

fn numbers(writing: &Writing) -> Vec<i64> {
    let mut statement = writing
        .connection
        .prepare("SELECT n FROM number ORDER BY n")
        .expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("numbers")
}

#[test]
fn group_shares_a_transaction() {
    let (mut writing, _folder) = writing(9);
    let (group, answers): (Vec<_>, Vec<_>) = (1..=3).map(insert).unzip();
    writing.commit(group);
    assert_eq!(numbers(&writing), [1, 2, 3]);
    for mut answer in answers {
        assert!(matches!(answer.try_recv(), Ok(Ok(1))));
    }
    let stats = writing.counters.snapshot();
    assert_eq!((stats.writes, stats.transactions), (3, 1));
}

#[test]
fn what_is_queued_is_committed_in_groups_of_bounded_length() {
    let (writing, folder) = writing(4);
    let counters = Arc::clone(&writing.counters);
    let (queue, requests) = mpsc::channel(16);
    let mut answers = Vec::new();
    for n in 0..10 {
        let (write, answer) = insert(n);
        assert!(queue.try_send(Request::Write(write)).is_ok());
        answers.push(answer);
    }
    drop(queue);
    writing.run(requests);
    for mut answer in answers {
        assert!(matches!(answer.try_recv(), Ok(Ok(1))));
    }
    let stats = counters.snapshot();
    assert_eq!((stats.writes, stats.transactions), (10, 3));
    assert!(
        !folder.path().join("droas.sqlite-wal").exists(),
        "closed in order"
    );
}

#[test]
fn what_was_queued_before_the_close_is_stored_and_nothing_after() {
    let (writing, _folder) = writing(1);
    let counters = Arc::clone(&writing.counters);
    let (queue, requests) = mpsc::channel(16);
    let (before, mut stored) = insert(1);
    let (raced, mut stored_too) = insert(2);
    for request in [Request::Write(before), Request::Close, Request::Write(raced)] {
        assert!(queue.try_send(request).is_ok());
    }
    writing.run(requests);
    assert!(matches!(stored.try_recv(), Ok(Ok(1))));
    assert!(
        matches!(stored_too.try_recv(), Ok(Ok(1))),
        "it had its place in the queue"
    );
    assert_eq!(counters.snapshot().writes, 2);
    assert!(queue.try_send(Request::Close).is_err());
}

#[test]
fn write_that_fails_takes_no_neighbour_with_it() {
    let (mut writing, _folder) = writing(9);
    let (group, mut answers): (Vec<_>, Vec<_>) = [1, 2, 1, 3].map(insert).into_iter().unzip();
    writing.commit(group);
    assert_eq!(numbers(&writing), [1, 2, 3]);
    let failed: Vec<_> = answers
        .iter_mut()
        .map(|answer| matches!(answer.try_recv(), Ok(Err(StoreError::Broken { .. }))))
        .collect();
    assert_eq!(failed, [false, false, true, false]);
}

#[test]
fn commit_that_fails_stores_nothing_and_tells_everybody() {
    let (mut writing, _folder) = writing(9);
    let (group, answers): (Vec<_>, Vec<_>) = [insert(1), orphan(404), insert(2)].into_iter().unzip();
    writing.commit(group);
    assert_eq!(numbers(&writing), Vec::<i64>::new());
    for mut answer in answers {
        assert!(matches!(answer.try_recv(), Ok(Err(StoreError::Broken { .. }))));
    }
    assert_eq!(writing.counters.snapshot().writes, 0);
    let (next, mut answer) = insert(1);
    writing.commit(vec![next]);
    assert!(matches!(answer.try_recv(), Ok(Ok(1))));
}

#[test]
fn only_what_must_survive_a_power_cut_waits_for_the_disk() {
    let (mut writing, _folder) = writing(9);
    let (mut synchronous, (normal, full)) = (Vec::new(), (1, 2));
    for durability in [
        Durability::WithTheLog,
        Durability::PowerCut,
        Durability::WithTheLog,
    ] {
        let (asks, mut answer) = write(durability, |tx| {
            tx.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))
        });
        let (also, _) = insert(i64::try_from(synchronous.len()).expect("short"));
        writing.commit(vec![also, asks]);
        synchronous.push(answer.try_recv().expect("answered").expect("committed"));
    }
    assert_eq!(synchronous, [normal, full, normal]);
}

#[test]
fn write_that_fails_takes_no_messages_of_its_neighbours_with_it() {
    let (mut writing, _folder) = writing(9);
    let newest = migrate::newest(migrate::MIGRATIONS);
    migrate::migrate(&mut writing.connection, migrate::MIGRATIONS, newest).expect("migrates");
    let note = |user: u64| {
        let (reply, answer) = oneshot::channel();
        let member = MemberActivity {
            guild: GuildId(1),
            user: UserId(user),
            days: vec![(Day(20_000), 1)],
            runs: vec![Run::one(UnixMs(1_790_000_000_000), Weight::Normal)],
            rules: ScoreRules::default(),
        };
        let task = Task {
            durability: Durability::WithTheLog,
            work: move |tx: &Connection, journal: &mut Journal| {
                journal.add(tx, std::slice::from_ref(&member))?;
                // One of them fails behind its messages.
                tx.execute(
                    "INSERT INTO number VALUES (?1)",
                    [if user == 3 { 1 } else { user as i64 }],
                )
            },
            result: None,
            committed: |_: &usize| {},
            reply,
        };
        (Box::new(task) as Box<dyn Write>, answer)
    };
    let (group, mut answers): (Vec<_>, Vec<_>) = [1, 2, 3, 4].map(note).into_iter().unzip();
    writing.commit(group);
    let failed: Vec<_> = answers
        .iter_mut()
        .map(|answer| matches!(answer.try_recv(), Ok(Err(StoreError::Broken { .. }))))
        .collect();
    assert_eq!(failed, [false, false, true, false]);
    writing.count();
    let mut statement = writing
        .connection
        .prepare("SELECT user_id FROM activity_daily WHERE messages = 1 ORDER BY user_id")
        .expect("prepared");
    let users = statement.query_map([], |row| row.get::<_, i64>(0)).expect("read");
    assert_eq!(users.collect::<Result<Vec<_>, _>>().expect("numbers"), [1, 2, 4]);
}
