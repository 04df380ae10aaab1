//! Log lines, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// What is logged when `RUST_LOG` does not say it.
const DEFAULT_FILTER: &str = "info,twilight_gateway=warn";

/// Starts logging.
pub(crate) fn start(format: LogFormat) {
    start_with(format, DEFAULT_FILTER);
}

/// Starts logging of warnings alone, for commands whose own output is the point.
pub(crate) fn start_quiet() {
    start_with(LogFormat::Text, "error");
}

fn start_with(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
