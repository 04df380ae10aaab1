//! What sharing transactions is worth: acknowledged writes a second for 1, 10 and 50 tasks, beside a transaction for
//! each write. Prints Markdown; each number is the median of the rounds.

#[path = "activity/machine.rs"]
mod machine;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use domain::effect::{Effect, NewEpisode};
use domain::id::{ChannelId, GuildId, UserId, WelcomeId};
use domain::member::Member;
use domain::time::UnixMs;
use store::{Batch, Checkpoint, CheckpointChange, ShardKey, Store, StoreOptions};
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
const NOW: UnixMs = UnixMs(1_790_000_000_000);

#[derive(Clone, Copy)]
enum Work {
    /// A join with its shard's checkpoint.
    Join,
    /// An attempt to post, which waits for the disk.
    Attempt,
}

impl Work {
    /// How many a round has: enough for a second or so, where a disk takes milliseconds for each wait too.
    fn writes(self) -> u64 {
        match self {
            Self::Join => 10_000,
            Self::Attempt => 2_000,
        }
    }
}

/// One round, or the median of several.
#[derive(Clone, Copy)]
struct Measured {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    writes_per_transaction: f64,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", machine::head(ROUNDS))?;
    writeln!(
        out,
        "| write | tasks | grouped: writes/s | p50 µs | p99 µs | writes a transaction | alone: writes/s | p50 µs | p99 µs | gain |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|")?;
    for (work, name) in [
        (Work::Join, "join and checkpoint"),
        (Work::Attempt, "attempt (to the disk)"),
    ] {
        for tasks in [1, 10, 50] {
            let grouped = median(work, tasks, 256).await;
            let alone = median(work, tasks, 1).await;
            writeln!(
                out,
                "| {name} | {tasks} | {:.0} | {} | {} | {:.1} | {:.0} | {} | {} | {:.1} |",
                grouped.per_second,
                grouped.p50.as_micros(),
                grouped.p99.as_micros(),
                grouped.writes_per_transaction,
                alone.per_second,
                alone.p50.as_micros(),
                alone.p99.as_micros(),
                grouped.per_second / alone.per_second
            )?;
        }
    }
    Ok(())
}

async fn median(work: Work, tasks: u64, group_len_max: usize) -> Measured {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(measure(work, tasks, group_len_max).await);
    }
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds[ROUNDS / 2]
}

async fn measure(work: Work, tasks: u64, group_len_max: usize) -> Measured {
    let writes = work.writes();
    // The folder of the build, not that of temporary files, which may lie in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let options = StoreOptions {
        group_len_max,
        ..StoreOptions::at(folder.path().join("droas.sqlite"))
    };
    let store = Store::open(&options).await.expect("opens");
    if matches!(work, Work::Attempt) {
        let effects = (0..writes).map(|n| Effect::BeginEpisode(episode(n))).collect();
        let batch = Batch {
            at: NOW,
            effects,
            checkpoint: None,
        };
        store.commit(batch).await.expect("committed");
    }
    let before = store.stats();
    let started = Instant::now();
    let mut running = JoinSet::new();
    for task in 0..tasks {
        let store = store.clone();
        running.spawn(async move {
            let mut latencies = Vec::new();
            for n in (task..writes).step_by(usize::try_from(tasks).expect("a small count")) {
                let begun = Instant::now();
                write(&store, work, task, n).await;
                latencies.push(begun.elapsed());
            }
            latencies
        });
    }
    let mut latencies: Vec<_> = running.join_all().await.into_iter().flatten().collect();
    let took = started.elapsed();
    let after = store.stats();
    store.close().await;
    latencies.sort_unstable();
    Measured {
        per_second: writes as f64 / took.as_secs_f64(),
        p50: latencies[latencies.len() / 2],
        p99: latencies[latencies.len() * 99 / 100],
        writes_per_transaction: writes as f64 / (after.transactions - before.transactions) as f64,
    }
}

async fn write(store: &Store, work: Work, task: u64, n: u64) {
    match work {
        Work::Join => {
            let shard = ShardKey {
                id: u32::try_from(task).expect("a small count"),
                count: 50,
            };
            let checkpoint = Checkpoint {
                shard,
                session_id: "0123456789abcdef0123456789abcdef".to_owned(),
                resume_url: "wss://gateway-us-east1-b.discord.gg".to_owned(),
                sequence: n,
                recent_messages: Vec::new(),
            };
            let batch = Batch {
                at: NOW,
                effects: vec![Effect::BeginEpisode(episode(n))],
                checkpoint: Some(CheckpointChange::Save(checkpoint)),
            };
            store.commit(batch).await.expect("committed");
        }
        Work::Attempt => {
            let begun = store.begin_attempt(episode(n).id, ChannelId(1), NOW, NOW + Duration::from_secs(60));
            begun.await.expect("written").expect("it is due");
        }
    }
}

fn episode(n: u64) -> NewEpisode {
    NewEpisode {
        id: WelcomeId::new(NOW, u32::try_from(n).expect("a small count")),
        guild: GuildId(n % 5),
        member: Member {
            id: UserId(n),
            username: format!("user{n}"),
            global_name: Some("小林".to_owned()),
            nick: None,
            discriminator: 0,
            avatar: Some("a_d5efa99b3eeaa7dd43acca82f5692432".to_owned()),
            guild_avatar: None,
            bot: false,
        },
        joined_at: NOW,
        queued_at: NOW,
        skip: None,
        screening: false,
        found: false,
    }
}
