//! The socket at which a running bot answers its operator.
//!
//! One line of JSON in, one out, and the connection is closed; [`wire`] has the words. Whoever may open the socket may
//! ask, and that is the user who runs the bot. What comes in is bounded all the same: in length, in time, in number.

#[cfg(test)]
mod tests;
pub(crate) mod wire;

use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixStream as BlockingStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bot::control::Control;
use store::StoreError;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use wire::{Answer, Request};

/// The longest request, bytes, with its line break.
const REQUEST_LEN_MAX: u64 = 4096;

/// How long a request may take to come in.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);

/// How long a connection may take in all; connecting anew is the longest there is.
const CONNECTION_WITHIN: Duration = Duration::from_secs(40);

/// Connections that are answered at the same time; one more is told so.
const CONNECTIONS_MAX: usize = 4;

/// How long accepting rests when the operating system refuses, for want of file descriptors for example.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A socket that is listened at. Dropped, it is removed.
#[derive(Debug)]
pub(crate) struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file, so that nobody else's is removed.
    file: (u64, u64),
    /// Who may ask, apart from root.
    owner: u32,
}

/// The socket's place is taken. Trying again does not help.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Taken {
    /// Somebody answers there.
    #[error(
        "another program is listening at the control socket {0}; stop it, or set run.control_socket to another path, or to \"\" to go \
         without"
    )]
    InUse(PathBuf),
    /// It would be overwritten.
    #[error(
        "run.control_socket names {0}, which exists and is no socket; remove it, or name another path, or set it to \"\" to go without"
    )]
    NotASocket(PathBuf),
}

impl ControlSocket {
    /// Listens at `path`, open to nobody but the user of this process. A socket that a dead process has left is replaced.
    /// Where no socket can be made at all (the path is too long, the file system has none), the log says so and the bot
    /// goes without: `None`.
    ///
    /// # Errors
    /// [`Taken`].
    pub(crate) fn bind(path: &Path) -> Result<Option<Self>, Taken> {
        if let Err(error) = SocketAddr::from_pathname(path) {
            warn!(path = %path.display(), len = path.as_os_str().len(), %error, "no control socket, so `droas ctl` will not work: the \
                path is too long, about 100 bytes are allowed; set run.control_socket to a shorter one, such as \
                /tmp/droas.sock, or to \"\" to go without");
            return Ok(None);
        }
        make_room(path)?;
        match Self::bind_to_free(path) {
            Ok(socket) => Ok(Some(socket)),
            Err(error) => {
                warn!(path = %path.display(), %error, "no control socket, so `droas ctl` will not work: set run.control_socket to a \
                    path where a socket can be made, or to \"\" to go without");
                Ok(None)
            }
        }
    }

    fn bind_to_free(path: &Path) -> io::Result<Self> {
        let listener = UnixListener::bind(path)?;
        // Who came before the mode was set is found out by whose process it is.
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))?;
        let made = std::fs::symlink_metadata(path)?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            file: (made.dev(), made.ino()),
            owner: made.uid(),
        })
    }

    fn admits(&self, stream: &UnixStream) -> bool {
        stream
            .peer_cred()
            .is_ok_and(|peer| peer.uid() == self.owner || peer.uid() == 0)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        let is_ours =
            std::fs::symlink_metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.file);
        if is_ours && let Err(error) = std::fs::remove_file(&self.path) {
            warn!(path = %self.path.display(), %error, "the control socket is left behind; the next start replaces it");
        }
    }
}

/// Removes a socket at which nobody listens.
fn make_room(path: &Path) -> Result<(), Taken> {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !found.file_type().is_socket() {
        return Err(Taken::NotASocket(path.to_owned()));
    }
    match BlockingStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            info!(path = %path.display(), "a control socket that a dead process left is replaced");
            // What stays in the way is told by the bind.
            let _ = std::fs::remove_file(path);
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        // It answers, or is not ours to look at.
        Ok(_) | Err(_) => Err(Taken::InUse(path.to_owned())),
    }
}

/// Answers at `socket` until `stop`, then removes it.
pub(crate) async fn serve(socket: Option<ControlSocket>, control: Control, stop: CancellationToken) {
    let Some(socket) = socket else { return };
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            Some(_) = connections.join_next() => continue,
            accepted = socket.listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) if !socket.admits(&stream) => {
                warn!("somebody else's process asks at the control socket and is not answered");
            }
            Ok((stream, _)) => {
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                    let busy = Answer::failed("too many ask at the same time; try again in a moment");
                    // A line fits a fresh socket; nobody is waited for.
                    let _ = stream.try_write(busy.line().as_bytes());
                    continue;
                };
                let control = control.clone();
                connections.spawn(async move {
                    match timeout(CONNECTION_WITHIN, converse(stream, &control, place)).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => debug!(%error, "an operator's connection broke"),
                        Err(_) => debug!("an operator's connection took too long"),
                    }
                });
            }
            Err(error) => {
                warn!(%error, "the control socket cannot accept; trying again");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(REST_AFTER_FAILURE) => {}
                }
            }
        }
    }
}

/// Reads a request and answers it. Whoever sees the connection end finds its place free.
async fn converse(mut stream: UnixStream, control: &Control, place: OwnedSemaphorePermit) -> io::Result<()> {
    let mut line = Vec::new();
    let mut bounded = BufReader::new((&mut stream).take(REQUEST_LEN_MAX));
    let answer = match timeout(REQUEST_WITHIN, bounded.read_until(b'\n', &mut line)).await {
        Err(_) => Answer::failed("a request must come within five seconds, and end with a line break"),
        Ok(read) => {
            read?;
            answer(&line, control).await
        }
    };
    stream.write_all(answer.line().as_bytes()).await?;
    drop(place);
    stream.shutdown().await
}

async fn answer(line: &[u8], control: &Control) -> Answer {
    if !line.ends_with(b"\n") {
        return Answer::failed(format!(
            "a request is one line of JSON, of at most {REQUEST_LEN_MAX} bytes with its line break"
        ));
    }
    let request = match Request::read(line) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    match request {
        Request::Status => Answer::of(&wire::StatusReport::of(&control.status().await)),
        Request::Reconnect { shard } => match control.reconnect(shard).await {
            Ok(outcomes) => Answer::of(&wire::ReconnectReport::of(outcomes)),
            Err(error) => Answer::failed(error),
        },
        Request::RefreshCache => match refresh(control).await {
            Ok(report) => Answer::of(&report),
            Err(error) => Answer::failed(format!("the database cannot be read: {error}")),
        },
    }
}

async fn refresh(control: &Control) -> Result<wire::RefreshReport, StoreError> {
    let settings = control.refresh_settings().await?;
    Ok(wire::RefreshReport {
        parked_retried: control.retry_parked().await?,
        settings_read: settings.guilds,
    })
}
