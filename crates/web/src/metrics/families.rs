//! Which figures there are.

use bot::control::{ShardStatus, Status};
use bot::latency::{Histogram, Latencies};
use discord::{BreakerState, Connection};
use domain::welcome::SkipReason;

use super::{Family, Sample, Samples, process};

/// All figures of a moment.
pub(super) fn all(status: &Status, latencies: &Latencies, version: &'static str) -> Vec<Family> {
    let mut families = vec![
        gauges(
            "build_info",
            "The version that runs; its value is always 1",
            [(vec![("version", version.to_owned())], 1.0)],
        ),
        gauge(
            "uptime_seconds",
            "Since the bot was put together",
            status.uptime.as_secs_f64(),
        ),
    ];
    families.extend(
        status
            .tally
            .explained()
            .map(|(name, help, value)| counter(name, help, value)),
    );
    families.extend(shards(&status.shards));
    families.extend(breakers(status));
    families.extend(welcomes(status));
    families.extend(settings(status));
    families.extend(database(status));
    families.extend([
        histogram(
            "event_handling_seconds",
            "From an event's arrival to the commit that holds it",
            &latencies.event_handling,
        ),
        histogram(
            "join_to_post_seconds",
            "From a join, by Discord's clock, to its welcome being known to stand in the channel",
            &latencies.join_to_post,
        ),
        histogram(
            "card_seconds",
            "From asking for a card to its bytes, with fetching the avatar and waiting for a thread",
            &latencies.card,
        ),
    ]);
    if let Some(memory) = process::memory() {
        families.extend([
            #[expect(clippy::cast_precision_loss, reason = "no process has 8 PiB")]
            gauge(
                "resident_memory_bytes",
                "Physical memory of the process",
                memory.resident as f64,
            ),
            #[expect(clippy::cast_precision_loss, reason = "no process has 8 PiB")]
            gauge(
                "resident_memory_peak_bytes",
                "The most physical memory that the process ever had",
                memory.peak as f64,
            ),
        ]);
    }
    families
}

fn shards(shards: &[ShardStatus]) -> Vec<Family> {
    let of = |shard: &ShardStatus| vec![("shard", shard.id.to_string())];
    let alive = |shard: &ShardStatus| f64::from(u8::from(shard.standing.connection == Connection::Alive));
    vec![
        gauges(
            "shard_alive",
            "Whether the shard's session is heard",
            shards.iter().map(|shard| (of(shard), alive(shard))),
        ),
        counters(
            "shard_sessions_begun",
            "Sessions that began anew (IDENTIFY); Discord allows a thousand a day",
            shards.iter().map(|shard| (of(shard), shard.standing.begun)),
        ),
        counters(
            "shard_sessions_resumed",
            "Sessions that were resumed (RESUME)",
            shards.iter().map(|shard| (of(shard), shard.standing.resumed)),
        ),
        gauges(
            "shard_last_event_age_seconds",
            "Since the shard's last event was taken",
            shards
                .iter()
                .filter_map(|shard| Some((of(shard), shard.last_event_age?.as_secs_f64()))),
        ),
    ]
}

fn breakers(status: &Status) -> Vec<Family> {
    let of = |class: &str| vec![("class", class.to_owned())];
    let health = &status.health;
    let open = |state: BreakerState| match state {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 0.5,
        BreakerState::Open => 1.0,
    };
    vec![
        gauges(
            "breaker_open",
            "Whether a class of requests is held back because Discord fails: 0 closed, 0.5 half-open, 1 open",
            health.iter().map(|one| (of(one.class.name()), open(one.state))),
        ),
        gauges(
            "breaker_calls",
            "Requests that a class is judged by at the moment",
            health
                .iter()
                .map(|one| (of(one.class.name()), f64::from(one.rates.calls))),
        ),
        gauges(
            "breaker_failed_percent",
            "How many of a hundred of these failed",
            health
                .iter()
                .map(|one| (of(one.class.name()), f64::from(one.rates.failed_percent()))),
        ),
        gauges(
            "breaker_slow_percent",
            "How many of a hundred of these were slow",
            health
                .iter()
                .map(|one| (of(one.class.name()), f64::from(one.rates.slow_percent()))),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "rows of a table")]
fn welcomes(status: &Status) -> Vec<Family> {
    let Ok(stored) = &status.stored else {
        return Vec::new();
    };
    let outbox = &stored.outbox;
    let state = |state: &str, count: u64| (vec![("state", state.to_owned())], count as f64);
    let reason =
        |(reason, count): (&SkipReason, &u64)| (vec![("reason", reason.name().to_owned())], *count as f64);
    vec![
        gauges(
            "welcomes",
            "Welcomes in the database, by where they stand",
            [
                state("pending", outbox.pending),
                state("sending", outbox.sending),
                state("sent", outbox.sent),
            ],
        ),
        gauges(
            "welcomes_not_posted",
            "Welcomes in the database that were not posted, by the reason",
            outbox.skipped.iter().map(reason),
        ),
        gauge(
            "guilds_parked_now",
            "Servers whose channel is gone or closed to the bot",
            stored.parked.len() as f64,
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "no cache has 8 PiB")]
fn settings(status: &Status) -> Vec<Family> {
    let settings = &status.settings;
    vec![
        counter(
            "settings_cache_hits",
            "Settings that were found in memory",
            settings.hits,
        ),
        counter(
            "settings_cache_misses",
            "Settings that were read from the database",
            settings.misses,
        ),
        counter(
            "settings_cache_evictions",
            "Settings that made room for others",
            settings.evictions,
        ),
        gauge(
            "settings_cache_guilds",
            "Servers whose settings are in memory",
            settings.entries as f64,
        ),
        gauge(
            "settings_cache_bytes",
            "Memory that they take",
            settings.bytes as f64,
        ),
    ]
}

fn database(status: &Status) -> Vec<Family> {
    let store = &status.store;
    vec![
        gauge(
            "database_up",
            "Whether the database answered just now",
            f64::from(u8::from(status.stored.is_ok())),
        ),
        counter(
            "database_writes",
            "Writes that are stored and acknowledged",
            store.writes,
        ),
        counter(
            "database_transactions",
            "Transactions that held them",
            store.transactions,
        ),
        counter(
            "database_lock_retries",
            "Times that another program's lock was waited for in vain and tried again",
            store.busy_retries,
        ),
    ]
}

fn counter(name: &'static str, help: &'static str, value: u64) -> Family {
    counters(name, help, [(Vec::new(), value)])
}

fn gauge(name: &'static str, help: &'static str, value: f64) -> Family {
    gauges(name, help, [(Vec::new(), value)])
}

type Labelled<T> = (Vec<(&'static str, String)>, T);

fn counters(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = Labelled<u64>>,
) -> Family {
    Family {
        name,
        help,
        samples: Samples::Counters(labelled(samples)),
    }
}

fn gauges(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = Labelled<f64>>,
) -> Family {
    Family {
        name,
        help,
        samples: Samples::Gauges(labelled(samples)),
    }
}

fn labelled<T>(samples: impl IntoIterator<Item = Labelled<T>>) -> Vec<Sample<T>> {
    let sample = |(labels, value)| Sample { labels, value };
    samples.into_iter().map(sample).collect()
}

fn histogram(name: &'static str, help: &'static str, histogram: &Histogram) -> Family {
    let taken = histogram.snapshot();
    Family {
        name,
        help,
        samples: Samples::Histogram {
            count: taken.buckets.iter().map(|(_, count)| count).sum(),
            buckets: taken.buckets,
            sum_s: taken.sum_s,
        },
    }
}
