//! Of several processes over one database one leads; when it ends, or is not heard of, another does, and nothing that the
//! former still wants to write is stored.

use store::{DatabaseLost, Store, StoreError};
use tokio_postgres::Client;

use super::{Fresh, admin, fresh};
use crate::contract::words::*;

/// Asks until this one leads, as a process does that stands by.
async fn until_it_leads(store: &Store) {
    while !store.lead().await.expect("asked") {
        tokio::task::yield_now().await;
    }
}

/// As if the server had not heard of the leader for long.
async fn time_is_up(admin: &Client) {
    let passed = admin
        .batch_execute("UPDATE leadership SET until = clock_timestamp()")
        .await;
    passed.expect("written");
}

async fn waiting_for_locks(admin: &Client) -> i64 {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    admin.query_one(waiting, &[]).await.expect("read").get(0)
}

async fn two(fresh: &Fresh) -> (Store, Store) {
    let stores = (open(fresh.options()).await, open(fresh.options()).await);
    assert!(stores.0.lead().await.expect("asked"));
    commit(&stores.0, vec![guild(TEA, Some(100))]).await;
    stores
}

async fn is_told_that_another_leads(former: &Store) {
    let refused = try_commit(former, vec![leave(TEA, 1)]).await;
    let Err(StoreError::Unavailable { source }) = refused else {
        panic!("the former leader still writes: {refused:?}");
    };
    assert!(
        source.to_string().contains("another droas has taken over"),
        "{source}"
    );
    let lost = former.lost().await;
    assert!(matches!(lost, DatabaseLost::TakenOver { .. }), "{lost}");
    assert!(lost.may_start_again());
    assert!(
        !former.lead().await.expect("asked"),
        "what it began is not its own any more"
    );
}

#[tokio::test]
async fn one_leads_and_when_it_is_closed_another_does() {
    let Some(fresh) = fresh() else { return };
    let (first, second) = two(&fresh).await;
    assert!(!second.lead().await.expect("asked"));
    assert!(first.lead().await.expect("asked"), "it stays so");
    commit(&first, vec![leave(TEA, 1)]).await;
    first.close().await;
    let asked = first.lead().await;
    assert!(matches!(asked, Err(StoreError::Closed)), "{asked:?}");
    until_it_leads(&second).await;
    commit(&second, vec![leave(TEA, 2)]).await;
    assert_eq!(member_count(&second, TEA).await, Some(98));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_that_ask_at_once_leads() {
    let Some(fresh) = fresh() else { return };
    let mut stores = Vec::new();
    for _ in 0..6 {
        stores.push(open(fresh.options()).await);
    }
    // Each leads in its turn, when those before it have ended.
    while !stores.is_empty() {
        let asking: Vec<_> = stores
            .iter()
            .cloned()
            .map(|store| tokio::spawn(async move { store.lead().await.expect("asked") }))
            .collect();
        let mut leaders = Vec::new();
        for (index, asked) in asking.into_iter().enumerate() {
            leaders.extend(asked.await.expect("no panic").then_some(index));
        }
        assert!(leaders.len() <= 1, "{leaders:?}");
        // The server takes a moment to notice that the one before has ended.
        if let Some(leader) = leaders.pop() {
            stores.swap_remove(leader).close().await;
        }
    }
}

#[tokio::test]
async fn leader_whose_connections_ended_is_followed_and_writes_nothing_more() {
    let Some(fresh) = fresh() else { return };
    let (former, next) = two(&fresh).await;
    let admin = admin(&fresh.url()).await;
    let end = "SELECT pg_terminate_backend(backend) FROM leadership";
    while !next.lead().await.expect("asked") {
        // It may have connected anew before the other asked.
        admin.query(end, &[]).await.expect("ended");
    }
    is_told_that_another_leads(&former).await;
    commit(&next, vec![leave(TEA, 2)]).await;
    assert_eq!(member_count(&next, TEA).await, Some(99));
}

#[tokio::test]
async fn leader_that_was_not_heard_of_in_time_is_followed_and_writes_nothing_more() {
    let Some(fresh) = fresh() else { return };
    let (former, next) = two(&fresh).await;
    let admin = admin(&fresh.url()).await;
    while !next.lead().await.expect("asked") {
        // It may have been heard of before the other asked.
        time_is_up(&admin).await;
    }
    is_told_that_another_leads(&former).await;
    assert_eq!(member_count(&next, TEA).await, Some(100));
}

#[tokio::test]
async fn leader_whose_connection_broke_goes_on_where_nobody_stands_by() {
    let Some(fresh) = fresh() else { return };
    let leader = open(fresh.options()).await;
    assert!(leader.lead().await.expect("asked"));
    let admin = admin(&fresh.url()).await;
    let backend =
        "SELECT backend FROM leadership WHERE EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend)";
    let first: i32 = admin.query_one(backend, &[]).await.expect("read").get(0);
    admin
        .query("SELECT pg_terminate_backend($1)", &[&first])
        .await
        .expect("ended");
    // It renews by itself, on another connection.
    while admin
        .query_opt(backend, &[])
        .await
        .expect("read")
        .is_none_or(|row| row.get::<_, i32>(0) == first)
    {
        tokio::task::yield_now().await;
    }
    commit(&leader, vec![guild(TEA, Some(5))]).await;
    assert_eq!(member_count(&leader, TEA).await, Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn takeover_waits_for_what_the_former_leader_is_storing() {
    let Some(fresh) = fresh() else { return };
    let (former, next) = two(&fresh).await;
    let (holder, admin) = (admin(&fresh.url()).await, admin(&fresh.url()).await);
    // Somebody keeps the guild's row locked, so that the leader's write does not end.
    holder
        .batch_execute("BEGIN; SELECT * FROM guild FOR UPDATE")
        .await
        .expect("locked");
    let storing = tokio::spawn({
        let former = former.clone();
        async move { try_commit(&former, vec![leave(TEA, 1)]).await }
    });
    let held = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while admin.query_one(held, &[]).await.expect("read").get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    let taking = tokio::spawn({
        let next = next.clone();
        async move { until_it_leads(&next).await }
    });
    while waiting_for_locks(&admin).await == 0 {
        time_is_up(&admin).await;
    }
    assert!(
        !taking.is_finished(),
        "it would read what the write is about to change"
    );
    holder.batch_execute("COMMIT").await.expect("let go");
    storing
        .await
        .expect("no panic")
        .expect("it was begun as the leader's");
    taking.await.expect("no panic");
    assert_eq!(member_count(&next, TEA).await, Some(99));
    is_told_that_another_leads(&former).await;
}

#[tokio::test]
async fn process_that_never_led_writes_beside_the_leader() {
    let Some(fresh) = fresh() else { return };
    let (leader, tool) = two(&fresh).await;
    commit(&tool, vec![leave(TEA, 1)]).await;
    commit(&leader, vec![leave(TEA, 2)]).await;
    assert_eq!(member_count(&tool, TEA).await, Some(98));
}
