use domain::id::MessageId;
use store::{Batch, Checkpoint, CheckpointChange, ShardKey, Store, StoreOptions};

use super::words::*;

fn checkpoint(shard: ShardKey, sequence: u64) -> Checkpoint {
    Checkpoint {
        shard,
        session_id: format!("session of {shard:?}"),
        resume_url: "wss://gateway-us-east1-b.discord.gg".to_owned(),
        sequence,
        recent_messages: [7, sequence].map(MessageId).into(),
    }
}

async fn change(store: &Store, change: CheckpointChange) {
    let batch = Batch {
        at: at(0),
        effects: Vec::new(),
        checkpoint: Some(change),
    };
    store.commit(batch).await.expect("committed");
}

pub(crate) async fn checkpoint_is_read_back_until_it_is_forgotten(options: &StoreOptions) {
    let store = open(options).await;
    let shard = ShardKey { id: 0, count: 1 };
    assert_eq!(store.checkpoint(shard).await.expect("read"), None);
    for sequence in [1, 17, u64::MAX] {
        change(&store, CheckpointChange::Save(checkpoint(shard, sequence))).await;
        assert_eq!(
            store.checkpoint(shard).await.expect("read"),
            Some(checkpoint(shard, sequence))
        );
    }
    change(&store, CheckpointChange::Forget(shard)).await;
    assert_eq!(store.checkpoint(shard).await.expect("read"), None);
}

pub(crate) async fn shards_of_different_counts_are_different_shards(options: &StoreOptions) {
    let store = open(options).await;
    let keys = [(0, 1), (0, 2), (1, 2)].map(|(id, count)| ShardKey { id, count });
    for (sequence, shard) in (1..).zip(keys) {
        change(&store, CheckpointChange::Save(checkpoint(shard, sequence))).await;
    }
    let expected: Vec<_> = (1..)
        .zip(keys)
        .map(|(sequence, shard)| checkpoint(shard, sequence))
        .collect();
    assert_eq!(store.checkpoints().await.expect("read"), expected);
    change(&store, CheckpointChange::Forget(keys[1])).await;
    assert_eq!(
        store.checkpoints().await.expect("read"),
        [expected[0].clone(), expected[2].clone()]
    );
}

pub(crate) async fn whoever_opens_a_database_alone_leads(options: &StoreOptions) {
    for _ in 0..2 {
        let store = open(options).await;
        while !store.lead().await.expect("asked") {
            // A server takes a moment to notice that the one before has ended.
            tokio::task::yield_now().await;
        }
        assert!(store.lead().await.expect("asked"), "it stays so");
        store.close().await;
    }
}
