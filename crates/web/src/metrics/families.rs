//! Which figures there are.

use bot::control::{ShardStatus, Status};
use bot::latency::Latencies;
use discord::Connection;
use domain::welcome::SkipReason;

use super::family::{Family, counter, counters, gauge, gauges, histogram, histograms, sum};
use super::{process, traffic};

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
        gauge(
            "standing_by",
            "1 while another process is the bot of the database and this one waits for its end",
            f64::from(u8::from(status.stands_by)),
        ),
    ];
    families.extend(
        status
            .tally
            .explained()
            .map(|(name, help, value)| counter(name, help.trim_end_matches('.'), value)),
    );
    families.extend(shards(&status.shards));
    families.extend(traffic::families(status));
    families.extend(events(status));
    families.extend(welcomes(status));
    families.extend(cards(status));
    families.extend(settings(status));
    families.extend(database(status));
    families.extend(backups(status));
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
    families.extend(machine());
    families
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no process has 8 PiB, nor so many files"
)]
fn machine() -> Vec<Family> {
    let mut families = Vec::new();
    if let Some(memory) = process::memory() {
        families.push(gauge(
            "resident_memory_bytes",
            "Physical memory of the process",
            memory.resident as f64,
        ));
        families.push(gauge(
            "resident_memory_peak_bytes",
            "The most physical memory that the process ever had",
            memory.peak as f64,
        ));
    }
    families.extend(
        process::cpu_seconds()
            .map(|took| sum("cpu_seconds", "CPU time of the process, user and system", took)),
    );
    families.extend(process::open_file_descriptors().map(|count| {
        gauge(
            "open_file_descriptors",
            "Files and sockets that the process has open",
            count as f64,
        )
    }));
    families.extend(
        process::file_descriptors_max()
            .map(|max| gauge("file_descriptors_max", "How many it may have open", max as f64)),
    );
    families
}

fn events(status: &Status) -> Vec<Family> {
    let kinds = &status.figures.kinds;
    vec![
        counters(
            "events",
            "Events of Discord whose effects are stored, by their names there",
            kinds
                .events
                .iter()
                .map(|(event, count)| (vec![("event", event.name().to_owned())], *count)),
        ),
        counters(
            "commands",
            "Commands, buttons and windows that were answered, by the command's first word and how it ended",
            kinds.commands.iter().map(|(group, outcome, count)| {
                let labels = vec![
                    ("group", (*group).to_owned()),
                    ("outcome", outcome.name().to_owned()),
                ];
                (labels, *count)
            }),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of what is in memory")]
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
        gauges(
            "shard_heartbeat_seconds",
            "From the shard's last heartbeat to its answer",
            shards
                .iter()
                .filter_map(|shard| Some((of(shard), shard.standing.heartbeat?.as_secs_f64()))),
        ),
        gauges(
            "shard_waiting_events",
            "Events that came in and wait for the database",
            shards
                .iter()
                .map(|shard| (of(shard), shard.waiting_events as f64)),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "rows of a table")]
fn welcomes(status: &Status) -> Vec<Family> {
    let given_up = counters(
        "welcomes_given_up",
        "Welcomes that the bot gave up posting, by the reason",
        status
            .figures
            .kinds
            .given_up
            .iter()
            .map(|(reason, count)| (vec![("reason", reason.name().to_owned())], *count)),
    );
    let Ok(stored) = &status.stored else {
        return vec![given_up];
    };
    let state = |state: &str, count: u64| (vec![("state", state.to_owned())], count as f64);
    let mut states = vec![state("pending", stored.pending), state("sending", stored.sending)];
    let mut not_posted = Vec::new();
    if let Some(settled) = &stored.settled {
        states.push(state("sent", settled.sent));
        not_posted.extend(SkipReason::ALL.map(|reason| {
            let count = settled.skipped.get(&reason).copied().unwrap_or(0);
            (vec![("reason", reason.name().to_owned())], count as f64)
        }));
    }
    vec![
        given_up,
        gauges(
            "welcomes",
            "Welcomes in the database, by where they stand; of more than 10,000, those that were sent are counted now and \
             then",
            states,
        ),
        gauges(
            "welcomes_not_posted",
            "Welcomes in the database that were not posted, by the reason; of more than 10,000 they are counted now and \
             then",
            not_posted,
        ),
        gauge(
            "guilds_parked_now",
            "Servers whose channel is gone or closed to the bot",
            stored.parked.len() as f64,
        ),
        gauge(
            "welcomes_oldest_seconds",
            "For how long the welcome has waited that waits longest, without those of parked servers and of members in screening",
            stored.load.oldest_waiting.as_secs_f64(),
        ),
        gauge(
            "welcomes_overdue_seconds",
            "For how long the welcome has been due that is due longest",
            stored.load.overdue.as_secs_f64(),
        ),
        gauge(
            "activity_unreadable",
            "Rows of stored messages that cannot be read: they are kept aside and are not counted",
            stored.unreadable_activity as f64,
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of what is in memory")]
fn cards(status: &Status) -> Vec<Family> {
    vec![
        gauge(
            "cards_waiting",
            "Pictures that wait for a painter, or that one is at",
            status.figures.cards_waiting as f64,
        ),
        counter(
            "card_overloads",
            "Pictures that were refused because too many waited",
            status.figures.card_overloads,
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
        histograms(
            "settings_access_seconds",
            "From asking for a server's settings to having them, kept or read",
            [(Vec::new(), status.figures.settings_access.clone())],
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "no database has 8 PiB")]
fn database(status: &Status) -> Vec<Family> {
    let store = &status.store;
    let mut families = vec![
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
        counter(
            "database_failures",
            "Reads and writes that ended in an error",
            store.failures,
        ),
        gauge(
            "database_waiting_writes",
            "Writes that wait for their commit",
            store.writes_waiting as f64,
        ),
        histograms(
            "database_write_seconds",
            "From asking for a write to its commit, waits included",
            [(Vec::new(), store.write_took.clone())],
        ),
        histograms(
            "database_read_seconds",
            "From asking for a read to its answer, waits included",
            [(Vec::new(), store.read_took.clone())],
        ),
    ];
    if let Ok(stored) = &status.stored {
        let size = stored.load.size;
        families.push(gauge(
            "database_size_bytes",
            "Room that the database takes: a file without its log, or a whole database on a server",
            size.bytes as f64,
        ));
        families.extend(size.log_bytes.map(|bytes| {
            gauge(
                "database_log_bytes",
                "Size of the write-ahead log beside the file",
                bytes as f64,
            )
        }));
    }
    families
}

/// Nothing where this bot makes no backups, so that an alert on their age is not raised there.
fn backups(status: &Status) -> Vec<Family> {
    let backups = &status.backups;
    let Some(every) = backups.every else {
        return Vec::new();
    };
    vec![
        gauge(
            "backup_interval_seconds",
            "From one backup of the database to the next",
            every.as_secs_f64(),
        ),
        gauge(
            "backup_last_made_timestamp_seconds",
            "When the newest backup of the database was made, in seconds since 1970; 0 while there is none",
            backups.last_made_at.map_or(0.0, |at| at.0 as f64 / 1000.0),
        ),
        gauge(
            "backup_last_size_bytes",
            "Its size",
            backups.last_size_bytes.unwrap_or(0) as f64,
        ),
        counter(
            "backup_failures",
            "Backups that could not be made",
            backups.failures,
        ),
    ]
}
