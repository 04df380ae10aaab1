//! What stands first: how the bot is, in words, and what to do about it.

use std::time::Duration;

use bot::control::Status;
use discord::{BreakerState, Connection, Health};
use domain::time::UnixMs;
use maud::{Markup, html};

use super::View;
use super::said;
use crate::health::{self, Trouble};

/// A bot that is no older than this may still be on its way.
const STARTING: Duration = Duration::from_secs(60);

/// How long ago a welcome may have failed to be worth a word at the top.
const LATELY: Duration = Duration::from_secs(3_600);

/// For how long a welcome may be due before that is worth a word.
const OVERDUE: Duration = Duration::from_secs(60);

/// How the bot is.
#[derive(Debug)]
pub(super) struct Verdict {
    level: Level,
    findings: Vec<Finding>,
    /// What to add when there is nothing to find.
    calm: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// It does its work.
    Well,
    /// Another process does its work, and it waits for the end of that one.
    StandingBy,
    /// It does its work, but for something.
    Look,
    /// It cannot do its work yet.
    Starting,
    /// It cannot do its work.
    Wrong,
}

/// Something that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    what: String,
    /// What to do.
    remedy: String,
}

impl Verdict {
    pub(super) fn of(view: &View<'_>) -> Self {
        let Some(status) = view.status else {
            return Self {
                level: Level::Wrong,
                findings: vec![Finding {
                    what: said::capitalised(&Trouble::NoAnswer.to_string()),
                    remedy: "Look at the database and its disk or server; the log says more. Nothing is lost meanwhile: the bot goes \
                             on when the database does."
                        .to_owned(),
                }],
                calm: String::new(),
            };
        };
        let mut findings = in_the_way(status);
        let level = if !findings.is_empty() {
            if status.uptime < STARTING {
                Level::Starting
            } else {
                Level::Wrong
            }
        } else if status.stands_by {
            Level::StandingBy
        } else {
            Level::Well
        };
        findings.extend(status.health.iter().filter_map(breaker));
        findings.extend(overdue(status));
        findings.extend(parked(status));
        findings.extend(failures(view));
        findings.extend(backups(status));
        findings.extend(unreadable(status));
        let level = if findings.is_empty() {
            level
        } else {
            level.max(Level::Look)
        };
        Self {
            level,
            findings,
            calm: calm(status),
        }
    }

    /// The verdict in three words.
    pub(super) fn title(&self) -> &'static str {
        match self.level {
            Level::Well => "All is well",
            Level::StandingBy => "Standing by",
            Level::Look => "Working, but have a look",
            Level::Starting => "Starting",
            Level::Wrong => "Something is wrong",
        }
    }

    /// A sign for it, for the tab.
    pub(super) fn word(&self) -> &'static str {
        match self.level {
            Level::Well | Level::StandingBy => "✓",
            Level::Look => "!",
            Level::Starting => "…",
            Level::Wrong => "✗",
        }
    }

    pub(super) fn shown(&self) -> Markup {
        let (class, sign) = match self.level {
            Level::Well => ("verdict well", "M7 12.5l3.5 3.5L17 9"),
            Level::Look => ("verdict look", "M12 7v6M12 16.5v.01"),
            Level::StandingBy => ("verdict well", "M9.5 8v8M14.5 8v8"),
            Level::Starting => ("verdict look", "M12 7v5l3.5 2"),
            Level::Wrong => ("verdict wrong", "M8.5 8.5l7 7M15.5 8.5l-7 7"),
        };
        html! {
            section #verdict class=(class) role="status" {
                svg.sign viewBox="0 0 24 24" aria-hidden="true" { circle cx="12" cy="12" r="11" {} path d=(sign) {} }
                div {
                    h1 { (self.title()) }
                    @if self.findings.is_empty() {
                        p { (self.calm) }
                    } @else {
                        ul {
                            @for finding in &self.findings {
                                li { strong { (finding.what) } " " (finding.remedy) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What `/readyz` tells too, with what to do about each.
fn in_the_way(status: &Status) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut connecting = Vec::new();
    for trouble in health::troubles(status) {
        let remedy = match &trouble {
            Trouble::Shard { id, .. } => {
                let shard = status.shards.iter().find(|shard| shard.id == *id);
                match shard.map(|shard| shard.standing.connection) {
                    Some(Connection::Refused(error)) => format!("{error}."),
                    _ => {
                        connecting.push(*id);
                        continue;
                    }
                }
            }
            Trouble::NotStarted => "This takes some seconds after a start. If it lasts, Discord cannot be reached from here: look at \
                 this machine's network and at the log."
                .to_owned(),
            Trouble::Database(_) => {
                "Look at the database and its disk or server. Nothing is lost: Discord tells again what could not be stored."
                    .to_owned()
            }
            // It says itself what to do.
            _ => String::new(),
        };
        findings.push(Finding {
            what: format!(
                "{}.",
                said::capitalised(trouble.to_string().trim_end_matches('.'))
            ),
            remedy,
        });
    }
    if !connecting.is_empty() {
        findings.push(Finding {
            what: connecting_shards(&connecting),
            remedy: "The bot goes on trying, and nothing is lost. If it lasts for minutes, look at this machine's network, at \
                     discordstatus.com and at the log."
                .to_owned(),
        });
    }
    findings
}

/// `Shards 0, 1, 2 and 997 more are connecting.`
fn connecting_shards(ids: &[u32]) -> String {
    const NAMED_MAX: usize = 5;
    if let [only] = ids {
        return format!("Shard {only} is connecting.");
    }
    let named: Vec<String> = ids.iter().take(NAMED_MAX).map(u32::to_string).collect();
    match ids.len().saturating_sub(NAMED_MAX) {
        0 => format!("Shards {} are connecting.", named.join(", ")),
        more => format!("Shards {} and {more} more are connecting.", named.join(", ")),
    }
}

fn breaker(health: &Health) -> Option<Finding> {
    let class = super::standing::requests(health.class);
    let what = match (health.state, health.reason) {
        (BreakerState::Closed, _) => return None,
        (_, Some(reason)) => format!("Discord does not do well at {class}: {}.", reason.name()),
        (_, None) => format!("Discord does not do well at {class}."),
    };
    let next = match health.next_probe_in {
        Some(wait) if !wait.is_zero() => {
            format!("asks again in {}", said::span(wait + Duration::from_millis(999)))
        }
        _ => "is asking whether it is well again".to_owned(),
    };
    Some(Finding {
        what,
        remedy: format!(
            "The bot leaves it alone and {next}; nothing is lost meanwhile. If it lasts, look at discordstatus.com and at this \
             machine's network."
        ),
    })
}

/// Something waits for long, and no breaker says why.
fn overdue(status: &Status) -> Option<Finding> {
    let overdue = status.stored.as_ref().ok()?.load.overdue;
    let is_held_back = status
        .health
        .iter()
        .any(|health| health.state != BreakerState::Closed);
    (overdue >= OVERDUE && !is_held_back).then(|| Finding {
        what: format!("A welcome has been due for {}.", said::span(overdue)),
        remedy: "Discord's rate limits or a busy machine hold it up, in a raid most often; it is posted when its turn comes."
            .to_owned(),
    })
}

fn backups(status: &Status) -> Option<Finding> {
    let error = status.backups.error.as_ref()?;
    Some(Finding {
        what: "The last backup could not be made.".to_owned(),
        remedy: format!("{}.", said::capitalised(error.trim_end_matches('.'))),
    })
}

fn unreadable(status: &Status) -> Option<Finding> {
    let rows = status.stored.as_ref().ok()?.unreadable_activity;
    (rows > 0).then(|| Finding {
        what: "Some messages were stored and cannot be counted, because the database's file was damaged.".to_owned(),
        remedy: "Have the file looked over with droas check. All other messages are counted; droas db drop-unreadable forgets these."
            .to_owned(),
    })
}

fn parked(status: &Status) -> Option<Finding> {
    let parked = status.stored.as_ref().ok()?.parked.len();
    (parked > 0).then(|| Finding {
        what: format!(
            "Nobody can be welcomed in {}.",
            said::counted(parked, "server", "servers")
        ),
        remedy: "Their channel is gone or closed to the bot; see below what each of them needs.".to_owned(),
    })
}

fn failures(view: &View<'_>) -> Option<Finding> {
    let failed = &view.recent.as_ref().ok()?.failed;
    let since = UnixMs(
        view.now
            .0
            .saturating_sub(i64::try_from(LATELY.as_millis()).unwrap_or(i64::MAX)),
    );
    let lately = failed.iter().filter(|fate| fate.joined_at >= since).count();
    (lately > 0).then(|| Finding {
        what: format!(
            "{} who joined within the last hour could not be welcomed.",
            said::counted(lately, "member", "members")
        ),
        remedy: "See below why.".to_owned(),
    })
}

fn calm(status: &Status) -> String {
    if status.stands_by {
        return "Another droas is at work over the same database. This one takes over within seconds when that one ends.".to_owned();
    }
    let shards = match status.shards.len() {
        1 => "The connection to Discord is heard".to_owned(),
        many => format!("All {many} connections to Discord are heard"),
    };
    format!("{shards}, the database answers, and Discord takes what the bot posts.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_that_connect_are_named_up_to_five() {
        assert_eq!(connecting_shards(&[7]), "Shard 7 is connecting.");
        assert_eq!(connecting_shards(&[0, 3]), "Shards 0, 3 are connecting.");
        let many: Vec<u32> = (0..1_000).collect();
        assert_eq!(
            connecting_shards(&many),
            "Shards 0, 1, 2, 3, 4 and 995 more are connecting."
        );
    }
}
