//! Reading from the database, and changing.

use std::path::Path;
use std::time::{Duration, Instant};

use bot::settings::{ChangeError, Settings};
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use tokio::task::JoinSet;

use crate::figures::{percentile, print};
use crate::guilds;

const READS: u64 = 20_000;
const CHANGES: u64 = 5_000;
const AT_ONCE: u64 = 1_000;

pub(crate) fn measure(database: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = guilds::open(database).await;
        let settings = guilds::settings(&store, 32 << 20);
        let begun = Instant::now();
        let mut times = Vec::new();
        for n in 0..READS {
            let begun = Instant::now();
            let read = settings.refresh(guilds::guild(n * 47 % guilds::COUNT)).await;
            times.push(begun.elapsed());
            read.expect("readable");
        }
        report("read from the database", times, begun.elapsed());

        let begun = Instant::now();
        let mut times = Vec::new();
        for n in 0..CHANGES {
            times.extend(change(&settings, guilds::guild(n * 31 % guilds::COUNT), n).await);
        }
        report("change, one after the other", times, begun.elapsed());

        for (what, guild) in [
            ("1,000 changes at once to one guild", None),
            ("1,000 changes at once to 1,000 guilds", Some(3)),
        ] {
            let begun = Instant::now();
            let mut running = JoinSet::new();
            for n in 0..AT_ONCE {
                let settings = settings.clone();
                let guild = guilds::guild(guild.map_or(1, |step| n * step));
                running.spawn(async move { change(&settings, guild, n + CHANGES).await });
            }
            let times = running.join_all().await.into_iter().flatten().collect();
            report(what, times, begun.elapsed());
        }
        let one = settings.get(guilds::guild(1)).await.expect("readable");
        assert_eq!(one.version, 2 + AT_ONCE, "a version each");
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

fn report(what: &str, mut times: Vec<Duration>, took: Duration) {
    print(&format!(
        "| {what} | {} | {} | {} | {:.0} | {:.1} |",
        times.len(),
        percentile(&mut times, 50).as_micros(),
        percentile(&mut times, 99).as_micros(),
        times.len() as f64 / took.as_secs_f64(),
        took.as_secs_f64()
    ));
}
