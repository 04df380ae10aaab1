//! The connections to Discord, and how its routes do.

use bot::control::ShardStatus;
use discord::{BreakerState, Connection, Health, RouteClass};
use maud::{Markup, html};

use super::said;

/// How many shards have a line each. Of more, those that are not heard come first.
const SHARDS_MAX: usize = 16;

pub(super) fn is_alive(shard: &ShardStatus) -> bool {
    shard.standing.connection == Connection::Alive
}

/// What a class of routes is for, after "at".
pub(super) fn requests(class: RouteClass) -> &'static str {
    match class {
        RouteClass::Messages => "posting messages",
        RouteClass::Channels => "reading channels",
        RouteClass::Members => "members and roles",
        RouteClass::Ourselves => "telling about the bot",
        RouteClass::Interactions => "answering commands",
        RouteClass::Pictures => "pictures of members",
    }
}

pub(super) fn breakers(health: &[Health]) -> Markup {
    html! {
        section aria-labelledby="breakers" {
            div.heading { h2 #breakers { "How Discord answers" } }
            div.card.table {
                table role="table" {
                    thead role="rowgroup" { tr role="row" {
                        th role="columnheader" scope="col" { "Requests" }
                        th role="columnheader" scope="col" { "State" }
                        th.number role="columnheader" scope="col" { "Lately" }
                        th.number role="columnheader" scope="col" { "Failed" }
                        th.number role="columnheader" scope="col" { "Slow" }
                    } }
                    tbody role="rowgroup" {
                        @for one in health {
                            tr role="row" {
                                th role="rowheader" scope="row" { (requests(one.class)) }
                                td role="cell" data-label="State" { (state(one)) }
                                td.number role="cell" data-label="Lately" { (one.rates.calls) }
                                td.number role="cell" data-label="Failed" { (one.rates.failed_percent()) " %" }
                                td.number role="cell" data-label="Slow" { (one.rates.slow_percent()) " %" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state(health: &Health) -> Markup {
    let lasting = said::span(health.lasting);
    html! {
        @match health.state {
            BreakerState::Closed => span.mark.good { "well" },
            BreakerState::HalfOpen => {
                span.mark.warn { "being tried" } " for " (lasting)
            },
            BreakerState::Open => {
                span.mark.bad { "left alone" } " for " (lasting)
                @if let Some(wait) = health.next_probe_in { ", tried in " (said::span(wait)) }
            },
        }
        @if let Some(reason) = health.reason { small { (reason.name()) } }
    }
}

/// `stands_by`: another process has them.
pub(super) fn shards(shards: &[ShardStatus], stands_by: bool) -> Markup {
    let mut ordered: Vec<&ShardStatus> = shards.iter().collect();
    if ordered.len() > SHARDS_MAX {
        ordered.sort_by_key(|shard| (is_alive(shard), shard.id));
    }
    let more = ordered.split_off(SHARDS_MAX.min(ordered.len()));
    html! {
        section aria-labelledby="shards" {
            div.heading { h2 #shards { "Connections to Discord" } }
            @if shards.is_empty() {
                p.card.none {
                    @if stands_by { "None: another droas has them." } @else { "None yet: Discord has not told who the bot is." }
                }
            } @else {
                div.card.table {
                    table role="table" {
                        thead role="rowgroup" { tr role="row" {
                            th role="columnheader" scope="col" { "Shard" }
                            th role="columnheader" scope="col" { "Connection" }
                            th.number role="columnheader" scope="col" { "Last event" }
                            th.number role="columnheader" scope="col" { "Sessions begun" }
                            th.number role="columnheader" scope="col" { "Resumed" }
                        } }
                        tbody role="rowgroup" {
                            @for shard in ordered { (line(shard)) }
                        }
                    }
                    @if !more.is_empty() {
                        p.more {
                            "and " (said::count(more.len() as u64)) " more, of which "
                            (more.iter().filter(|shard| is_alive(shard)).count()) " are heard"
                        }
                    }
                }
            }
        }
    }
}

fn line(shard: &ShardStatus) -> Markup {
    let standing = shard.standing;
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { span.only-narrow { "Shard " } (shard.id) }
            td role="cell" data-label="Connection" {
                @match standing.connection {
                    Connection::Alive => span.mark.good { "heard" },
                    Connection::Apart => span.mark.warn { "connecting" },
                    Connection::Refused(error) => { span.mark.bad { "refused" } small { (error) } },
                }
            }
            td.number role="cell" data-label="Last event" {
                @match shard.last_event_age {
                    Some(age) => { (said::span(age)) " ago" },
                    None => "none yet",
                }
            }
            td.number role="cell" data-label="Sessions begun" { (standing.begun) }
            td.number role="cell" data-label="Resumed" { (standing.resumed) }
        }
    }
}
