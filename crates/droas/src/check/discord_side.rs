//! What Discord says: of the token, the time, what the bot may hear, and the gateway.

use std::fmt::Display;
use std::time::Duration;

use discord::{
    Application, GatewayBot, Grant, PrivilegedIntent, Rest, RestError, RestOptions, Unanswering, answers_at,
    invite_url,
};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

use super::finding::{Finding, Findings};
use super::guilds;
use crate::config::Config;
use crate::moment;

const DISCORD: &str = "Discord";
const CLOCK: &str = "clock";
const MEMBERS: &str = "Server Members Intent";
const OTHER_INTENTS: &str = "other intents";
const GATEWAY: &str = "gateway";
const STARTS: &str = "session starts";

/// Questions a second: the bot that runs meanwhile shares Discord's limit of 50.
const PER_SECOND: u32 = 10;

/// A clock that is off by more is worth a warning.
const SKEW_MAX: Duration = Duration::from_secs(5);

/// From so many guilds on the intent should be reviewed: Discord demands it of bots that share guilds with 10,000 users, whom
/// it does not count for us.
/// Source: Discord's documentation, "Getting Started with Privileged Intent Review", read in November 2026.
const REVIEW_FROM: u64 = 75;

/// Asks Discord, as far as it answers.
pub(super) async fn look(
    config: &Config,
    guild: Option<GuildId>,
    guilds_max: usize,
    findings: &mut Findings,
) {
    let options = RestOptions {
        requests_per_second: config.requests_per_second.min(PER_SECOND),
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(10),
        retries_max: 1,
        ..RestOptions::default()
    };
    let rest = match Rest::with_options(config.token.clone(), &config.endpoints, options) {
        Ok(rest) => rest,
        Err(error) => return findings.add(Finding::fault(DISCORD, error.to_string())),
    };
    let Some(bot) = known(&rest, findings).await else {
        let why = "it is asked once Discord answers and knows the token";
        return findings.add(Finding::not_checked(GATEWAY, why));
    };
    clock(&rest, findings).await;
    match rest.application().await {
        Ok(application) => intents(&application, findings),
        Err(error) => findings.add(unanswered(MEMBERS, &error)),
    }
    match rest.gateway_bot().await {
        Ok(told) => {
            let url = config.endpoints.gateway.as_ref().unwrap_or(&told.url);
            findings.add(gateway(url, answers_at(url).await));
            findings.add(starts(&told, config.shard_count));
        }
        Err(error) => findings.add(unanswered(GATEWAY, &error)),
    }
    guilds::look(config, &rest, bot, guild, guilds_max, findings).await;
}

/// Whether Discord knows the token; the bot's own id.
async fn known(rest: &Rest, findings: &mut Findings) -> Option<UserId> {
    match rest.current_user().await {
        Ok(bot) => {
            let found = format!("it knows the token as {} ({})", bot.name, bot.id);
            findings.add(Finding::ok(DISCORD, found));
            Some(bot.id)
        }
        Err(RestError::TokenRefused) => {
            findings.add(Finding::fault(DISCORD, bot::Fatal::TokenRefused.to_string()));
            None
        }
        Err(error) => {
            findings.add(unanswered(DISCORD, &error));
            None
        }
    }
}

/// A question that has no answer now.
pub(super) fn unanswered(what: &'static str, error: &RestError) -> Finding {
    let error = match error {
        // Nothing was to be done, so nothing is in doubt.
        RestError::Unknown { cause, .. } => format!("Discord does not answer as it should: {cause}"),
        other => other.to_string(),
    };
    Finding::fault(
        what,
        format!("{error}; see that this machine reaches discord.com, and whether https://discordstatus.com tells of trouble"),
    )
    .passing()
}

async fn clock(rest: &Rest, findings: &mut Findings) {
    let before = moment::now();
    let told = rest.discord_time().await;
    let after = moment::now();
    findings.add(match told {
        // Half a second goes unsaid in a time that is told to the second, and the answer was half of its way.
        Ok(Some(told)) => compared(
            before + after.since(before) / 2,
            told + Duration::from_millis(500),
        ),
        Ok(None) => Finding::not_checked(CLOCK, "what stands between here and Discord hides the time"),
        Err(error) => unanswered(CLOCK, &error),
    });
}

fn compared(ours: UnixMs, theirs: UnixMs) -> Finding {
    let (off, direction) = if ours >= theirs {
        (ours.since(theirs), "ahead of")
    } else {
        (theirs.since(ours), "behind")
    };
    if off <= SKEW_MAX {
        return Finding::ok(CLOCK, "within 5 s of Discord's");
    }
    Finding::warning(
        CLOCK,
        format!(
            "{} s {direction} Discord's: answers to commands may count as late and not be given, and who joined when, days and \
             daily reports are off by as much",
            off.as_secs()
        ),
        "let the machine take its time from the network: timedatectl set-ntp true",
    )
}

fn intents(application: &Application, findings: &mut Findings) {
    let grant = |intent| application.flags.grant(intent);
    let guilds = application.approximate_guild_count;
    findings.add(match grant(PrivilegedIntent::Members) {
        Grant::No => Finding::fault(
            MEMBERS,
            "it is off, and without it nobody joins as far as the bot hears; turn it on at \
             https://discord.com/developers/applications, your application, page \"Bot\", \"Privileged Gateway Intents\""
                .to_owned(),
        ),
        Grant::Limited if guilds.is_some_and(|guilds| guilds >= REVIEW_FROM) => Finding::warning(
            MEMBERS,
            format!(
                "it is on and not reviewed, and the bot is in about {} servers",
                guilds.unwrap_or_default()
            ),
            "ask for the review in the Developer Portal: with 10,000 users in its servers the bot loses the intent without it",
        ),
        Grant::Limited => Finding::ok(MEMBERS, "it is on, which is enough with fewer than 10,000 users in the bot's servers"),
        Grant::Full => Finding::ok(MEMBERS, "Discord has reviewed and granted it"),
    });
    let needless: Vec<_> = [
        (PrivilegedIntent::Presences, "Presence Intent"),
        (PrivilegedIntent::MessageContent, "Message Content Intent"),
    ]
    .into_iter()
    .filter(|(intent, _)| grant(*intent) != Grant::No)
    .map(|(_, name)| name)
    .collect();
    findings.add(if needless.is_empty() {
        Finding::ok(
            OTHER_INTENTS,
            "none is on, and none is needed: the bot reads no messages",
        )
    } else {
        Finding::ok(
            OTHER_INTENTS,
            format!("{}: on and not needed", needless.join(", ")),
        )
        .but("they may be turned off in the Developer Portal")
    });
    findings.add(Finding::ok("invitation", invite_url(application.id).to_string()));
}

fn gateway(url: &dyn Display, answered: Result<(), Unanswering>) -> Finding {
    match answered {
        Ok(()) => Finding::ok(GATEWAY, format!("{url} answers")),
        Err(error) => Finding::fault(
            GATEWAY,
            format!("{url} cannot be used: {error}; see that no firewall and no proxy stands between, or what discord.gateway_url names"),
        )
        .passing(),
    }
}

fn starts(told: &GatewayBot, shards: Option<u32>) -> Finding {
    let limit = told.session_start_limit;
    let needed = shards.unwrap_or(told.shards);
    let found = format!(
        "{} of {} are left for the next {}, and a start needs {needed} at most",
        limit.remaining,
        limit.total,
        hours(limit.reset_after_ms)
    );
    if limit.remaining < needed {
        Finding::fault(
            STARTS,
            format!("{found}; leave the bot as it is until there are more: one start too many costs the token its validity"),
        )
        .passing()
    } else if limit.remaining < limit.total / 10 {
        Finding::warning(
            STARTS,
            found,
            "find out in the log why sessions begin so often; whoever else uses the token counts too",
        )
    } else {
        Finding::ok(STARTS, found)
    }
}

fn hours(ms: u64) -> String {
    let minutes = ms.div_ceil(60_000);
    format!("{} h {} min", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn clock_is_compared_both_ways() {
        let noon = UnixMs(1_790_000_000_000);
        let verdict = |ours, theirs| compared(ours, theirs).verdict;
        assert_eq!(verdict(noon, noon + SKEW_MAX), Verdict::Ok);
        let hour = Duration::from_secs(3600);
        let ahead = compared(noon + hour, noon);
        assert_eq!(ahead.verdict, Verdict::Warning);
        assert!(ahead.found.starts_with("3600 s ahead of"), "{}", ahead.found);
        let behind = compared(noon, noon + hour).found;
        assert!(behind.starts_with("3600 s behind"), "{behind}");
    }
}
