//! Reading from the database, and changing.

use std::time::{Duration, Instant};

use bot::settings::{ChangeError, Settings};
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use tokio::task::JoinSet;

use crate::database::Database;
use crate::figures::{cpu_time, percentile, print, seconds};
use crate::guilds;

const READS: u64 = 20_000;
const CHANGES: u64 = 5_000;
/// To one guild, whose tries grow with the square of it: a thousand take minutes on a server.
const AT_ONCE_TO_ONE: u64 = 200;
const AT_ONCE_TO_MANY: u64 = 1_000;
/// The guild that all want to change at once; no other change goes to it before.
const HERDED: u64 = 1;

pub(crate) fn measure(database: &Database) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = database.open().await;
        let settings = guilds::settings(&store, 32 << 20);
        let measured = Measured::begin(database).await;
        let mut times = Vec::new();
        for n in 0..READS {
            let begun = Instant::now();
            let read = settings.refresh(guilds::guild(n * 47 % guilds::COUNT)).await;
            times.push(begun.elapsed());
            read.expect("readable");
        }
        measured.report("read from the database", times).await;

        let measured = Measured::begin(database).await;
        let mut times = Vec::new();
        for n in 0..CHANGES {
            times.extend(change(&settings, guilds::guild(n * 31 % guilds::COUNT), n).await);
        }
        measured.report("change, one after the other", times).await;

        for (what, count, step) in [
            ("200 changes at once to one guild", AT_ONCE_TO_ONE, 0),
            ("1,000 changes at once to 1,000 guilds", AT_ONCE_TO_MANY, 3),
        ] {
            let measured = Measured::begin(database).await;
            let mut running = JoinSet::new();
            for n in 0..count {
                let settings = settings.clone();
                let guild = guilds::guild(HERDED + n * step);
                running.spawn(async move { change(&settings, guild, n + CHANGES).await });
            }
            let times = running.join_all().await.into_iter().flatten().collect();
            measured.report(what, times).await;
        }
        let one = settings.get(guilds::guild(HERDED)).await.expect("readable");
        assert_eq!(one.version, 2 + AT_ONCE_TO_ONE + 1, "a version each");
        store.close().await;
    });
}

/// Asks until the change is made, from whatever version there is. Returns how long each try took.
async fn change(settings: &Settings, guild: GuildId, n: u64) -> Vec<Duration> {
    let patch = Patch::new().set(Field::FarewellChannel, (n + 1).to_string());
    let mut from = settings.get(guild).await.expect("readable").version;
    let mut times = Vec::new();
    loop {
        let begun = Instant::now();
        let changed = settings.change(guild, from, &patch, Some(UserId(n))).await;
        times.push(begun.elapsed());
        match changed {
            Ok(_) => return times,
            Err(ChangeError::Stale { current, .. }) => from = current.version,
            Err(error) => panic!("{error}"),
        }
    }
}

struct Measured<'a> {
    database: &'a Database,
    server_cpu: Option<Duration>,
    cpu: Duration,
    at: Instant,
}

impl<'a> Measured<'a> {
    async fn begin(database: &'a Database) -> Self {
        Self {
            database,
            server_cpu: database.server_cpu_time().await,
            cpu: cpu_time(),
            at: Instant::now(),
        }
    }

    async fn report(self, what: &str, mut times: Vec<Duration>) {
        let (took, cpu) = (self.at.elapsed(), cpu_time() - self.cpu);
        let server_cpu = self.database.server_cpu_time().await;
        let server_cpu = server_cpu
            .zip(self.server_cpu)
            .map(|(after, before)| after - before);
        print(&format!(
            "| {} | {what} | {} | {} | {} | {:.0} | {} | {} | {} |",
            self.database.name(),
            times.len(),
            percentile(&mut times, 50).as_micros(),
            percentile(&mut times, 99).as_micros(),
            times.len() as f64 / took.as_secs_f64(),
            seconds(Some(took)),
            seconds(Some(cpu)),
            seconds(server_cpu),
        ));
    }
}
