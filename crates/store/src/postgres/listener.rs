//! News of settings from all processes over the database: a connection that listens, and comes back when it broke.

use std::fmt;
use std::time::Duration;

use domain::id::GuildId;
use tokio::sync::{broadcast, mpsc};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::failure::Failure;
use super::session::{self, Session};
use super::url::PostgresUrl;
use crate::settings::{SETTINGS_NEWS_LEN_MAX, SettingsNews};

/// Where news are told. A payload is a guild and a version, with a space between.
pub(super) const CHANNEL: &str = "droas_settings";

/// A connection that was silent for so long is asked whether it lives, and has as long to answer: news are never more than
/// twice this late.
const SILENCE_MAX: Duration = Duration::from_secs(2);

/// Listens until it is dropped.
pub(super) struct Listener {
    news: broadcast::Sender<SettingsNews>,
    task: AbortHandle,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.end();
    }
}

impl Listener {
    /// Returns when it listens.
    pub(super) async fn start(url: PostgresUrl) -> Result<Self, Failure> {
        let (news, _) = broadcast::channel(SETTINGS_NEWS_LEN_MAX);
        let ears = Ears::open(&url).await?;
        let task = tokio::spawn(listen(url, ears, news.clone()));
        Ok(Self {
            news,
            task: task.abort_handle(),
        })
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<SettingsNews> {
        self.news.subscribe()
    }

    pub(super) fn end(&self) {
        self.task.abort();
    }
}

async fn listen(url: PostgresUrl, mut ears: Ears, news: broadcast::Sender<SettingsNews>) {
    loop {
        ears.hear(&news).await;
        tracing::debug!("news of settings are not heard; connecting anew");
        // A person waits for their change to be seen.
        ears = session::opened("news of settings are still not heard", || Ears::open(&url)).await;
        // An error says that nobody listens.
        drop(news.send(SettingsNews::MayHaveMissed));
    }
}

/// A connection that listens.
struct Ears {
    session: Session,
    payloads: mpsc::UnboundedReceiver<String>,
}

impl Ears {
    async fn open(url: &PostgresUrl) -> Result<Self, Failure> {
        // The readers of the news are those who may be slow, and they are told what they missed.
        let (told, payloads) = mpsc::unbounded_channel();
        let session = Session::connect(url, SILENCE_MAX, move |notification| {
            drop(told.send(notification.payload().to_owned()));
        })
        .await?;
        let begun = timeout(url.connect_timeout(), session.run(&format!("LISTEN {CHANNEL}"))).await;
        begun.map_err(|_| Failure::Silence)??;
        Ok(Self { session, payloads })
    }

    /// Tells what it hears until the connection breaks.
    async fn hear(&mut self, news: &broadcast::Sender<SettingsNews>) {
        loop {
            match timeout(SILENCE_MAX, self.payloads.recv()).await {
                Ok(Some(payload)) => drop(news.send(read(&payload))),
                Ok(None) => return,
                Err(_) => {
                    let lives = timeout(SILENCE_MAX, self.session.run("SELECT 1")).await;
                    if !matches!(lives, Ok(Ok(()))) {
                        return;
                    }
                }
            }
        }
    }
}

/// The payload that tells of a version.
pub(super) fn write(guild: GuildId, version: u64) -> String {
    format!("{guild} {version}")
}

fn read(payload: &str) -> SettingsNews {
    let changed = || {
        let (guild, version) = payload.split_once(' ')?;
        Some(SettingsNews::Changed {
            guild: guild.parse().ok()?,
            version: version.parse().ok()?,
        })
    };
    // Whatever a newer version says there, something changed.
    changed().unwrap_or(SettingsNews::MayHaveMissed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_is_read_back_and_a_strange_one_is_news_all_the_same() {
        let (guild, version) = (GuildId(u64::MAX), 7);
        assert_eq!(
            read(&write(guild, version)),
            SettingsNews::Changed { guild, version }
        );
        for strange in ["", "7", "a b", "1 2 3"] {
            assert_eq!(read(strange), SettingsNews::MayHaveMissed, "{strange}");
        }
    }
}
