use std::sync::Arc;
use std::time::Duration;

use domain::effect::Effect;
use domain::id::GuildId;
use store::{Batch, Checkpoint, CheckpointChange, Committed, ShardKey, StoreError, StoreOptions};
use tokio::task::JoinSet;

use super::words::*;

pub(crate) async fn acknowledged_writes_are_read_at_once(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let mut tasks = JoinSet::new();
    for user in 1..=300 {
        let store = store.clone();
        tasks.spawn(async move {
            let committed = commit(&store, vec![join(TEA, user, user)]).await;
            assert_eq!(committed.welcomes_queued, 1);
            welcome(&store, welcome_id(user, user)).await.member_number
        });
    }
    let mut numbers: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    numbers.sort_unstable();
    assert!(
        numbers.iter().copied().eq(1..=300),
        "each number is given once: {numbers:?}"
    );
    assert_eq!(member_count(&store, TEA).await, Some(300));
    assert_eq!(store.open_welcomes().await.expect("read").pending, 300);
}

pub(crate) async fn batch_that_fails_leaves_nothing_behind_and_hurts_no_neighbour(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(0)), join(TEA, 1, 1)]).await;
    let shard = ShardKey { id: 0, count: 1 };
    let mut tasks = JoinSet::new();
    for user in 2..=100 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut effects = vec![guild(GuildId(user), Some(0)), join(TEA, user, user)];
            let fails = user == 50;
            if fails {
                // Such a count cannot be stored, after two effects that could.
                effects.push(guild(CHESS, Some(u64::MAX)));
            }
            let checkpoint = Checkpoint {
                shard,
                session_id: user.to_string(),
                resume_url: String::new(),
                sequence: user,
                recent_messages: Vec::new(),
            };
            let batch = Batch {
                at: at(0),
                effects,
                checkpoint: fails.then_some(CheckpointChange::Save(checkpoint)),
            };
            match store.commit(batch).await {
                Ok(_) => assert!(!fails, "the count was stored"),
                Err(error) => assert!(fails && matches!(error, StoreError::Broken { .. }), "{error}"),
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(member_count(&store, TEA).await, Some(99));
    assert_eq!(store.guild(GuildId(50)).await.expect("read"), None);
    assert!(store.guild(GuildId(51)).await.expect("read").is_some());
    assert_eq!(store.welcome(welcome_id(50, 50)).await.expect("read"), None);
    assert_eq!(store.checkpoint(shard).await.expect("read"), None);
}

/// Two processes may draw the same id within a millisecond, and so may one whose clock shows a millisecond twice.
pub(crate) async fn id_that_another_welcome_has_is_told_and_hurts_nobody(options: &StoreOptions) {
    let store = open(options).await;
    let shard = ShardKey { id: 0, count: 1 };
    let batch = |effects: Vec<Effect>, shard: ShardKey| {
        let checkpoint = Checkpoint {
            shard,
            session_id: "s".to_owned(),
            resume_url: String::new(),
            sequence: 9,
            recent_messages: Vec::new(),
        };
        Arc::new(Batch {
            at: at(0),
            effects,
            checkpoint: Some(CheckpointChange::Save(checkpoint)),
        })
    };
    commit(
        &store,
        vec![
            guild(TEA, Some(0)),
            join(TEA, 1, 1),
            leave(TEA, 1),
            join(TEA, 2, 2),
        ],
    )
    .await;
    let (settled, open) = (
        welcome(&store, welcome_id(1, 1)).await,
        welcome(&store, welcome_id(2, 2)).await,
    );
    // Batches of other shards are stored beside it, perhaps in the same transaction.
    let neighbours: Vec<_> = (10_u32..60)
        .map(|n| {
            let (store, user) = (store.clone(), u64::from(n));
            let batch = batch(
                vec![join(GuildId(user << 22), user, user)],
                ShardKey { id: n, count: 64 },
            );
            tokio::spawn(async move { store.commit(batch).await })
        })
        .collect();
    for (id, guild_id, user) in [(settled.id, CHESS, 5), (open.id, TEA, 5), (open.id, CHESS, 2)] {
        let mut clash = episode(guild_id, user, 7);
        clash.id = id;
        let effects = vec![
            guild(CHESS, Some(3)),
            join(CHESS, 6, 6),
            Effect::BeginEpisode(clash),
            leave(TEA, 2),
        ];
        let refused = store.commit(batch(effects, shard)).await;
        assert!(
            matches!(refused, Err(StoreError::IdTaken { id: taken }) if taken == id),
            "{refused:?}"
        );
    }
    for neighbour in neighbours {
        let committed = neighbour
            .await
            .expect("no panic")
            .expect("it has an id of its own");
        assert_eq!(committed.welcomes_queued, 1);
    }
    assert_eq!(welcome(&store, settled.id).await, settled);
    assert_eq!(welcome(&store, open.id).await, open);
    assert_eq!(
        store.guild(CHESS).await.expect("read"),
        None,
        "nothing of the batch"
    );
    assert_eq!(store.welcome(welcome_id(6, 6)).await.expect("read"), None);
    assert_eq!(store.checkpoint(shard).await.expect("read"), None);

    // With another id it goes through; and once more, as by somebody who has not heard that it did.
    let again = batch(vec![guild(CHESS, Some(3)), join(CHESS, 5, 7)], shard);
    for (queued, repeated) in [(1, 0), (0, 1)] {
        let committed = store.commit(Arc::clone(&again)).await.expect("stored");
        assert_eq!(
            (committed.welcomes_queued, committed.episodes_repeated),
            (queued, repeated)
        );
    }
    assert_eq!(welcome(&store, welcome_id(5, 7)).await.guild, CHESS);
    assert!(store.checkpoint(shard).await.expect("read").is_some());
}

pub(crate) async fn id_that_many_draw_at_once_is_given_to_one(options: &StoreOptions) {
    let store = open(options).await;
    let mut tasks = JoinSet::new();
    for user in 1..=30 {
        let store = store.clone();
        tasks.spawn(async move {
            let guild_id = GuildId(user << 22);
            let mut drawn = episode(guild_id, user, user);
            drawn.id = welcome_id(1, 1);
            let effects = vec![guild(guild_id, Some(7)), Effect::BeginEpisode(drawn)];
            (guild_id, try_commit(&store, effects).await)
        });
    }
    let mut given = Vec::new();
    for (guild_id, committed) in tasks.join_all().await {
        match committed {
            Ok(committed) => given.push((guild_id, committed.welcomes_queued)),
            Err(StoreError::IdTaken { id }) => {
                assert_eq!(id, welcome_id(1, 1));
                assert_eq!(
                    store.guild(guild_id).await.expect("read"),
                    None,
                    "nothing of the batch"
                );
            }
            Err(error) => panic!("{error}"),
        }
    }
    let stored = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(given, [(stored.guild, 1)]);
    assert_eq!(member_count(&store, stored.guild).await, Some(8));
}

pub(crate) async fn empty_batch_is_committed(options: &StoreOptions) {
    let store = open(options).await;
    assert_eq!(commit(&store, Vec::new()).await, Committed::default());
}

pub(crate) async fn closed_store_keeps_everything_and_takes_nothing(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let writes: Vec<_> = (1..=50)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move { try_commit(&store, vec![join(TEA, user, user)]).await })
        })
        .collect();
    tokio::time::timeout(Duration::from_secs(60), store.close())
        .await
        .expect("closing ends");
    let mut stored = 0;
    for write in writes {
        match write.await.expect("no panic") {
            Ok(_) => stored += 1,
            Err(error) => assert!(matches!(error, StoreError::Closed), "{error}"),
        }
    }
    assert!(matches!(
        try_commit(&store, vec![guild(CHESS, None)]).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(store.guild(TEA).await, Err(StoreError::Closed)));
    store.close().await;

    let again = open(options).await;
    assert_eq!(member_count(&again, TEA).await, Some(stored));
    assert_eq!(again.open_welcomes().await.expect("read").pending, stored);
    assert_eq!(again.guild(CHESS).await.expect("read"), None);
}
