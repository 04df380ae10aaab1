//! Whether a bot runs with this configuration, by its socket.

use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;

use serde_json::Value;

use super::finding::{Finding, Findings};
use crate::control_socket::wire::Request;
use crate::ctl;

const WHAT: &str = "control socket";

pub(super) async fn look(path: Option<&Path>, findings: &mut Findings) {
    let Some(path) = path.map(Path::to_owned) else {
        findings.add(Finding::ok(WHAT, "none is asked for"));
        return;
    };
    let looked = tokio::task::spawn_blocking(move || look_at(&path)).await;
    findings.add(looked.expect("looking at a socket does not panic"));
}

fn look_at(path: &Path) -> Finding {
    let shown = path.display();
    if SocketAddr::from_pathname(path).is_err() {
        return Finding::warning(
            WHAT,
            format!("{shown} is too long for a socket, about 100 bytes are allowed"),
            "set run.control_socket to a shorter one, or to \"\" to go without",
        );
    }
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Finding::ok(WHAT, "no bot runs with this configuration now");
    };
    if !found.file_type().is_socket() {
        return Finding::fault(
            WHAT,
            format!("{shown} exists and is no socket; remove it, or set run.control_socket to another path"),
        );
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Finding::ok(
            WHAT,
            "no bot runs with this configuration now; the next start replaces what a dead one left",
        ),
        Err(error) => Finding::warning(
            WHAT,
            format!("{shown} cannot be opened ({error})"),
            "call this as the user who runs the bot",
        ),
        Ok(_) => match ctl::ask(path, Request::Status) {
            Ok(report) => running(&report),
            Err(error) => Finding::warning(
                WHAT,
                format!("{error:#}"),
                "`droas ctl status` and the bot's log say more",
            ),
        },
    }
}

fn running(report: &Value) -> Finding {
    let version = report["bot_version"].as_str().unwrap_or("of another version");
    let ours = env!("CARGO_PKG_VERSION");
    if version == ours {
        Finding::ok(WHAT, format!("droas {version} runs"))
    } else {
        Finding::warning(
            WHAT,
            format!("droas {version} runs, and this is droas {ours}"),
            "start it again with the newer binary, or call the `droas` that runs",
        )
    }
}
