//! The process is killed. What it acknowledged is there, and effects and checkpoints agree exactly.
//!
//! The process is this test binary: a test that finds its variable in the environment plays the child.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use domain::id::GuildId;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{OpenError, ShardKey, Store, StoreOptions};
use tokio::task::JoinSet;

use super::journal::{message, messages_of};
use super::{commit_at, fresh};
use crate::contract::words::*;

const DATABASE: &str = "DROAS_STORE_CRASH_DATABASE";
const SEED: &str = "DROAS_STORE_CRASH_SEED";
const SHARDS: u32 = 4;
const ROUNDS: usize = 20;
/// Who writes a message with every join.
const AUTHOR: u64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn killed_process_loses_nothing_that_it_acknowledged() {
    if let Some(path) = env::var_os(DATABASE) {
        return commit_for_ever(Path::new(&path)).await;
    }
    let (fresh, seed) = (fresh(), seed());
    let mut random = StdRng::seed_from_u64(seed);
    let mut acknowledged = [0_u64; SHARDS as usize];
    for round in 0..ROUNDS {
        let mut child = spawn("killed_process_loses_nothing_that_it_acknowledged", fresh.path());
        let stderr = child.stderr.take().expect("it is piped");
        let kill_after = random.random_range(1..400);
        for (count, line) in (1..).zip(BufReader::new(stderr).lines()) {
            let line = line.expect("text");
            let (shard, sequence) = read_acknowledgement(&line);
            acknowledged[shard] = sequence;
            if count == kill_after {
                let in_use = Store::open(fresh.options()).await;
                assert!(matches!(in_use, Err(OpenError::InUse { .. })), "the child has it");
                child.kill().expect("it runs");
            }
        }
        let status = child.wait().expect("it ended");
        assert!(
            status.code().is_none(),
            "seed {seed}: the child was to be killed, and ended with {status}"
        );
        check(
            fresh.options(),
            &mut acknowledged,
            &format!("seed {seed}, round {round}"),
        )
        .await;
    }
    assert!(acknowledged.iter().all(|sequence| *sequence > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_creation_leaves_a_database_that_opens() {
    if let Some(path) = env::var_os(DATABASE) {
        return commit_for_ever(Path::new(&path)).await;
    }
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    for round in 0..ROUNDS {
        let fresh = fresh();
        let mut child = spawn("killed_creation_leaves_a_database_that_opens", fresh.path());
        while !fresh.path().exists() {
            std::thread::yield_now();
        }
        let moment = Instant::now() + Duration::from_micros(random.random_range(0..20_000));
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        child.kill().expect("it runs");
        child.wait().expect("it ended");
        check(
            fresh.options(),
            &mut [0; SHARDS as usize],
            &format!("seed {seed}, round {round}"),
        )
        .await;
    }
}

fn seed() -> u64 {
    let given = env::var(SEED).ok().map(|seed| seed.parse().expect("a number"));
    given.unwrap_or_else(rand::random)
}

fn spawn(test: &str, database: &Path) -> Child {
    let name = format!("{}::{test}", module_path!().split_once("::").expect("a module").1);
    Command::new(env::current_exe().expect("we run"))
        .args(["--exact", &name, "--nocapture"])
        .env(DATABASE, database)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this binary starts")
}

fn read_acknowledgement(line: &str) -> (usize, u64) {
    let parts = line
        .split_once(' ')
        .map(|(shard, sequence)| (shard.parse(), sequence.parse()));
    match parts {
        Some((Ok(shard), Ok(sequence))) => (shard, sequence),
        _ => panic!("the child says: {line}"),
    }
}

/// The child: each shard commits joins with its checkpoint, one after the other, beside the other shards, and tells
/// each acknowledgement.
async fn commit_for_ever(path: &Path) {
    let store = Store::open(&StoreOptions::at(path)).await.expect("opens");
    let mut tasks = JoinSet::new();
    for id in 0..SHARDS {
        let store = store.clone();
        tasks.spawn(async move {
            let shard = ShardKey { id, count: SHARDS };
            let found = store.checkpoint(shard).await.expect("read");
            let last = found.map_or(0, |checkpoint| checkpoint.sequence);
            for sequence in last + 1.. {
                commit_numbered(&store, shard, sequence).await;
                // One write each: lines of several shards do not mix.
                let line = format!("{id} {sequence}\n");
                std::io::stderr()
                    .write_all(line.as_bytes())
                    .expect("the parent listens");
            }
        });
    }
    tasks.join_all().await;
}

async fn commit_numbered(store: &Store, shard: ShardKey, sequence: u64) {
    let guild_id = GuildId(u64::from(shard.id));
    let mut effects = Vec::new();
    if sequence == 1 {
        effects.push(guild(guild_id, Some(0)));
    }
    effects.push(join(
        guild_id,
        sequence * u64::from(SHARDS) + guild_id.0,
        sequence,
    ));
    effects.push(message(guild_id, AUTHOR, sequence));
    commit_at(store, shard, sequence, effects).await;
}

/// Opens what a killed process left and compares; `acknowledged` becomes what is stored.
async fn check(options: &StoreOptions, acknowledged: &mut [u64; SHARDS as usize], when: &str) {
    let store = open(options).await;
    for (id, acknowledged) in (0..SHARDS).zip(acknowledged) {
        let found = store
            .checkpoint(ShardKey { id, count: SHARDS })
            .await
            .expect("read");
        let sequence = found.map_or(0, |checkpoint| checkpoint.sequence);
        assert!(
            sequence >= *acknowledged,
            "{when}: shard {id} lost what was acknowledged"
        );
        let guild = GuildId(u64::from(id));
        let facts = store.guild(guild).await.expect("read");
        let members = facts.and_then(|facts| facts.member_count).unwrap_or(0);
        let rows = store.history(guild, usize::MAX).await.expect("read").len();
        assert_eq!((members, rows as u64), (sequence, sequence), "{when}: shard {id}");
        let messages = messages_of(&store, guild, AUTHOR).await;
        assert_eq!(messages, sequence, "{when}: shard {id}");
        *acknowledged = sequence;
    }
    store.close().await;
}
