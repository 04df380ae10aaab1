//! What waits for what, and what is kept of the database.

use bot::control::Status;
use domain::time::UnixMs;
use maud::{Markup, html};

use super::said;

pub(super) fn waiting(status: &Status) -> Markup {
    let events: usize = status.shards.iter().map(|shard| shard.waiting_events).sum();
    let figures = &status.figures;
    html! {
        section aria-labelledby="waiting" {
            div.heading { h2 #waiting { "What waits" } }
            dl.card.counts {
                @if let Ok(stored) = &status.stored {
                    div { dt { "the welcome that waits longest" } dd { (said::span(stored.load.oldest_waiting)) } }
                }
                div { dt { "events, for the database" } dd { (said::count(events as u64)) } }
                div { dt { "writes, for the disk or server" } dd { (said::count(status.store.writes_waiting)) } }
                div { dt { "pictures, to be drawn" } dd { (said::count(figures.cards_waiting)) } }
                @if let Some(limits) = &figures.limits {
                    div { dt { "requests, for Discord's limits" } dd { (said::count(limits.queue_len as u64)) } }
                    div {
                        dt { "refused by Discord in ten minutes; at 10,000 it bans" }
                        dd { (said::count(limits.invalid as u64)) }
                    }
                }
            }
        }
    }
}

pub(super) fn database(status: &Status, now: UnixMs) -> Markup {
    let backups = &status.backups;
    html! {
        section aria-labelledby="database" {
            div.heading { h2 #database { "Database" } }
            dl.card.counts {
                @if let Ok(stored) = &status.stored {
                    div { dt { "size" } dd { (mib(stored.load.size.bytes)) } }
                    @if let Some(bytes) = stored.load.size.log_bytes {
                        div { dt { "its log" } dd { (mib(bytes)) } }
                    }
                }
                div { dt { "writes since the start" } dd { (said::count(status.store.writes)) } }
                div { dt { "reads and writes that failed" } dd { (said::count(status.store.failures)) } }
                @if let Some(every) = backups.every {
                    div { dt { "backups" } dd { "every " (said::span(every)) } }
                    div {
                        dt { "last backup" }
                        dd {
                            @match backups.last_made_at {
                                Some(at) => (said::ago(at, now)),
                                None => "none yet",
                            }
                        }
                    }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn mib(bytes: u64) -> String {
    said::mib(bytes as f64)
}
