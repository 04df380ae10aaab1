//! What is said at the control socket: `{"version":1,"command":"status"}` in, `{"version":1,"ok":{...}}` or
//! `{"version":1,"error":"..."}` out.

use std::collections::BTreeMap;
use std::fmt::Display;

use bot::control::{Reconnected, ShardStatus, Status, Stored};
use discord::{Connection, Health};
use domain::welcome::Parked;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of these words. It changes when an old program would misread a new one.
pub(crate) const VERSION: u32 = 1;

/// Parked guilds that are told one by one, so that an answer stays short.
const PARKED_TOLD_MAX: usize = 100;

/// What an operator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Request {
    /// How is the bot? Answered with a [`StatusReport`].
    Status,
    /// Connect anew. Answered with a [`ReconnectReport`].
    Reconnect {
        /// One shard; all where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shard: Option<u32>,
    },
    /// Forget what is assumed. Answered with a [`RefreshReport`].
    RefreshCache,
}

impl Request {
    /// The request as a line.
    pub(crate) fn line(self) -> String {
        let mut value = serde_json::to_value(self).expect("plain data");
        value["version"] = VERSION.into();
        format!("{value}\n")
    }

    /// # Errors
    /// The answer for whoever sent it.
    pub(super) fn read(line: &[u8]) -> Result<Self, Answer> {
        let mut asked: serde_json::Map<String, Value> = serde_json::from_slice(line)
            .map_err(|error| Answer::failed(format!("the request is no JSON object: {error}")))?;
        let version = asked.remove("version").unwrap_or_default();
        if version != VERSION {
            return Err(Answer::failed(format!(
                "the request's version is {version}, but this bot speaks {VERSION}; use the `droas ctl` of the bot's own version ({})",
                env!("CARGO_PKG_VERSION")
            )));
        }
        serde_json::from_value(asked.into())
            .map_err(|error| Answer::failed(format!("the request cannot be understood: {error}")))
    }
}

/// What the bot answers.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Answer {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ok: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Answer {
    pub(super) fn of(report: &impl Serialize) -> Self {
        Self {
            version: VERSION,
            ok: Some(serde_json::to_value(report).expect("plain data")),
            error: None,
        }
    }

    pub(super) fn failed(why: impl Display) -> Self {
        Self {
            version: VERSION,
            ok: None,
            error: Some(why.to_string()),
        }
    }

    pub(super) fn line(&self) -> String {
        let json = serde_json::to_string(self).expect("plain data");
        format!("{json}\n")
    }

    /// What was asked for.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(crate) fn into_result(self) -> Result<Value, String> {
        match (self.version, self.ok, self.error) {
            (VERSION, Some(report), None) => Ok(report),
            (_, _, Some(error)) => Err(error),
            (version, ..) => Err(format!(
                "the bot answers with version {version}, but this program speaks {VERSION}; use the `droas ctl` of the bot's own version"
            )),
        }
    }
}

/// How the bot is.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct StatusReport {
    pub(crate) bot_version: String,
    pub(crate) uptime_s: u64,
    /// Whether another process is the bot of the database.
    #[serde(default)]
    pub(crate) stands_by: bool,
    pub(crate) shards: Vec<ShardReport>,
    pub(crate) breakers: Vec<BreakerReport>,
    /// `None` when the database could not be read.
    pub(crate) outbox: Option<OutboxReport>,
    /// The first hundred by their ids.
    pub(crate) parked: Vec<ParkedReport>,
    pub(crate) parked_total: usize,
    pub(crate) database_error: Option<String>,
    /// `None` where this bot makes no backups by the clock.
    #[serde(default)]
    pub(crate) backups: Option<BackupReport>,
    /// What keeps the database from being written now, in a sentence, and since when.
    #[serde(default)]
    pub(crate) trouble: Option<TroubleReport>,
    /// Rows of stored messages that cannot be read, and are not counted.
    #[serde(default)]
    pub(crate) unreadable_activity: u64,
    pub(crate) settings: SettingsReport,
    /// Requests that Discord answered with 429 since the start.
    #[serde(default)]
    pub(crate) rate_limited: u64,
    /// What happened since the start, by names that are those of the tally.
    pub(crate) counters: BTreeMap<String, u64>,
}

/// How backups of the database's file are doing.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct BackupReport {
    pub(crate) every_s: u64,
    /// `None` while there is none.
    pub(crate) last_made_at_ms: Option<i64>,
    pub(crate) last_size_bytes: Option<u64>,
    /// Since the start.
    pub(crate) failures: u64,
    /// Why the last could not be made.
    pub(crate) error: Option<String>,
}

/// What keeps the database from being written.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct TroubleReport {
    pub(crate) sentence: String,
    pub(crate) lasting_s: u64,
}

/// What is kept of the servers' settings.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct SettingsReport {
    pub(crate) guilds: usize,
    pub(crate) bytes: usize,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) evictions: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ShardReport {
    pub(crate) id: u32,
    /// "alive", "connecting" or "refused".
    pub(crate) connection: String,
    pub(crate) sessions_begun: u64,
    pub(crate) sessions_resumed: u64,
    /// Since the last event; `None` before the first.
    pub(crate) last_event_age_s: Option<u64>,
    /// From the last heartbeat to its answer; `None` before the first of a connection.
    #[serde(default)]
    pub(crate) heartbeat_ms: Option<u64>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct BreakerReport {
    pub(crate) class: String,
    /// "closed" is well.
    pub(crate) state: String,
    pub(crate) lasting_s: u64,
    pub(crate) reason: Option<String>,
    pub(crate) calls: u32,
    pub(crate) failed_percent: u32,
    pub(crate) slow_percent: u32,
    pub(crate) next_probe_in_ms: Option<u64>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct OutboxReport {
    pub(crate) pending: u64,
    pub(crate) sending: u64,
    /// `None`, and nothing in `skipped`, until a long history was counted for the first time.
    pub(crate) sent: Option<u64>,
    pub(crate) skipped: BTreeMap<String, u64>,
    /// How long ago those two were counted, where the history is long.
    #[serde(default)]
    pub(crate) counted_ago_s: u64,
    /// For how long the welcome waits that waits longest, of servers that can be greeted in; 0 when none waits.
    #[serde(default)]
    pub(crate) oldest_waiting_s: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ParkedReport {
    /// Ids are texts, since JavaScript rounds them.
    pub(crate) guild: String,
    pub(crate) channel: String,
    pub(crate) reason: String,
    pub(crate) since_ms: i64,
}

/// What became of the shards that were told to connect anew.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ReconnectReport {
    pub(crate) shards: Vec<ReconnectedReport>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ReconnectedReport {
    pub(crate) id: u32,
    /// "resumed", "begun_anew", "not_yet" or "refused".
    pub(crate) outcome: String,
    /// Why it was refused.
    pub(crate) error: Option<String>,
}

/// What was forgotten.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RefreshReport {
    /// Guilds that were left alone because their channel was closed, and are tried again at once.
    pub(crate) parked_retried: usize,
    /// Guilds whose settings were read anew.
    pub(crate) settings_read: u64,
}

impl StatusReport {
    pub(super) fn of(status: &Status) -> Self {
        let (stored, database_error) = match &status.stored {
            Ok(stored) => (Some(stored), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let parked = stored.map_or(&[][..], |stored| &stored.parked);
        Self {
            bot_version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime_s: status.uptime.as_secs(),
            stands_by: status.stands_by,
            shards: status.shards.iter().map(ShardReport::of).collect(),
            breakers: status.health.iter().map(BreakerReport::of).collect(),
            outbox: stored.map(OutboxReport::of),
            parked: parked
                .iter()
                .take(PARKED_TOLD_MAX)
                .map(ParkedReport::of)
                .collect(),
            parked_total: parked.len(),
            database_error,
            backups: status.backups.every.map(|every| BackupReport {
                every_s: every.as_secs(),
                last_made_at_ms: status.backups.last_made_at.map(|at| at.0),
                last_size_bytes: status.backups.last_size_bytes,
                failures: status.backups.failures,
                error: status.backups.error.clone(),
            }),
            trouble: status.trouble.as_ref().map(|trouble| TroubleReport {
                sentence: trouble.sentence.clone(),
                lasting_s: trouble.since.elapsed().as_secs(),
            }),
            unreadable_activity: stored.map_or(0, |stored| stored.unreadable_activity),
            settings: SettingsReport {
                guilds: status.settings.entries,
                bytes: status.settings.bytes,
                hits: status.settings.hits,
                misses: status.settings.misses,
                evictions: status.settings.evictions,
            },
            rate_limited: status
                .figures
                .limits
                .iter()
                .flat_map(|limits| limits.limited)
                .map(|(_, count)| count)
                .sum(),
            counters: status
                .tally
                .named()
                .map(|(name, count)| (name.to_owned(), count))
                .collect(),
        }
    }
}

impl OutboxReport {
    fn of(stored: &Stored) -> Self {
        let settled = stored.settled.as_ref();
        let skipped = settled.iter().flat_map(|settled| &settled.skipped);
        Self {
            pending: stored.pending,
            sending: stored.sending,
            sent: settled.map(|settled| settled.sent),
            skipped: skipped
                .map(|(reason, count)| (reason.name().to_owned(), *count))
                .collect(),
            counted_ago_s: settled.map_or(0, |settled| settled.counted_ago.as_secs()),
            oldest_waiting_s: stored.load.oldest_waiting.as_secs(),
        }
    }
}

impl ShardReport {
    fn of(shard: &ShardStatus) -> Self {
        Self {
            id: shard.id,
            connection: shard.standing.connection.name().to_owned(),
            sessions_begun: shard.standing.begun,
            sessions_resumed: shard.standing.resumed,
            last_event_age_s: shard.last_event_age.map(|age| age.as_secs()),
            heartbeat_ms: shard
                .standing
                .heartbeat
                .map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// Whether events are heard.
    pub(crate) fn is_alive(&self) -> bool {
        self.connection == Connection::Alive.name()
    }
}

impl BreakerReport {
    fn of(health: &Health) -> Self {
        Self {
            class: health.class.name().to_owned(),
            state: health.state.name().to_owned(),
            lasting_s: health.lasting.as_secs(),
            reason: health.reason.map(|reason| reason.name().to_owned()),
            calls: health.rates.calls,
            failed_percent: health.rates.failed_percent(),
            slow_percent: health.rates.slow_percent(),
            next_probe_in_ms: health
                .next_probe_in
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

impl ParkedReport {
    fn of(parked: &Parked) -> Self {
        Self {
            guild: parked.guild.to_string(),
            channel: parked.channel.to_string(),
            reason: parked.reason.name().to_owned(),
            since_ms: parked.since.0,
        }
    }
}

impl ReconnectReport {
    pub(super) fn of(outcomes: Vec<(u32, Reconnected)>) -> Self {
        let shards = outcomes.into_iter().map(|(id, outcome)| {
            let (outcome, error) = match outcome {
                Reconnected::Resumed => ("resumed", None),
                Reconnected::BegunAnew => ("begun_anew", None),
                Reconnected::NotYet => ("not_yet", None),
                Reconnected::Refused(error) => ("refused", Some(error.to_string())),
            };
            ReconnectedReport {
                id,
                outcome: outcome.to_owned(),
                error,
            }
        });
        Self {
            shards: shards.collect(),
        }
    }
}
