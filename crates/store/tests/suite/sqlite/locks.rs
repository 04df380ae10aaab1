//! Another program holds the file.

use std::time::Duration;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::UserId;
use rusqlite::Connection;
use store::{OpenError, RetryProfile, Store, StoreError, StoreOptions};

use super::{Fresh, fresh};
use crate::contract::words::*;

fn impatient(fresh: &Fresh) -> StoreOptions {
    StoreOptions {
        retry: RetryProfile::Aggressive,
        ..fresh.options().clone()
    }
}

/// Takes every lock that a writer needs.
fn take_lock(fresh: &Fresh) -> Connection {
    let other = Connection::open(fresh.path()).expect("opens");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    other.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_wait_for_a_foreign_lock_and_reads_do_not() {
    let fresh = fresh();
    let store = open(&impatient(&fresh)).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let other = take_lock(&fresh);
    let writes: Vec<_> = (1..=20)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move { commit(&store, vec![join(TEA, user, user)]).await })
        })
        .collect();
    while store.stats().busy_retries == 0 {
        assert_eq!(
            member_count(&store, TEA).await,
            Some(0),
            "reads go on, and see nothing half-done"
        );
    }
    assert!(writes.iter().all(|write| !write.is_finished()));
    other.execute_batch("COMMIT").expect("released");
    for write in writes {
        write.await.expect("committed");
    }
    assert_eq!(member_count(&store, TEA).await, Some(20));
}

/// The usual profile waits three times as long as the ten seconds that this stands for; the aggressive one has the same tries,
/// a tenth as long each.
#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_counted_under_a_foreign_lock_are_all_counted_once() {
    const DAY: Day = Day(20_717);
    let fresh = fresh();
    let store = open(&impatient(&fresh)).await;
    let rules = ScoreRules::default();
    let wrote = move |user: u64, minute: u64| MemberActivity {
        guild: TEA,
        user: UserId(user),
        days: vec![(DAY, 1)],
        runs: vec![Run::one(at(60 * minute), Weight::Normal)],
        rules,
    };
    let other = take_lock(&fresh);
    let shards: Vec<_> = (1..=20)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move {
                for minute in 0..10 {
                    let batch = vec![Effect::CountActivity(vec![wrote(user, minute)])];
                    commit(&store, batch).await;
                }
            })
        })
        .collect();
    while store.stats().busy_retries < 8 {
        assert_eq!(store.stats().writes, 0);
        tokio::task::yield_now().await;
    }
    other.execute_batch("COMMIT").expect("released");
    for shard in shards {
        shard.await.expect("every batch is committed");
    }
    for user in 1..=20 {
        let standing = store.standing(TEA, UserId(user), at(540), DAY, &rules).await;
        let standing = standing.expect("read").expect("known");
        assert_eq!((standing.today, standing.score), (10, Score::points(50)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_waited_too_long_are_refused_and_later_ones_work() {
    let fresh = fresh();
    let store = open(&impatient(&fresh)).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let other = take_lock(&fresh);
    let refused = try_commit(&store, vec![join(TEA, 1, 1)]).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    drop(other);
    assert_eq!(member_count(&store, TEA).await, Some(0));
    commit(&store, vec![join(TEA, 1, 1)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_stays_locked_is_not_opened() {
    let fresh = fresh();
    open(fresh.options()).await.close().await;
    let other = Connection::open(fresh.path()).expect("opens");
    // Shuts out readers too.
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        .expect("locked");
    let error = Store::open(&impatient(&fresh)).await.expect_err("locked");
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    drop(other);
    open(&impatient(&fresh)).await;
}
