//! Many worlds, several at once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing_subscriber::EnvFilter;

use crate::canary;
use crate::in_process::InProcess;
use crate::plan::{Deaths, Plan};
use crate::processes::Program;
use crate::scene::{self, Played, WORLD_TIME_MAX};
use crate::subject::Bot;

/// How many worlds are played when nobody asks for more.
const SEEDS_IN_PROCESS: u64 = 300;
const SEEDS_OF_KILLS: u64 = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_everybody_who_stayed_is_greeted_once() {
    let suite = Suite {
        name: "whatever_fails",
        deaths: Deaths::InOrder,
        at_once: 8,
    };
    let played = suite.play(seeds("CHAOS_SEEDS", SEEDS_IN_PROCESS)).await;
    if played.worlds >= SEEDS_IN_PROCESS {
        for fault in [
            "cdn",
            "error_after",
            "error_before",
            "outage",
            "rate_limited",
            "reset_after",
            "reset_before",
            "silence_after",
            "silence_before",
        ] {
            assert!(
                played.sum.faults.contains_key(fault),
                "{fault} never struck: {:?}",
                played.sum.faults
            );
        }
        assert!(
            played.sum.joins >= 100 * SEEDS_IN_PROCESS,
            "{} joins",
            played.sum.joins
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_it_is_killed_everybody_who_stayed_is_greeted_once() {
    let suite = Suite {
        name: "whenever_it_is_killed",
        deaths: Deaths::Kills,
        at_once: 3,
    };
    let played = suite.play(seeds("CHAOS_KILL_SEEDS", SEEDS_OF_KILLS)).await;
    if played.worlds >= SEEDS_OF_KILLS {
        assert!(played.sum.kills >= SEEDS_OF_KILLS, "{} kills", played.sum.kills);
    }
}

/// `CHAOS_SEED=7` plays that one world; `CHAOS_SEEDS=1000` the first thousand, `CHAOS_SEEDS=301-1300` those.
fn seeds(variable: &str, usual: u64) -> RangeInclusive<u64> {
    let number = |text: &str| text.trim().parse().expect("a seed is a number");
    if let Ok(seed) = std::env::var("CHAOS_SEED") {
        // One world alone may tell what it does; RUST_LOG says of what.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .try_init();
        let seed = number(&seed);
        return seed..=seed;
    }
    match std::env::var(variable) {
        Ok(asked) => match asked.split_once('-') {
            Some((from, to)) => number(from)..=number(to),
            None => 1..=number(&asked),
        },
        Err(_) => 1..=usual,
    }
}

struct Suite {
    /// The start of the test's name, which `cargo test` takes.
    name: &'static str,
    deaths: Deaths,
    at_once: usize,
}

/// What all worlds came to together.
struct Sum {
    worlds: u64,
    sum: Played,
}

impl Suite {
    /// Plays all worlds, and then tells of those that were not as they should be.
    async fn play(&self, seeds: RangeInclusive<u64>) -> Sum {
        let began = Instant::now();
        canary::listen();
        let places = Arc::new(Semaphore::new(self.at_once));
        let mut worlds = JoinSet::new();
        for seed in seeds {
            let (places, deaths) = (Arc::clone(&places), self.deaths);
            worlds.spawn(async move {
                let _place = places.acquire_owned().await.expect("it is never closed");
                let begun = Instant::now();
                let played = tokio::time::timeout(WORLD_TIME_MAX, one(seed, deaths)).await;
                let played = played.unwrap_or_else(|_| Err(anyhow::anyhow!("it hangs")));
                (seed, played, begun.elapsed())
            });
        }
        let mut total = Sum {
            worlds: 0,
            sum: Played::default(),
        };
        let mut failed = BTreeMap::new();
        let mut slowest = (0, std::time::Duration::ZERO);
        while let Some(ended) = worlds.join_next().await {
            let (seed, played, took) = ended.expect("a world does not panic");
            total.worlds += 1;
            if took > slowest.1 {
                slowest = (seed, took);
            }
            match played {
                Ok(played) => total.sum.add(played),
                Err(error) => {
                    eprintln!("{}\n{error:#}", self.again(seed));
                    failed.insert(seed, error);
                }
            }
        }
        let worlds = total.worlds;
        eprintln!(
            "{worlds} worlds in {:.0?}, the slowest (seed {}) in {:.1?}: {:?}",
            began.elapsed(),
            slowest.0,
            slowest.1,
            total.sum
        );
        let commands: Vec<_> = failed.keys().map(|seed| self.again(*seed)).collect();
        assert!(
            commands.is_empty(),
            "{} of {worlds} worlds are not as they should be; play them again:\n{}",
            failed.len(),
            commands.join("\n")
        );
        if self.deaths == Deaths::InOrder {
            canary::nothing_was_heard().expect("logs tell nothing of people");
        }
        total
    }

    /// The command that plays a world again.
    fn again(&self, seed: u64) -> String {
        format!(
            "CHAOS_SEED={seed} cargo test -p droas --test chaos -- {}",
            self.name
        )
    }
}

async fn one(seed: u64, deaths: Deaths) -> anyhow::Result<Played> {
    let plan = Plan::drawn(seed, deaths);
    let bot = match deaths {
        Deaths::InOrder => Bot::InProcess(InProcess::new(&plan)?),
        Deaths::Kills => Bot::Program(Program::new(&plan)?),
    };
    scene::play(&plan, bot).await
}

impl Played {
    fn add(&mut self, other: Self) {
        self.joins += other.joins;
        self.messages += other.messages;
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.resumes += other.resumes;
        self.kills += other.kills;
        self.earned_429 += other.earned_429;
    }
}
