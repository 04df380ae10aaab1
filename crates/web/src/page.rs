//! What people see: one page, written by the server, that works without scripts. Whatever is put in is escaped by `maud`.

mod chart;
mod charts;
mod queues;
mod said;
mod standing;
mod verdict;
mod welcomes;

use bot::control::{Recent, Status};
use domain::time::UnixMs;
use maud::{DOCTYPE, Markup, html};

pub(crate) use charts::{Range, charts};

use chart::Chart;
use verdict::Verdict;

/// How everything looks, on any width, by day and by night.
pub(crate) const STYLE: &str = include_str!("page/style.css");

/// Brings the page up to date in place. Without it the browser loads the page anew.
pub(crate) const SCRIPT: &str = include_str!("page/refresh.js");

/// The picture in a browser's tab.
pub(crate) const ICON: &str = include_str!("page/icon.svg");

/// How often a browser without scripts loads the page anew, in seconds.
const RELOAD_S: u32 = 15;

/// What there is to show.
pub(crate) struct View<'a> {
    /// The version of the program.
    pub(crate) version: &'static str,
    /// How the bot is; `None` when it does not tell.
    pub(crate) status: Option<&'a Status>,
    /// What became of the newest welcomes, or why that cannot be told.
    pub(crate) recent: Result<Recent, String>,
    /// The charts, for `range`.
    pub(crate) charts: Vec<Chart>,
    /// How far back the charts go.
    pub(crate) range: Range,
    /// What the bot takes for the time.
    pub(crate) now: UnixMs,
    /// Whether there is something to sign out of.
    pub(crate) signed_in: bool,
}

/// The status page.
pub(crate) fn status(view: &View<'_>) -> String {
    let verdict = Verdict::of(view);
    let main = html! {
        main {
            (verdict.shown())
            @if let Some(status) = view.status {
                (figures(status))
            }
            (charts::section(&view.charts, view.range))
            @if let Some(status) = view.status {
                (welcomes::parked(status, view.now))
            }
            (welcomes::recent(&view.recent, view.now))
            @if let Some(status) = view.status {
                (welcomes::stored(status))
                (queues::waiting(status))
                (standing::breakers(&status.health))
                (standing::shards(&status.shards, status.stands_by))
                (queues::database(status, view.now))
            }
            footer {
                p {
                    "As of " (said::time(view.now)) ". This page brings itself up to date. "
                    "Machines read " a href="/readyz" { "/readyz" } " and " a href="/metrics" { "/metrics" } "."
                }
            }
        }
    };
    document(&Document {
        title: verdict.title(),
        tab: Some(verdict.word()),
        about: Some(about(view)),
        reloads: true,
        main,
    })
}

/// What somebody sees who has to show the token. `again`: after a wrong one.
pub(crate) fn sign_in(again: bool) -> String {
    let main = html! {
        main.narrow {
            section.card.form {
                h1 { "Sign in" }
                p { "This page needs the token that the bot's configuration names in " code { "web.token_file" } "." }
                form method="post" action="/sign-in" {
                    label for="token" { "Token" }
                    input #token name="token" type="password" autocomplete="current-password" required autofocus
                        aria-describedby=[again.then_some("wrong")] aria-invalid=[again.then_some("true")];
                    @if again {
                        p.wrong #wrong role="alert" { "This is not the token." }
                    }
                    button { "Sign in" }
                }
            }
        }
    };
    document(&Document {
        title: "Sign in",
        tab: None,
        about: None,
        reloads: false,
        main,
    })
}

/// What somebody sees who may not see the page, in `sentences`.
pub(crate) fn refusal(sentences: &str) -> String {
    let main = html! {
        main.narrow {
            section.card.form {
                h1 { "Not shown here" }
                p { (sentences) }
            }
        }
    };
    document(&Document {
        title: "Not shown here",
        tab: None,
        about: None,
        reloads: false,
        main,
    })
}

struct Document<'a> {
    title: &'a str,
    /// A word before the title, for the tab.
    tab: Option<&'a str>,
    /// What stands beside the bot's name.
    about: Option<Markup>,
    /// Whether it brings itself up to date.
    reloads: bool,
    main: Markup,
}

fn document(document: &Document<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title {
                    @if let Some(word) = document.tab { (word) " " }
                    (document.title) " · droas"
                }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                @if document.reloads {
                    noscript { meta http-equiv="refresh" content=(RELOAD_S); }
                    script src="/refresh.js" defer {}
                }
            }
            body {
                header {
                    a.brand href="/" { img src="/icon.svg" alt="" width="32" height="32"; "droas" }
                    @if let Some(about) = &document.about { (about) }
                }
                p #lost role="alert" hidden {
                    "The bot does not answer any more. What stands below is as it was " span #lost-since { "before" } "."
                }
                (document.main)
            }
        }
    };
    page.into_string()
}

fn about(view: &View<'_>) -> Markup {
    html! {
        p.about {
            "version " (view.version)
            @if let Some(status) = view.status {
                " · up for " (said::span(status.uptime))
            }
        }
        @if view.signed_in {
            form method="post" action="/sign-out" { button.quiet { "Sign out" } }
        }
    }
}

/// The numbers that say most.
fn figures(status: &Status) -> Markup {
    let alive = status
        .shards
        .iter()
        .filter(|shard| standing::is_alive(shard))
        .count();
    let tally = &status.tally;
    html! {
        section aria-label="Figures" {
            dl.figures {
                div.card { dt { "Shards heard" } dd { (alive) small { " of " (status.shards.len()) } } }
                @if let Ok(stored) = &status.stored {
                    div.card { dt { "Welcomes waiting" } dd { (said::count(stored.pending + stored.sending)) } }
                }
                div.card { dt { "Posted since the start" } dd { (said::count(tally.welcomes_sent)) } }
                div.card { dt { "Messages counted" } dd { (said::count(tally.messages_counted)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests;
