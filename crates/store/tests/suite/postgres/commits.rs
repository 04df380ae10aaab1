//! Commits whose answer is lost, and servers that go away: nothing is lost and nothing happens twice.

use std::time::Duration;

use store::{Store, StoreError};
use tokio::task::JoinSet;

use super::wire::{Break, Wire};
use super::{admin, fresh, options};
use crate::contract::words::*;

/// A leave of somebody unknown lowers the guild's count each time that it is applied: made twice, it would show.
async fn lower(store: &Store) -> Result<(), StoreError> {
    try_commit(store, vec![leave(TEA, 999)]).await.map(drop)
}

#[tokio::test]
async fn commit_whose_answer_is_lost_is_asked_for_and_neither_lost_nor_made_twice() {
    let Some(fresh) = fresh() else { return };
    commit(&open(fresh.options()).await, vec![guild(TEA, Some(100))]).await;
    let port = fresh.server().port();
    let breaks = [Break::AfterCommit, Break::BeforeCommit, Break::AfterCommit];
    let wire = Wire::to(port, &breaks).await;
    let store = open(&options(&wire.url(&fresh.url(), port))).await;
    let at_first = wire.commits();
    assert_eq!(at_first, 0, "opening a finished database commits nothing");
    lower(&store).await.expect("it was committed");
    assert_eq!(wire.commits(), 1, "made once, and asked for");
    assert_eq!(member_count(&store, TEA).await, Some(99));
    lower(&store).await.expect("made again");
    // The second was taken back; its repetition was committed without an answer.
    assert_eq!(wire.commits(), 3);
    assert_eq!(member_count(&store, TEA).await, Some(98));
    lower(&store).await.expect("nothing breaks any more");
    assert_eq!(member_count(&store, TEA).await, Some(97));
    assert_eq!(store.stats().writes, 3);
}

#[tokio::test]
async fn commit_that_is_still_open_is_waited_for() {
    let Some(fresh) = fresh() else { return };
    commit(&open(fresh.options()).await, vec![guild(TEA, Some(100))]).await;
    let port = fresh.server().port();
    let wire = Wire::to(port, &[Break::Held]).await;
    let store = open(&options(&wire.url(&fresh.url(), port))).await;
    let writing = tokio::spawn({
        let store = store.clone();
        async move { lower(&store).await }
    });
    // Somebody asks, and waits for the transaction's end.
    let admin = admin(&fresh.url()).await;
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT transactions FROM%'
                 AND wait_event_type = 'Lock' AND datname = current_database()";
    while wire.commits() == 0 || admin.query_one(asked, &[]).await.expect("read").get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!writing.is_finished(), "nobody knows yet what becomes of it");
    wire.let_go();
    writing.await.expect("no panic").expect("made again");
    assert_eq!(wire.commits(), 2);
    assert_eq!(member_count(&store, TEA).await, Some(99));
}

#[tokio::test(flavor = "multi_thread")]
async fn server_that_is_stopped_killed_and_started_keeps_every_acknowledged_write_and_makes_none_twice() {
    const WRITERS: u64 = 8;
    const WRITES: u64 = 40;
    let Some(server) = pgtest::Server::start() else {
        return;
    };
    let database = server.database();
    let store = open(&options(&database.url())).await;
    commit(&store, vec![guild(TEA, Some(10_000))]).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            let mut away = 0;
            for write in 0..WRITES {
                loop {
                    match lower(&store).await {
                        Ok(()) => break,
                        Err(StoreError::Unavailable { .. }) => away += 1,
                        Err(error) => panic!("writer {writer}, write {write}: {error}"),
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            away
        });
    }
    for round in 0..4 {
        let written = WRITERS * WRITES * (round + 1) / 6;
        while store.stats().writes < written {
            tokio::task::yield_now().await;
        }
        tokio::task::block_in_place(|| {
            if round % 2 == 0 {
                server.kill();
            } else {
                server.stop();
            }
        });
        // Callers are told at once, and nothing hangs.
        let told = store.guild(TEA).await;
        assert!(matches!(told, Err(StoreError::Unavailable { .. })), "{told:?}");
        tokio::task::block_in_place(|| server.start_again());
    }
    let away: u64 = writers.join_all().await.into_iter().sum();
    assert!(away > 0, "writers were told that the server is away");
    assert_eq!(
        member_count(&store, TEA).await,
        Some(10_000 - WRITERS * WRITES),
        "each write is made once"
    );
    store.close().await;
}

#[tokio::test]
async fn closing_does_not_wait_for_a_server_that_never_comes_back() {
    let Some(server) = pgtest::Server::start() else {
        return;
    };
    let port = server.port();
    let database = server.database();
    let wire = Wire::to(port, &[Break::Held]).await;
    let opened = open(&options(&database.url())).await;
    commit(&opened, vec![guild(TEA, Some(1))]).await;
    let store = open(&options(&wire.url(&database.url(), port))).await;
    let writing = tokio::spawn({
        let store = store.clone();
        async move { lower(&store).await }
    });
    while wire.commits() == 0 {
        tokio::task::yield_now().await;
    }
    server.kill();
    store.close().await;
    let written = writing.await.expect("no panic");
    assert!(matches!(written, Err(StoreError::Closed)), "{written:?}");
    server.start_again();
}

#[tokio::test]
async fn connections_that_an_administrator_ends_are_made_anew() {
    let Some(fresh) = fresh() else { return };
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(10))]).await;
    let admin = admin(&fresh.url()).await;
    // One waits for a lock in the middle of its transaction, the others are idle.
    admin
        .batch_execute("BEGIN; LOCK TABLE guild IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("locked");
    let writing = tokio::spawn({
        let store = store.clone();
        async move { lower(&store).await }
    });
    let end = async |which: &str| -> i64 {
        let end = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE application_name = 'droas' AND datname = current_database() AND {which}"
        );
        admin.query_one(&end, &[]).await.expect("ended").get(0)
    };
    while end("wait_event_type = 'Lock'").await == 0 {
        tokio::task::yield_now().await;
    }
    end("true").await;
    let written = writing.await.expect("no panic");
    assert!(
        matches!(written, Err(StoreError::Unavailable { .. })),
        "{written:?}"
    );
    admin.batch_execute("COMMIT").await.expect("released");
    // Those that were idle may be found out one by one.
    while lower(&store).await.is_err() {}
    assert_eq!(member_count(&store, TEA).await, Some(9));
}
