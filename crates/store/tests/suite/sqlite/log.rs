//! The log beside the file: how large it stays.

use std::fs;
use std::time::Duration;

use rusqlite::Connection;
use store::{Store, StoreOptions};

use super::{Fresh, fresh};
use crate::contract::words::*;

fn soon_tidied(fresh: &Fresh) -> StoreOptions {
    StoreOptions {
        quiet_for: Duration::from_millis(100),
        ..fresh.options().clone()
    }
}

fn log_len(fresh: &Fresh) -> u64 {
    let path = fresh.folder.path().join("droas.sqlite-wal");
    fs::metadata(path).expect("the log is there").len()
}

/// A thousand joins, each round others.
async fn write_much(store: &Store, round: u64) {
    for second in 0..10 {
        let joins = (1..=100)
            .map(|user| join(TEA, round * 100 + user, second))
            .collect();
        commit(store, joins).await;
    }
}

/// Waits until the log is empty.
async fn emptied(fresh: &Fresh) {
    let empty = async {
        while log_len(fresh) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), empty)
        .await
        .expect("the log is moved into the file");
}

#[tokio::test]
async fn log_of_a_store_that_falls_quiet_is_emptied_and_filled_again() {
    let fresh = fresh();
    let store = open(&soon_tidied(&fresh)).await;
    let file_len = || fs::metadata(fresh.path()).expect("the file is there").len();
    for round in 0..2 {
        let before = file_len();
        write_much(&store, round).await;
        emptied(&fresh).await;
        assert!(file_len() > before + 100_000);
        // What was moved is there for others, without the log.
        let copy = fresh.folder.path().join("copy.sqlite");
        fs::copy(fresh.path(), &copy).expect("copied");
        let other = Connection::open(&copy).expect("opens");
        let rows: i64 = other
            .query_row("SELECT count(*) FROM welcome", [], |row| row.get(0))
            .expect("read");
        assert_eq!(rows, i64::try_from(1_000 * (round + 1)).expect("small"));
    }
}

#[tokio::test]
async fn log_that_somebody_reads_is_emptied_when_they_have_done() {
    let fresh = fresh();
    let store = open(&soon_tidied(&fresh)).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let reader = Connection::open(fresh.path()).expect("opens");
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM welcome")
        .expect("reads");
    write_much(&store, 0).await;
    assert_eq!(
        member_count(&store, TEA).await,
        Some(1_000),
        "nobody waits for the reader"
    );
    let held = log_len(&fresh);
    assert!(held > 100_000);
    reader.execute_batch("COMMIT").expect("has read");
    emptied(&fresh).await;
    assert_eq!(member_count(&store, TEA).await, Some(1_000));
}
