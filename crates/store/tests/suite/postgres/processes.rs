//! Several stores over one database, as several processes have them.

use domain::id::GuildId;
use tokio::task::JoinSet;

use super::{admin, fresh};
use crate::contract::words::*;

#[tokio::test(flavor = "multi_thread")]
async fn schema_is_made_once_when_many_start_at_once() {
    let Some(fresh) = fresh() else { return };
    let mut starting = JoinSet::new();
    for _ in 0..8 {
        let options = fresh.options().clone();
        starting.spawn(async move { open(&options).await });
    }
    let stores = starting.join_all().await;
    commit(&stores[0], vec![guild(TEA, Some(5))]).await;
    for store in &stores {
        assert_eq!(member_count(store, TEA).await, Some(5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempt_is_given_to_one_of_three_processes() {
    const WELCOMES: u64 = 60;
    let Some(fresh) = fresh() else { return };
    let stores = [
        open(fresh.options()).await,
        open(fresh.options()).await,
        open(fresh.options()).await,
    ];
    commit(
        &stores[0],
        (1..=WELCOMES).map(|user| join(TEA, user, user)).collect(),
    )
    .await;
    let mut tasks = JoinSet::new();
    for (process, store) in stores.iter().enumerate() {
        let store = store.clone();
        tasks.spawn(async move {
            let mut given = Vec::new();
            for turn in 0..WELCOMES {
                // Each begins elsewhere, and they meet.
                let user = (turn + process as u64 * WELCOMES / 3) % WELCOMES + 1;
                given.extend(attempt(&store, welcome_id(user, user), 100).await);
            }
            given
        });
    }
    let mut users: Vec<u64> = tasks
        .join_all()
        .await
        .into_iter()
        .flatten()
        .inspect(|welcome| assert_eq!(welcome.attempts, 1))
        .map(|welcome| welcome.member.id.0)
        .collect();
    users.sort_unstable();
    assert!(users.iter().copied().eq(1..=WELCOMES), "{users:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn group_is_bound_by_one_of_three_processes() {
    let Some(fresh) = fresh() else { return };
    let store = open(fresh.options()).await;
    commit(&store, (1..=30).map(|user| join(TEA, user, user)).collect()).await;
    let mut tasks = JoinSet::new();
    for first in [1, 11, 21] {
        let store = open(fresh.options()).await;
        tasks.spawn(async move {
            // All want all of them, named in another order.
            let ids: Vec<_> = (0..30)
                .map(|n| (n + first - 1) % 30 + 1)
                .map(|user| welcome_id(user, user))
                .collect();
            store
                .begin_group(&ids, HALL, at(100), at(160))
                .await
                .expect("written")
        });
    }
    let groups = tasks.join_all().await;
    let mut lens: Vec<_> = groups.iter().map(Vec::len).collect();
    lens.sort_unstable();
    assert_eq!(lens, [0, 0, 30]);
    assert_eq!(store.group(welcome_id(1, 1)).await.expect("read").len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_that_cross_do_not_wait_for_each_other_in_a_circle() {
    let Some(fresh) = fresh() else { return };
    let guilds: Vec<GuildId> = (1..=20).map(|n| GuildId(n << 22)).collect();
    let stores = [open(fresh.options()).await, open(fresh.options()).await];
    commit(
        &stores[0],
        guilds.iter().map(|id| guild(*id, Some(1000))).collect(),
    )
    .await;
    let mut tasks = JoinSet::new();
    for (number, store) in stores.iter().enumerate() {
        for round in 0..10_u64 {
            let (store, mut guilds) = (store.clone(), guilds.clone());
            if number == 1 {
                guilds.reverse();
            }
            tasks.spawn(async move {
                let user = number as u64 * 100 + round;
                let effects = guilds.iter().map(|guild| leave(*guild, user));
                commit(&store, effects.collect()).await;
            });
        }
    }
    tasks.join_all().await;
    for guild in guilds {
        assert_eq!(member_count(&stores[0], guild).await, Some(980));
    }
    let log = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let admin = admin(&fresh.url()).await;
    admin
        .execute("SELECT pg_stat_force_next_flush()", &[])
        .await
        .expect("flushed");
    let deadlocks: i64 = admin.query_one(log, &[]).await.expect("read").get(0);
    assert_eq!(deadlocks, 0);
}
