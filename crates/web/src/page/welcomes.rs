//! Welcomes: what became of the newest, which failed and why, which servers cannot be greeted in. Ids alone: what anybody is
//! called does not come here.

use bot::control::{Fate, Recent, Status};
use domain::time::UnixMs;
use domain::welcome::{ParkReason, Parked, SkipReason, WelcomeState};
use maud::{Markup, html};

use super::said;

/// How many parked servers have a line each.
const PARKED_MAX: usize = 25;

pub(super) fn recent(recent: &Result<Recent, String>, now: UnixMs) -> Markup {
    html! {
        section aria-labelledby="newest" {
            div.heading { h2 #newest { "Last welcomes" } }
            @match recent {
                Err(error) => p.card.none { "The database cannot be read: " (error) },
                Ok(recent) if recent.newest.is_empty() => p.card.none { "Nobody has joined yet." },
                Ok(recent) => (table(&recent.newest, now, "What became of it", &outcome)),
            }
        }
        @if let Ok(recent) = recent {
            section aria-labelledby="failed" {
                div.heading { h2 #failed { "Last failures" } }
                @if recent.failed.is_empty() {
                    p.card.none { "None among the last welcomes." }
                } @else {
                    (table(&recent.failed, now, "Why, and what to do", &failure))
                }
            }
        }
    }
}

fn table(fates: &[Fate], now: UnixMs, told: &str, tell: &dyn Fn(&Fate, UnixMs) -> Markup) -> Markup {
    html! {
        div.card.table {
            table.fates role="table" {
                thead role="rowgroup" { tr role="row" {
                    th role="columnheader" scope="col" { "Joined" }
                    th role="columnheader" scope="col" { "Server" }
                    th role="columnheader" scope="col" { "Member" }
                    th role="columnheader" scope="col" { (told) }
                } }
                tbody role="rowgroup" {
                    @for fate in fates {
                        tr role="row" {
                            td.when role="cell" data-label="Joined" { (said::ago(fate.joined_at, now)) }
                            td role="cell" data-label="Server" { code { (fate.guild) } }
                            td role="cell" data-label="Member" { code { (fate.user) } }
                            td.told role="cell" { (tell(fate, now)) }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(fate: &Fate, now: UnixMs) -> Markup {
    html! {
        @match &fate.state {
            WelcomeState::Sent { message, channel, at } => {
                span.mark.good { "posted" }
                " after " (said::seconds(at.since(fate.joined_at).as_secs_f64()))
                @if let Some(message) = message {
                    ", " a href=(format!("https://discord.com/channels/{}/{channel}/{message}", fate.guild)) rel="noreferrer" {
                        "see it"
                    }
                }
            },
            WelcomeState::Skipped(reason) if is_failure(*reason) => {
                span.mark.bad { "not posted" } " " (why(*reason))
            },
            WelcomeState::Skipped(reason) => {
                span.mark { "not posted" } " " (why(*reason))
            },
            WelcomeState::Pending if fate.next_attempt_at == UnixMs(i64::MAX) => {
                span.mark.warn { "waits" } " for the member to pass screening"
            },
            WelcomeState::Pending if fate.next_attempt_at > now => {
                span.mark.warn { "waits" } " and is tried in " (said::span(fate.next_attempt_at.since(now)))
            },
            WelcomeState::Pending => { span.mark.warn { "waits" } " to be posted" },
            WelcomeState::Sending => { span.mark.warn { "begun" } " and not known yet to be posted" },
        }
        @if fate.attempts > 1 { small { (said::count(fate.attempts.into())) " attempts" } }
    }
}

fn failure(fate: &Fate, _: UnixMs) -> Markup {
    match fate.state {
        WelcomeState::Skipped(reason) => {
            html! { strong { (said::capitalised(why(reason))) "." } " " (remedy(reason)) }
        }
        _ => html! {},
    }
}

/// Whether somebody may want to look into it.
fn is_failure(reason: SkipReason) -> bool {
    !remedy(reason).is_empty()
}

/// After "not posted".
fn why(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Left => "the member left before",
        SkipReason::Bot => "bots are not welcomed",
        SkipReason::GreetedRecently => "they were welcomed less than five minutes before",
        SkipReason::NoChannel => "the server has no channel for welcomes",
        SkipReason::Refused => "Discord refused the message",
        SkipReason::Stale => "it could not be posted in time",
        SkipReason::GuildLeft => "the bot was removed from the server",
        SkipReason::UnknownOutcome => "whether it was posted could not be found out",
        SkipReason::HeldBack => "too many joined at once, and the server holds raids back",
        SkipReason::Disabled => "the server welcomes nobody",
    }
}

/// What to do; empty for what somebody chose.
fn remedy(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Left
        | SkipReason::Bot
        | SkipReason::GreetedRecently
        | SkipReason::HeldBack
        | SkipReason::Disabled => "",
        SkipReason::NoChannel => "Whoever manages the server names one with /welcome channel.",
        SkipReason::Refused => "Try /welcome test in that server; the log has Discord's own words.",
        SkipReason::Stale => {
            "The channel was closed, or Discord or the bot was away for longer than welcome.stale_after_hours allow."
        }
        SkipReason::GuildLeft => "Nothing is to be done, unless that was a mistake.",
        SkipReason::UnknownOutcome => {
            "Give the bot Read Message History in the channel, so that it can look. It may well stand there."
        }
    }
}

/// Servers that cannot be greeted in, when there are some.
pub(super) fn parked(status: &Status, now: UnixMs) -> Markup {
    let parked: &[Parked] = status.stored.as_ref().map_or(&[], |stored| &stored.parked);
    if parked.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="parked" {
            div.heading { h2 #parked { "Servers where nobody can be welcomed" } }
            div.card.table {
                table.fates role="table" {
                    thead role="rowgroup" { tr role="row" {
                        th role="columnheader" scope="col" { "Since" }
                        th role="columnheader" scope="col" { "Server" }
                        th role="columnheader" scope="col" { "Channel" }
                        th role="columnheader" scope="col" { "Why, and what to do" }
                    } }
                    tbody role="rowgroup" {
                        @for one in parked.iter().take(PARKED_MAX) {
                            tr role="row" {
                                td.when role="cell" data-label="Since" { (said::ago(one.since, now)) }
                                td role="cell" data-label="Server" { code { (one.guild) } }
                                td role="cell" data-label="Channel" { code { (one.channel) } }
                                td.told role="cell" { (needs(one.reason)) }
                            }
                        }
                    }
                }
                p.more {
                    @if parked.len() > PARKED_MAX { "and " (said::count((parked.len() - PARKED_MAX) as u64)) " more. " }
                    "Each is tried again when something changes there, and twice an hour; what waits is posted then. "
                    code { "droas ctl refresh-cache" } " tries all of them at once."
                }
            }
        }
    }
}

fn needs(reason: ParkReason) -> Markup {
    let (what, remedy) = match reason {
        ParkReason::ChannelGone => (
            "The channel does not exist any more.",
            "Whoever manages the server names another with /welcome channel.",
        ),
        ParkReason::NoAccess => (
            "The bot cannot see the channel.",
            "In the channel's permissions, allow the bot View Channel.",
        ),
        ParkReason::NoPermission => (
            "The bot may not post there.",
            "In the channel's permissions, allow the bot Send Messages, Embed Links and Attach Files.",
        ),
    };
    html! { strong { (what) } " " (remedy) }
}

/// All welcomes of the database, by where they stand.
pub(super) fn stored(status: &Status) -> Markup {
    let Ok(stored) = &status.stored else {
        return html! {};
    };
    html! {
        section aria-labelledby="stored" {
            div.heading { h2 #stored { "All welcomes in the database" } }
            dl.card.counts {
                div { dt { "to be posted" } dd { (said::count(stored.pending)) } }
                div { dt { "begun, outcome not known yet" } dd { (said::count(stored.sending)) } }
                @match &stored.settled {
                    Some(settled) => {
                        div { dt { "posted" } dd { (said::count(settled.sent)) } }
                        @for (reason, count) in &settled.skipped {
                            div { dt { "not posted: " (why(*reason)) } dd { (said::count(*count)) } }
                        }
                    }
                    None => div { dt { "posted, not posted" } dd { "being counted" } }
                }
            }
            @if let Some(settled) = stored.settled.as_ref().filter(|settled| !settled.counted_ago.is_zero()) {
                p.note { "What was posted and what was not is many, and was counted " (said::span(settled.counted_ago)) " ago." }
            }
        }
    }
}
