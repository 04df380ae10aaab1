//! `droas ctl`: speaks to the bot that runs.

mod table;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::config::{Config, Environment};
use crate::control_socket::wire::{Answer, Request};
use crate::exit::NeedsMending;
use crate::printed;

/// Longer than the bot takes for any answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// The longest answer that is read: a hundred times what many shards have to say.
const ANSWER_LEN_MAX: u64 = 16 << 20;

/// Ask the running bot how it is, or have it connect or read settings anew
///
/// It speaks to the `droas run` of the same configuration, over the socket that run.control_socket names. Call it in the
/// same folder and as the same user.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file of the bot [default: droas.toml, when it exists]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The bot's socket, instead of the configuration's
    #[arg(long, value_name = "PATH", global = true)]
    socket: Option<PathBuf>,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Connections, breakers, waiting welcomes and counters
    Status,
    /// Close the connection to Discord and resume the session over a new one; nothing is missed
    Reconnect {
        /// One shard; all when it is left out
        #[arg(long, value_name = "N")]
        shard: Option<u32>,
    },
    /// Read settings anew, and try servers at once that were left alone because their channel was closed to the bot
    RefreshCache,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let path = match args.socket {
        Some(path) => path,
        None => configured(args.config.as_deref()).map_err(NeedsMending)?,
    };
    let request = match args.command {
        Command::Status => Request::Status,
        Command::Reconnect { shard } => Request::Reconnect { shard },
        Command::RefreshCache => Request::RefreshCache,
    };
    let report = ask(&path, request)?;
    let (text, failure) = match request {
        Request::Status => (table::status(&read(&report)?), None),
        Request::Reconnect { .. } => {
            let report = read(&report)?;
            (table::reconnected(&report), table::not_reconnected(&report))
        }
        Request::RefreshCache => (table::refreshed(&read(&report)?), None),
    };
    if args.json {
        printed::line(report)?;
    } else {
        printed::line(text)?;
    }
    failure.map_or(Ok(()), |failure| Err(anyhow!(failure)))
}

fn configured(file: Option<&Path>) -> anyhow::Result<PathBuf> {
    Config::load_control_socket(file, &Environment::read()?)?.context(
        "run.control_socket is empty, so the bot cannot be spoken to; name a path there and start the bot again",
    )
}

/// Asks the bot that listens at `path`.
///
/// # Errors
/// A sentence for the operator: nobody listens there, or what does cannot be understood.
pub(crate) fn ask(path: &Path, request: Request) -> anyhow::Result<Value> {
    let shown = path.display();
    let mut stream = match UnixStream::connect(path) {
        Ok(stream) => stream,
        Err(error) => match error.kind() {
            ErrorKind::NotFound => bail!(
                "no droas is running with this database: no socket at {shown}; start it with `droas run`, or name the running one's \
                 configuration with --config"
            ),
            ErrorKind::ConnectionRefused => bail!(
                "no droas is running with this database: the one that made the socket at {shown} has died; start it with `droas run`"
            ),
            ErrorKind::PermissionDenied => bail!(
                "the socket at {shown} is another user's; call `droas ctl` as the user who runs the bot"
            ),
            ErrorKind::InvalidInput => bail!(
                "the path {shown} is too long for a socket, about 100 bytes are allowed; set run.control_socket to a shorter one, and \
                 start the bot again"
            ),
            _ => return Err(error).context(format!("the socket at {shown} cannot be opened")),
        },
    };
    let line = exchange(&mut stream, request).with_context(|| {
        format!("the droas at {shown} does not answer; it may be stopping, its log says more")
    })?;
    if line.is_empty() {
        bail!(
            "the droas at {shown} closed the connection without an answer; it may be stopping, its log says more"
        );
    }
    let answer: Answer = serde_json::from_slice(&line)
        .with_context(|| format!("what listens at {shown} does not answer as droas does"))?;
    answer.into_result().map_err(anyhow::Error::msg)
}

fn exchange(stream: &mut UnixStream, request: Request) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    match stream.write_all(request.line().as_bytes()) {
        // It may have answered without reading: that it is busy.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    let mut line = Vec::new();
    BufReader::new(stream.take(ANSWER_LEN_MAX)).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn read<'a, T: Deserialize<'a>>(report: &'a Value) -> anyhow::Result<T> {
    T::deserialize(report).context("the bot's answer cannot be read; use the `droas ctl` of its own version")
}
