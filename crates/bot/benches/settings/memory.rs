//! A million guilds in memory: in our cache, and in moka.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::id::GuildId;
use domain::settings::StoredSettings;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::database::Database;
use crate::figures::{cpu_time, memory_bytes, percentile, print, seconds};
use crate::guilds::{self, COUNT};
use crate::zipf::Zipf;

const GETS: usize = 1_000_000;
const PAGE_LEN: usize = 10_000;

pub(crate) fn ours(database: &Database) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = database.open().await;
        let settings = guilds::settings(&store, 1 << 30);
        let server_before = database.server_cpu_time().await;
        let before = Before::now();
        settings.load(|_| {}).await.expect("readable");
        let mut loaded = before.measured();
        let server_after = database.server_cpu_time().await;
        loaded.server_cpu = server_after
            .zip(server_before)
            .map(|(after, before)| after - before);
        let mut gets = Vec::new();
        for guilds in asked_for() {
            let mut times = Vec::with_capacity(GETS);
            for guild in guilds {
                let begun = Instant::now();
                let got = settings.get(guild).await;
                times.push(begun.elapsed());
                assert_eq!(got.expect("readable").version, 2);
            }
            gets.push(times);
        }
        let stats = settings.stats();
        assert_eq!((stats.entries as u64, stats.misses), (COUNT, 0));
        let name = format!("ours, packed in buckets; from {}", database.name());
        loaded.report(&name, Some(stats.bytes), gets);
        store.close().await;
    });
}

/// As it would be used by most: the settings behind an `Arc`.
pub(crate) fn moka(database: &Database) {
    in_moka(database, "moka, `Arc<StoredSettings>`", Arc::new, |kept| {
        kept.version
    });
}

/// With the same bytes that we pack.
pub(crate) fn moka_packed(database: &Database) {
    let pack = |stored: StoredSettings| {
        let texts: usize = stored
            .settings
            .entries()
            .map(|(_, text)| text.len())
            .filter(|len| *len > 64)
            .sum();
        let mut packed = vec![0_u8; 29 + texts];
        packed[0] = u8::try_from(stored.version).expect("small");
        Arc::<[u8]>::from(packed)
    };
    in_moka(database, "moka, packed `Arc<[u8]>`", pack, |kept| kept[0].into());
}

fn in_moka<T: Clone + Send + Sync + 'static>(
    database: &Database,
    name: &str,
    keep: impl Fn(StoredSettings) -> T,
    version: impl Fn(T) -> u64,
) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = database.open().await;
        let cache = moka::sync::Cache::<GuildId, T>::builder()
            .max_capacity(1 << 30)
            .weigher(|_, _| 100)
            .time_to_live(Duration::from_secs(3600))
            .build();
        let before = Before::now();
        let mut after = None;
        loop {
            let page = store.settings_page(after, PAGE_LEN).await.expect("readable");
            let Some(last) = page.last() else { break };
            after = Some(last.guild);
            for stored in page {
                cache.insert(stored.guild, keep(stored));
            }
        }
        cache.run_pending_tasks();
        let loaded = before.measured();
        let mut gets = Vec::new();
        for guilds in asked_for() {
            let mut times = Vec::with_capacity(GETS);
            for guild in guilds {
                let begun = Instant::now();
                let got = cache.get(&guild);
                times.push(begun.elapsed());
                assert_eq!(version(got.expect("kept")), 2);
            }
            gets.push(times);
        }
        loaded.report(name, None, gets);
        store.close().await;
    });
}

/// Guilds to ask for: first by Zipf, then each as often, which finds nothing in the processor's own caches.
fn asked_for() -> [Vec<GuildId>; 2] {
    let zipf = Zipf::over(COUNT);
    let mut random = SmallRng::seed_from_u64(1);
    [
        (0..GETS).map(|_| zipf.draw(&mut random)).collect(),
        (0..GETS)
            .map(|_| guilds::guild(random.random_range(0..COUNT)))
            .collect(),
    ]
}

struct Before {
    bytes: usize,
    cpu: Duration,
    at: Instant,
}

impl Before {
    fn now() -> Self {
        Self {
            bytes: memory_bytes(),
            cpu: cpu_time(),
            at: Instant::now(),
        }
    }

    fn measured(&self) -> Loaded {
        Loaded {
            bytes: memory_bytes().saturating_sub(self.bytes),
            cpu: cpu_time() - self.cpu,
            server_cpu: None,
            took: self.at.elapsed(),
        }
    }
}

struct Loaded {
    bytes: usize,
    cpu: Duration,
    server_cpu: Option<Duration>,
    took: Duration,
}

impl Loaded {
    fn report(&self, name: &str, own_count: Option<usize>, gets: Vec<Vec<Duration>>) {
        let latencies = gets.into_iter().map(|mut times| {
            let [p50, p99] = [50, 99].map(|percent| percentile(&mut times, percent).as_nanos());
            format!("{p50} / {p99}")
        });
        let mb = |bytes: usize| bytes as f64 / 1e6;
        print(&format!(
            "| {name} | {:.1} | {} | {:.0} | {:.2} | {:.2} | {} | {} |",
            mb(self.bytes),
            own_count.map_or(String::from("-"), |bytes| format!("{:.1}", mb(bytes))),
            self.bytes as f64 / COUNT as f64,
            self.took.as_secs_f64(),
            self.cpu.as_secs_f64(),
            seconds(self.server_cpu),
            latencies.collect::<Vec<_>>().join(" | "),
        ));
    }
}
