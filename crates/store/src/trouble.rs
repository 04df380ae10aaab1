//! What befalls the file of a database while it is open: that it cannot be written for now, or that it is not there any
//! more.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The same trouble is logged again no sooner than this, when it comes and goes: a disk with little space takes small
/// writes and refuses large ones.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// What keeps a database from being written for now. What is to be stored waits, and nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What is in the way, where, and what to do about it: a sentence for the operator.
    pub sentence: String,
    /// Since when.
    pub since: Instant,
}

/// The file of an open database is not what it was, or the database on a server is another process's: nothing may be written
/// any more. Starting again may help, or will say what does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseLost {
    /// Nothing stands at its path, or another file does; all that it held is in a new one.
    #[error(
        "the database {} was moved, deleted or replaced while it was in use; all that it held is saved in {}: `droas db restore \
         --keep-unfinished {}` puts it back", path.display(), saved.display(), saved.display()
    )]
    Saved {
        /// The database's path.
        path: PathBuf,
        /// The copy.
        saved: PathBuf,
    },
    /// As [`DatabaseLost::Saved`], but no copy could be made.
    #[error(
        "the database {path} was moved, deleted or replaced while it was in use, and it could not be saved ({reason}); restore \
         a backup with `droas db restore`, or move the database back"
    )]
    Gone {
        /// The database's path.
        path: PathBuf,
        /// Why it could not be saved.
        reason: String,
    },
    /// Something else was written into the file, or it was cut.
    #[error(
        "something else was written over the database {path} while it was in use, or it was cut; it was left as it is, and what \
         its log still held is in {log}: restore a backup with `droas db restore`"
    )]
    Overwritten {
        /// The database's path.
        path: PathBuf,
        /// Where its log was put, so that no other file is taken to belong to it.
        log: PathBuf,
    },
    /// The log beside it is gone.
    #[error("the file {log} was deleted while it was in use; {}", if *.is_whole { "all that it held was moved into the \
         database first, so nothing is lost: start again" } else { "the newest writes may be lost: start again" })]
    LogGone {
        /// The log, or the index to it.
        log: PathBuf,
        /// Whether all that it held is in the database.
        is_whole: bool,
    },
    /// On a server: this process was out of reach for so long that another one has become the bot.
    #[error(
        "another droas has taken over the database {place}, since the server had not heard of this one; it goes on where this \
         one ended, and nothing is lost: start again to stand by"
    )]
    TakenOver {
        /// The database, without its password.
        place: String,
    },
    /// Parts of it cannot be read.
    #[error("the database {path} is damaged ({reason}); restore a backup with `droas db restore`")]
    Damaged {
        /// The database's path.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
}

impl DatabaseLost {
    /// Whether nothing but starting again is needed.
    pub fn may_start_again(&self) -> bool {
        matches!(self, Self::LogGone { .. } | Self::TakenOver { .. })
    }
}

/// What is in the way of writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// No space is left.
    Full,
    /// The file system takes no writes.
    ReadOnly,
    /// Another program holds a lock.
    Locked,
    /// Something else, in the words of the operating system or of SQLite.
    Other(String),
}

impl Obstacle {
    fn sentence(&self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Full => format!(
                "the disk of the database {path} is full: free some space, and the bot goes on by itself; until then everything waits"
            ),
            Self::ReadOnly => format!(
                "the file system of the database {path} has become read-only: mount it to be written, and the bot goes on by itself; \
                 until then everything waits"
            ),
            Self::Locked => format!(
                "another program holds the database {path}, a backup or a database browser perhaps: the bot goes on by itself when \
                 that lets go; until then everything waits"
            ),
            Self::Other(reason) => format!(
                "the database {path} cannot be written ({reason}): see after its disk, and the bot goes on by itself; until then \
                 everything waits"
            ),
        }
    }
}

/// Whether a database can be written, for everybody who wants to know. Each change is logged once.
#[derive(Debug)]
pub(crate) struct Writable {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    now: Option<(Obstacle, Trouble)>,
    /// What was logged last, and when.
    told: Option<(Obstacle, Instant)>,
}

impl Writable {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            state: Mutex::default(),
        }
    }

    /// What is in the way now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.state().now.as_ref().map(|(_, trouble)| trouble.clone())
    }

    /// Whether something is in the way.
    pub(crate) fn is_troubled(&self) -> bool {
        self.state().now.is_some()
    }

    /// A write failed. Returns whether that is news.
    pub(crate) fn failed(&self, obstacle: Obstacle, now: Instant) -> bool {
        let mut state = self.state();
        if state.now.as_ref().is_some_and(|(known, _)| *known == obstacle) {
            return false;
        }
        let sentence = obstacle.sentence(&self.path);
        let was_told = state.told.as_ref().is_some_and(|(told, at)| {
            *told == obstacle && now.saturating_duration_since(*at) < TOLD_AGAIN_AFTER
        });
        if !was_told {
            match obstacle {
                // It passes by itself.
                Obstacle::Locked => tracing::warn!("{sentence}"),
                _ => tracing::error!("{sentence}"),
            }
            state.told = Some((obstacle.clone(), now));
        }
        let since = state.now.as_ref().map_or(now, |(_, trouble)| trouble.since);
        state.now = Some((obstacle, Trouble { sentence, since }));
        true
    }

    /// A write went well.
    pub(crate) fn succeeded(&self, now: Instant) {
        let mut state = self.state();
        if let Some((_, trouble)) = state.now.take() {
            let lasted = now.saturating_duration_since(trouble.since);
            tracing::info!(
                lasted_s = lasted.as_secs(),
                "the database {} is written again",
                self.path.display()
            );
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_lasts_from_its_first_failure_to_the_next_success_and_is_news_once() {
        let writable = Writable::new(Path::new("/data/droas.sqlite"));
        let begun = Instant::now();
        assert_eq!(writable.trouble(), None);
        assert!(writable.failed(Obstacle::Full, begun));
        let later = begun + Duration::from_secs(5);
        assert!(!writable.failed(Obstacle::Full, later));
        let trouble = writable.trouble().expect("it lasts");
        assert_eq!(trouble.since, begun);
        assert!(
            trouble.sentence.contains("/data/droas.sqlite is full"),
            "{trouble:?}"
        );
        assert!(writable.failed(Obstacle::ReadOnly, later), "another one is news");
        let trouble = writable.trouble().expect("it lasts");
        assert_eq!(trouble.since, begun, "nothing was written in between");
        writable.succeeded(later);
        assert_eq!(writable.trouble(), None);
        assert!(writable.failed(Obstacle::Full, later));
    }
}
