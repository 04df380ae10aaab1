//! Log lines, on standard error.
//!
//! Ours hold ids and never a token, a name or what anybody wrote. Libraries promise nothing of the kind: when asked for all
//! they have to say, some print the frames of the gateway, requests with their headers, or statements with their values. So
//! they say no more than `info`, whatever `RUST_LOG` asks for.

use std::io::IsTerminal;

use tracing::Level;
use tracing::metadata::Metadata;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogFormat;

/// What is logged when `RUST_LOG` does not say it.
const DEFAULT_FILTER: &str = "info,twilight_gateway=warn";

/// The crates whose lines we answer for.
const OURS: [&str; 13] = [
    "assets", "bot", "breaker", "card", "discord", "domain", "droas", "fetch", "jpeg", "sim", "store", "tls",
    "web",
];

/// Starts logging.
pub(crate) fn start(format: LogFormat) {
    start_with(format, DEFAULT_FILTER);
}

/// Starts logging of warnings alone, for commands whose own output is the point.
pub(crate) fn start_quiet() {
    start_with(LogFormat::Text, "error");
}

fn start_with(format: LogFormat, default: &str) {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(wanted.and(filter_fn(may_be_told))))
        .init();
}

/// Whether a line can be let out at all.
fn may_be_told(line: &Metadata<'_>) -> bool {
    let of = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::INFO || OURS.contains(&of)
}
