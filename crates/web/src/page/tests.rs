use std::time::{Duration, Instant};

use bot::control::{Fate, ShardStatus};
use discord::{Connection, GatewayError, Standing};
use domain::id::{ChannelId, GuildId, MessageId, UserId};
use domain::welcome::{ParkReason, Parked, SkipReason, WelcomeState};

use super::*;
use crate::history::History;
use crate::metrics::tests::status as troubled;

const NOW: UnixMs = UnixMs(1_800_000_000_000);

fn view<'a>(status: Option<&'a Status>, recent: Result<Recent, String>) -> View<'a> {
    View {
        version: "1.2.3",
        status,
        recent,
        charts: charts(&History::default(), Instant::now(), Range::Hour),
        range: Range::Hour,
        now: NOW,
        signed_in: false,
    }
}

fn page(status: Option<&Status>, recent: Result<Recent, String>) -> String {
    super::status(&view(status, recent))
}

/// A bot that has been up for long and of which nothing is to be said.
fn well() -> Status {
    let mut status = Status {
        uptime: Duration::from_secs(90_000),
        health: Vec::new(),
        ..troubled()
    };
    status.shards[0].id = 0;
    if let Ok(stored) = &mut status.stored {
        stored.load.overdue = Duration::ZERO;
    }
    status
}

fn shard(id: u32, connection: Connection) -> ShardStatus {
    let mut shard = well().shards[0];
    shard.id = id;
    shard.standing = Standing {
        connection,
        ..shard.standing
    };
    shard
}

fn fate(user: u64, ago_s: i64, state: WelcomeState) -> Fate {
    Fate {
        guild: GuildId(41),
        user: UserId(user),
        joined_at: UnixMs(NOW.0 - 1_000 * ago_s),
        state,
        attempts: 1,
        next_attempt_at: NOW,
    }
}

fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part:?} is not in {page}");
    }
}

fn has_not(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(!page.contains(part), "{part:?} is in {page}");
    }
}

#[test]
fn bot_that_is_well_is_said_to_be() {
    let page = page(Some(&well()), Ok(Recent::default()));
    has(
        &page,
        &[
            "<title>✓ All is well · droas</title>",
            "<h1>All is well</h1>",
            "The connection to Discord is heard",
            "version 1.2.3 · up for 1 d 1 h",
            "Nobody has joined yet.",
            "None among the last welcomes.",
        ],
    );
    has_not(&page, &["Sign out", "<style", "style=\"", "onclick", "http://"]);
}

#[test]
fn whatever_readiness_tells_is_at_the_top_with_what_to_do() {
    let mut status = well();
    status.shards = vec![
        shard(0, Connection::Apart),
        shard(1, Connection::Refused(GatewayError::IntentNotGranted)),
    ];
    let shown = page(Some(&status), Ok(Recent::default()));
    has(
        &shown,
        &[
            "<h1>Something is wrong</h1>",
            "Shard 0 is connecting.",
            "look at this machine's network",
            "Shard 1 is refused.",
            "switch it on in the Developer Portal",
        ],
    );
    assert!(!crate::health::troubles(&status).is_empty());
    status.uptime = Duration::from_secs(5);
    has(
        &page(Some(&status), Ok(Recent::default())),
        &["<h1>Starting</h1>"],
    );

    let none = Status {
        shards: Vec::new(),
        ..well()
    };
    has(
        &page(Some(&none), Ok(Recent::default())),
        &["Discord has not told yet who the bot is.", "None yet: Discord"],
    );
    let standby = Status {
        stands_by: true,
        ..none
    };
    has(
        &page(Some(&standby), Ok(Recent::default())),
        &[
            "<h1>Standing by</h1>",
            "This one takes over",
            "None: another droas has them.",
        ],
    );
    assert_eq!(crate::health::troubles(&standby), []);
    let silent = Status {
        stored: Err(store::StoreError::Closed),
        ..well()
    };
    has(
        &page(Some(&silent), Err("it does not answer".to_owned())),
        &[
            "Something is wrong",
            "The database cannot be read",
            "it does not answer",
        ],
    );
    has(
        &page(None, Err("it does not answer".to_owned())),
        &["Something is wrong", "The bot does not tell how it is"],
    );
}

#[test]
fn breaker_that_is_open_is_told_and_is_no_reason_to_despair() {
    let status = Status {
        health: troubled().health,
        ..well()
    };
    has(
        &page(Some(&status), Ok(Recent::default())),
        &[
            "<h1>Working, but have a look</h1>",
            "Discord does not do well at posting messages.",
            "nothing is lost meanwhile",
            "left alone",
        ],
    );
}

#[test]
fn every_outcome_has_its_words() {
    let sent = WelcomeState::Sent {
        message: Some(MessageId(9)),
        channel: ChannelId(8),
        at: UnixMs(NOW.0 - 58_750),
    };
    let mut newest = vec![
        fate(1, 60, sent),
        fate(2, 120, WelcomeState::Sending),
        fate(3, 180, WelcomeState::Pending),
    ];
    newest.push(Fate {
        attempts: 4,
        next_attempt_at: UnixMs(NOW.0 + 90_000),
        ..fate(4, 240, WelcomeState::Pending)
    });
    newest.push(Fate {
        next_attempt_at: UnixMs(i64::MAX),
        ..fate(5, 300, WelcomeState::Pending)
    });
    for (index, reason) in SkipReason::ALL.into_iter().enumerate() {
        newest.push(fate(100 + index as u64, 7_200, WelcomeState::Skipped(reason)));
    }
    let failed = newest.iter().filter(|fate| {
        matches!(
            fate.state,
            WelcomeState::Skipped(SkipReason::NoChannel | SkipReason::UnknownOutcome)
        )
    });
    let recent = Recent {
        failed: failed.cloned().collect(),
        newest,
    };
    let page = page(Some(&well()), Ok(recent));
    has(
        &page,
        &[
            "1 min ago",
            " after 1.25 s",
            "https://discord.com/channels/41/8/9",
            "not known yet to be posted",
            " to be posted",
            "is tried in 1 min",
            "4 attempts",
            "for the member to pass screening",
            "<strong>The server has no channel for welcomes.</strong> Whoever manages",
        ],
    );
    for index in 0..SkipReason::ALL.len() {
        has(&page, &[&format!("<code>{}</code>", 100 + index)]);
    }
}

#[test]
fn long_history_is_told_with_the_age_of_its_count() {
    let mut status = well();
    let page_of = |status: &Status| page(Some(status), Ok(Recent::default()));
    assert!(!page_of(&status).contains("was counted"));
    let Ok(stored) = &mut status.stored else {
        panic!("it is readable");
    };
    let settled = stored.settled.as_mut().expect("counted");
    (settled.sent, settled.counted_ago) = (70_000, Duration::from_secs(120));
    has(&page_of(&status), &["<dd>70,000</dd>", "was counted 2 min ago"]);
    if let Ok(stored) = &mut status.stored {
        stored.settled = None;
    }
    has(
        &page_of(&status),
        &["<dt>to be posted</dt>", "<dd>being counted</dd>"],
    );
}

#[test]
fn welcome_that_is_long_overdue_and_backup_that_failed_are_told() {
    let mut status = well();
    if let Ok(stored) = &mut status.stored {
        stored.load.overdue = Duration::from_secs(130);
    }
    status.backups.error = Some("the folder backups cannot be written".to_owned());
    if let Ok(stored) = &mut status.stored {
        stored.unreadable_activity = 2;
    }
    has(
        &page(Some(&status), Ok(Recent::default())),
        &[
            "Working, but have a look",
            "A welcome has been due for 2 min.",
            "The last backup could not be made.</strong> The folder backups cannot be written.",
            "Some messages were stored and cannot be counted,",
        ],
    );
    // Where Discord is left alone, that is the reason.
    status.health = troubled().health;
    has_not(&page(Some(&status), Ok(Recent::default())), &["has been due"]);
}

#[test]
fn failure_of_the_last_hour_is_told_at_the_top() {
    let lately = fate(1, 3_000, WelcomeState::Skipped(SkipReason::Refused));
    let recent = |failed| {
        Ok(Recent {
            newest: Vec::new(),
            failed: vec![failed],
        })
    };
    has(
        &page(Some(&well()), recent(lately.clone())),
        &[
            "Working, but have a look",
            "1 member who joined within the last hour",
        ],
    );
    let long_ago = Fate {
        joined_at: UnixMs(NOW.0 - 4_000_000),
        ..lately
    };
    has(
        &page(Some(&well()), recent(long_ago)),
        &["All is well", "Discord refused the message"],
    );
}

#[test]
fn parked_servers_are_told_with_what_they_need_and_only_so_many() {
    let mut status = well();
    let parked = (0..30).map(|index| Parked {
        guild: GuildId(1_000 + index),
        channel: ChannelId(2_000 + index),
        reason: ParkReason::ALL[index as usize % 3],
        since: NOW,
    });
    if let Ok(stored) = &mut status.stored {
        stored.parked = parked.collect();
    }
    let page = page(Some(&status), Ok(Recent::default()));
    has(
        &page,
        &[
            "Nobody can be welcomed in 30 servers.",
            "<code>1000</code>",
            "<code>2024</code>",
            "The channel does not exist any more.",
            "allow the bot View Channel.",
            "Send Messages, Embed Links and Attach Files",
            "and 5 more.",
        ],
    );
    has_not(&page, &["<code>1025</code>"]);
}

#[test]
fn many_shards_take_few_lines_and_those_that_are_not_heard_come_first() {
    let mut status = well();
    status.shards = (0..1_000)
        .map(|id| match id {
            990.. => shard(id, Connection::Apart),
            _ => shard(id, Connection::Alive),
        })
        .collect();
    let page = page(Some(&status), Ok(Recent::default()));
    has(
        &page,
        &[
            "Shards 990, 991, 992, 993, 994 and 5 more are connecting.",
            "990<small> of 1000</small>",
            "and 984 more, of which 984 are heard",
        ],
    );
}

#[test]
fn text_from_elsewhere_cannot_become_markup() {
    let hostile = "<script>alert(1)</script>&\"'";
    let page = page(Some(&well()), Err(hostile.to_owned()));
    has(&page, &["&lt;script&gt;alert(1)&lt;/script&gt;&amp;"]);
    has_not(&page, &["<script>alert"]);
    has_not(&refusal(hostile), &["<script>alert"]);
}

#[test]
fn form_says_when_the_token_was_wrong() {
    has_not(
        &sign_in(false),
        &["This is not the token", "aria-invalid", "refresh"],
    );
    has(
        &sign_in(true),
        &[
            "This is not the token",
            "aria-invalid=\"true\"",
            "type=\"password\"",
        ],
    );
}
