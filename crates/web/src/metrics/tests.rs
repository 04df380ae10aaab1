use std::collections::BTreeMap;
use std::time::Duration;

use bot::TallySnapshot;
use bot::backups::BackupStatus;
use bot::control::{Figures, Load, ShardStatus, Stored};
use bot::settings::SettingsStats;
use discord::{BreakerRates, BreakerState, Connection, Health, RouteClass, Standing};
use domain::time::UnixMs;
use domain::welcome::SkipReason;
use store::{DatabaseSize, OutboxCounts, StoreStats};

use super::*;

pub(crate) fn status() -> Status {
    Status {
        uptime: Duration::from_millis(1_500),
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
            outbox: OutboxCounts {
                pending: 3,
                skipped: BTreeMap::from([(SkipReason::Left, 4)]),
                ..OutboxCounts::default()
            },
            parked: Vec::new(),
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
        figures: Figures::default(),
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
