use std::collections::BTreeMap;
use std::time::Duration;

use bot::backups::BackupStatus;
use bot::control::{Figures, Load, Settled, ShardStatus, Stored};
use bot::latency::Histogram;
use bot::settings::SettingsStats;
use bot::{CommandOutcome, KindCounts, TallySnapshot};
use discord::{
    BreakerRates, BreakerState, ClassFigures, Connection, EventName, Health, LimitFigures, LimitScope,
    RequestOutcome, RouteClass, Standing,
};
use domain::histogram::Bounds;
use domain::time::UnixMs;
use domain::welcome::SkipReason;
use store::{DatabaseSize, StoreStats};

use super::*;

pub(crate) fn status() -> Status {
    Status {
        uptime: Duration::from_millis(1_500),
        stands_by: false,
        trouble: None,
        shards: vec![ShardStatus {
            id: 7,
            standing: Standing {
                connection: Connection::Alive,
                begun: 2,
                resumed: 5,
                heartbeat: Some(Duration::from_millis(42)),
            },
            last_event_age: Some(Duration::from_millis(250)),
            waiting_events: 3,
        }],
        health: vec![Health {
            class: RouteClass::Messages,
            state: BreakerState::Open,
            lasting: Duration::ZERO,
            reason: None,
            rates: BreakerRates {
                calls: 8,
                failed: 4,
                slow: 2,
            },
            next_probe_in: None,
        }],
        stored: Ok(Stored {
            pending: 3,
            sending: 0,
            settled: Some(Settled {
                skipped: BTreeMap::from([(SkipReason::Left, 4)]),
                ..Settled::default()
            }),
            parked: Vec::new(),
            unreadable_activity: 0,
            load: Load {
                oldest_waiting: Duration::from_secs(90),
                overdue: Duration::from_millis(1_500),
                size: DatabaseSize {
                    bytes: 8_192,
                    log_bytes: Some(4_096),
                },
            },
        }),
        settings: SettingsStats {
            hits: 9,
            misses: 1,
            ..SettingsStats::default()
        },
        store: StoreStats {
            writes: 6,
            ..StoreStats::default()
        },
        backups: BackupStatus {
            every: Some(Duration::from_secs(86_400)),
            last_made_at: Some(UnixMs(1_795_000_000_500)),
            ..BackupStatus::default()
        },
        tally: TallySnapshot {
            welcomes_sent: 11,
            ..TallySnapshot::default()
        },
        figures: figures(),
    }
}

fn figures() -> Figures {
    let took = Histogram::new(Bounds::REQUESTS);
    took.observe(Duration::from_millis(20));
    Figures {
        kinds: KindCounts {
            events: vec![(EventName::MessageCreate, 70)],
            given_up: vec![(SkipReason::Stale, 2)],
            commands: vec![("welcome", CommandOutcome::Done, 3)],
        },
        requests: vec![ClassFigures {
            class: RouteClass::Messages,
            requests: RequestOutcome::ALL.map(|outcome| (outcome, outcome as u64)),
            took: took.snapshot(),
            limit_waits: took.snapshot(),
            retries: 5,
            held_back: 6,
            transitions: [
                (BreakerState::Closed, 1),
                (BreakerState::Open, 2),
                (BreakerState::HalfOpen, 3),
            ],
        }],
        limits: Some(LimitFigures {
            limited: LimitScope::ALL.map(|scope| (scope, scope as u64)),
            queue_len: 8,
            invalid: 9,
            invalid_left: 491,
        }),
        settings_access: took.snapshot(),
        cards_waiting: 12,
        card_overloads: 13,
    }
}

#[test]
fn figures_stand_where_prometheus_looks_for_them() {
    let text = text(&status(), &Latencies::default(), "1.2.3");
    for line in [
        "# TYPE droas_welcomes_sent counter",
        "droas_welcomes_sent_total 11",
        "droas_build_info{version=\"1.2.3\"} 1.0",
        "droas_uptime_seconds 1.5",
        "droas_standing_by 0.0",
        "droas_shard_alive{shard=\"7\"} 1.0",
        "droas_shard_sessions_begun_total{shard=\"7\"} 2",
        "droas_shard_last_event_age_seconds{shard=\"7\"} 0.25",
        "droas_breaker_open{class=\"messages\"} 1.0",
        "droas_breaker_failed_percent{class=\"messages\"} 50.0",
        "droas_welcomes{state=\"pending\"} 3.0",
        "droas_welcomes_not_posted{reason=\"left\"} 4.0",
        "droas_settings_cache_hits_total 9",
        "droas_database_up 1.0",
        "droas_database_writes_total 6",
        "# TYPE droas_join_to_post_seconds histogram",
        "droas_join_to_post_seconds_bucket{le=\"3.0\"} 0",
        "droas_join_to_post_seconds_bucket{le=\"+Inf\"} 0",
        "droas_join_to_post_seconds_count 0",
        "droas_events_total{event=\"MESSAGE_CREATE\"} 70",
        "droas_welcomes_given_up_total{reason=\"stale\"} 2",
        "droas_commands_total{group=\"welcome\",outcome=\"done\"} 3",
        "droas_shard_heartbeat_seconds{shard=\"7\"} 0.042",
        "droas_shard_waiting_events{shard=\"7\"} 3.0",
        "droas_rest_requests_total{class=\"messages\",outcome=\"timeout\"} 4",
        "droas_rest_request_seconds_bucket{le=\"0.01\",class=\"messages\"} 0",
        "droas_rest_request_seconds_bucket{le=\"0.025\",class=\"messages\"} 1",
        "droas_rest_request_seconds_sum{class=\"messages\"} 0.02",
        "droas_rest_limit_wait_seconds_count{class=\"messages\"} 1",
        "droas_rest_retries_total{class=\"messages\"} 5",
        "droas_rest_held_back_total{class=\"messages\"} 6",
        "droas_rest_limited_total{scope=\"global\"} 2",
        "droas_rest_queue_requests 8.0",
        "droas_rest_invalid_requests 9.0",
        "droas_rest_invalid_requests_left 491.0",
        "droas_breaker_transitions_total{class=\"messages\",to=\"half-open\"} 3",
        "droas_welcomes_oldest_seconds 90.0",
        "droas_welcomes_overdue_seconds 1.5",
        "droas_welcomes_not_posted{reason=\"refused\"} 0.0",
        "droas_cards_waiting 12.0",
        "droas_card_overloads_total 13",
        "droas_settings_access_seconds_count 1",
        "droas_database_size_bytes 8192.0",
        "droas_database_log_bytes 4096.0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn every_figure_has_a_name_of_its_own_and_says_what_it_is() {
    let families = families::all(&status(), &Latencies::default(), "1");
    let names: std::collections::BTreeSet<_> = families.iter().map(|family| family.name).collect();
    assert_eq!(names.len(), families.len());
    for family in &families {
        assert!(
            !family.help.is_empty() && !family.help.ends_with('\n'),
            "{family:?}"
        );
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(family.name.bytes().all(plain), "{family:?}");
    }
}

/// As a query names it, its type, its labels, and what it tells.
fn listed(family: &Family) -> String {
    fn labels<T>(samples: &[Sample<T>]) -> String {
        let first = samples
            .first()
            .expect("the figures of this test leave no family empty");
        let names: Vec<_> = first.labels.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
    let (ending, kind, labels) = match &family.samples {
        Samples::Counters(samples) => ("_total", "counter", labels(samples)),
        Samples::Sums(samples) => ("_total", "counter", labels(samples)),
        Samples::Gauges(samples) => ("", "gauge", labels(samples)),
        Samples::Histograms(samples) => ("", "histogram", labels(samples)),
    };
    format!(
        "| `droas_{}{ending}` | {kind} | {labels} | {} |\n",
        family.name, family.help
    )
}

#[test]
#[cfg(target_os = "linux")]
fn handbook_lists_every_figure() {
    let families = families::all(&status(), &Latencies::default(), "1");
    let table: String = families.iter().map(listed).collect();
    let page = include_str!("../../../../docs/handbook/src/figures.md");
    assert!(
        page.contains(&table),
        "docs/handbook/src/figures.md is to have these rows:\n{table}"
    );
}

#[test]
fn database_that_does_not_answer_is_told_and_hides_nothing_else() {
    let status = Status {
        stored: Err(store::StoreError::Closed),
        ..status()
    };
    let text = text(&status, &Latencies::default(), "1");
    assert!(text.contains("\ndroas_database_up 0.0\n") && text.contains("\ndroas_welcomes_sent_total 11\n"));
    assert!(!text.contains("droas_welcomes{"));
}
