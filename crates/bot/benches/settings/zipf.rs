//! How often settings are found when guilds are asked for as unevenly as they are busy.

use domain::id::GuildId;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::database::Database;
use crate::figures::print;
use crate::guilds::{self, COUNT};

const GETS: u64 = 2_000_000;

/// Draws guilds, the one of rank `n` (from 0) in proportion to 1 / (n + 1).
pub(crate) struct Zipf {
    /// The sum of the shares up to each rank.
    sums: Vec<f64>,
}

impl Zipf {
    pub(crate) fn over(count: u64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=count).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self { sums: sums.collect() }
    }

    fn all(&self) -> f64 {
        *self.sums.last().expect("there are ranks")
    }

    /// A guild; those that are asked for often lie nowhere together.
    pub(crate) fn draw(&self, random: &mut SmallRng) -> GuildId {
        let at = random.random_range(0.0..self.all());
        let rank = self.sums.partition_point(|sum| *sum < at) as u64;
        guilds::guild(rank * 618_033 % COUNT)
    }

    /// The share of the first `count` ranks: what a cache finds that knows the future.
    fn share(&self, count: usize) -> f64 {
        self.sums[count - 1] / self.all()
    }
}

pub(crate) fn measure(database: &Database) {
    let zipf = Zipf::over(COUNT);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = database.open().await;
        for mib in [8, 16, 32] {
            let settings = guilds::settings(&store, mib << 20);
            settings.load(|_| {}).await.expect("readable");
            let mut random = SmallRng::seed_from_u64(7);
            let mut before = settings.stats();
            for n in 0..2 * GETS {
                if n == GETS {
                    // What was loaded first is replaced by what is used.
                    before = settings.stats();
                }
                settings.get(zipf.draw(&mut random)).await.expect("readable");
            }
            let stats = settings.stats();
            let (hits, misses) = (stats.hits - before.hits, stats.misses - before.misses);
            print(&format!(
                "| {mib} MiB | {} | {:.1} | {:.1} |",
                stats.entries,
                100.0 * hits as f64 / (hits + misses) as f64,
                100.0 * zipf.share(stats.entries)
            ));
        }
        store.close().await;
    });
}
