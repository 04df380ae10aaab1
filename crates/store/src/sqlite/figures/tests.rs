use rusqlite::StatementStatus;
use tempfile::TempDir;

use super::*;
use crate::sqlite::{connection, migrate};

/// A file with as many settled welcomes as is said, and three that are open.
fn database(settled: u32) -> (Connection, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("droas.sqlite");
    let mut db = connection::open_to_write(&path, std::time::Duration::from_secs(5)).expect("opens");
    connection::make_writer(&db).expect("set up");
    // Nobody cuts the power here.
    db.pragma_update(None, "synchronous", "OFF").expect("set");
    let newest = migrate::newest(migrate::MIGRATIONS);
    migrate::migrate(&mut db, migrate::MIGRATIONS, newest).expect("migrates");
    let insert = |first: u32, count: u32, state: &str| {
        db.execute(
            &format!(
                "WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
                 INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state,
                     next_attempt_at, first_attempt_at, channel_id, settled_at)
                 SELECT n, n % 7, n, 'u', 0, 0, n, n, '{state}', n, n, 3, iif('{state}' = 'sent', n, NULL) FROM numbers
                 WHERE n <= ?2"
            ),
            [first, first + count - 1],
        )
        .expect("stored");
    };
    insert(1, settled, "sent");
    insert(settled + 1, 2, "pending");
    insert(settled + 3, 1, "sending");
    (db, folder)
}

/// How many steps SQLite takes to answer, and how many of them go on to the next row of a table or an index.
fn steps(db: &Connection, sql: &str, values: &[i64]) -> (i32, i32) {
    let mut statement = db.prepare(sql).expect("valid");
    let mut rows = statement
        .query(rusqlite::params_from_iter(values))
        .expect("asked");
    while rows.next().expect("read").is_some() {}
    drop(rows);
    (
        statement.get_status(StatementStatus::VmStep),
        statement.get_status(StatementStatus::FullscanStep),
    )
}

#[test]
fn open_welcomes_cost_the_same_however_long_the_history_is() {
    let (few, _few) = database(10);
    let (many, _many) = database(20_000);
    for analyzed in [false, true] {
        if analyzed {
            for db in [&few, &many] {
                db.execute_batch("ANALYZE").expect("analyzed");
            }
        }
        let (taken, scanned) = steps(&many, OPEN, &[]);
        assert_eq!((taken, scanned), steps(&few, OPEN, &[]), "analyzed: {analyzed}");
        assert!(
            scanned < 3,
            "it goes along the three that are open, analyzed: {analyzed}"
        );
        let open = open_welcomes(&many).expect("read");
        assert_eq!((open.pending, open.sending), (2, 1));
        assert_eq!(open.queued_at, Some(domain::time::UnixMs(20_001)));
    }
}

#[test]
fn portion_of_the_history_costs_its_own_rows() {
    let (few, _few) = database(500);
    let (many, _many) = database(20_000);
    let portion = [i64::MIN, 400];
    assert_eq!(
        steps(&many, outbox::COUNT, &portion),
        steps(&few, outbox::COUNT, &portion)
    );
}
