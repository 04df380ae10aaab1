//! A power cut takes back the end of the log. Whatever the length of what is left: effects and checkpoint agree.

use std::fs;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{ShardKey, Store};

use super::journal::{message, messages_of};
use super::{commit_at, fresh};
use crate::contract::words::*;

const SHARD: ShardKey = ShardKey { id: 0, count: 1 };
const SEED: u64 = 20_260_801;
/// Who writes a message with every join.
const AUTHOR: u64 = 3;

async fn commit_numbered(store: &Store, sequence: u64) {
    let effects = vec![join(TEA, sequence, sequence), message(TEA, AUTHOR, sequence)];
    commit_at(store, SHARD, sequence, effects).await;
}

#[tokio::test]
async fn torn_log_takes_effects_and_checkpoint_back_together() {
    const COMMITS: u64 = 60;
    let (before, mut random) = (fresh(), StdRng::seed_from_u64(SEED));
    let store = open(before.options()).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    for sequence in 1..=COMMITS {
        commit_numbered(&store, sequence).await;
    }
    // What the disk has: the file, and the log which the power cut cuts.
    let file = fs::read(before.path()).expect("readable");
    let log = fs::read(before.folder.path().join("droas.sqlite-wal")).expect("readable");
    let mut seen = Vec::new();
    for round in 0..24 {
        let after = fresh();
        let left = match round {
            0 => log.len(),
            _ => random.random_range(0..log.len()),
        };
        fs::write(after.path(), &file).expect("written");
        fs::write(after.folder.path().join("droas.sqlite-wal"), &log[..left]).expect("written");
        let store = open(after.options()).await;
        let checkpoint = store.checkpoint(SHARD).await.expect("read");
        let sequence = checkpoint.map_or(0, |checkpoint| checkpoint.sequence);
        let welcomes = store.open_welcomes().await.expect("read").pending;
        assert_eq!(
            welcomes,
            sequence,
            "seed {SEED}, {left} of {} bytes left",
            log.len()
        );
        assert_eq!(messages_of(&store, TEA, AUTHOR).await, sequence, "seed {SEED}");
        if sequence > 0 {
            assert_eq!(member_count(&store, TEA).await, Some(sequence));
        }
        seen.push(sequence);
    }
    assert_eq!(seen[0], COMMITS, "the whole log holds everything");
    seen.sort_unstable();
    seen.dedup();
    assert!(
        seen.len() > 5,
        "seed {SEED}: the cuts fell in different places: {seen:?}"
    );
}
