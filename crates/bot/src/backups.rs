//! Backups of the database's file, made by the clock while the bot runs.
//!
//! Start reading at [`run`], then [`BackupFolder`], which names them and removes old ones. A clock that jumps makes neither
//! many backups nor none: what is due is reckoned by the newest file at the start, and by two clocks from then on.

mod due;
mod folder;
mod pictures;
mod retention;
mod standing;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use assets::AssetStore;
use domain::time::UnixMs;
use store::upkeep::{self, BackedUp, UpkeepError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::patience::Patience;
use due::Due;
pub use folder::{BackupFolder, FoundBackup, Occasion, stamp};
pub use pictures::{pictures_beside, put_back};
pub use retention::Retention;
pub use standing::{BackupStanding, BackupStatus};

/// How often it is looked whether a backup is due, and how long after the start for the first time: a bot that dies at
/// its start again and again makes none.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// After a backup that could not be made. The disk may be full, and each try writes as much as there is room.
const AFTER_FAILURE: Patience = Patience {
    first: Duration::from_secs(5 * 60),
    longest: Duration::from_secs(3600),
};

/// What is backed up, when and where.
pub struct Backups {
    /// The database's file.
    pub database: PathBuf,
    /// Where the backups lie.
    pub folder: BackupFolder,
    /// Where the pictures of guilds lie, if that is a folder of this machine.
    pub pictures: Option<AssetStore>,
    /// From one backup to the next.
    pub every: Duration,
    /// Which are kept.
    pub retention: Retention,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How many times shorter it is waited between looks and after failures: for rehearsals. At least 1.
    pub haste: u32,
    /// For jitter.
    pub seed: u64,
}

/// Makes backups until `stop`, and tells `standing` of each. One that cannot be made is told in the log and tried again.
/// One that is being made at the stop is not waited for; what is left of it is removed at the next start.
pub async fn run(backups: Backups, standing: BackupStanding, stop: CancellationToken) {
    let haste = backups.haste.max(1);
    backups.folder.remove_unfinished();
    let newest = backups.folder.newest(backups.clock.now());
    standing.begin(backups.every, newest.as_ref());
    let mut due = Due::new(backups.every, newest.map(|newest| newest.made_at), Instant::now());
    let mut pauses = hastened(AFTER_FAILURE, haste).start(backups.seed);
    let mut pause = LOOK_EVERY / haste;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = LOOK_EVERY / haste;
        let now = backups.clock.now();
        if !due.is_due(now, Instant::now()) {
            continue;
        }
        let made = tokio::select! {
            () = stop.cancelled() => return,
            made = backups.make(now) => made,
        };
        match made {
            Ok(made) => {
                due.made(now, Instant::now());
                pauses = hastened(AFTER_FAILURE, haste).start(backups.seed);
                standing.made(now, made.size_bytes);
            }
            Err(error) => {
                pause = pauses.next_pause();
                standing.failed(error.to_string());
                error!(%error, again_in_s = pause.as_secs(), "no backup could be made; the bot goes on without one");
            }
        }
    }
}

impl Backups {
    async fn make(&self, now: UnixMs) -> Result<BackedUp, UpkeepError> {
        let plan = self
            .folder
            .plan(Occasion::Scheduled, now, self.pictures.clone())?;
        let file = plan.file.clone();
        let made = upkeep::back_up(&self.database, plan).await?;
        info!(file = %file.display(), size_bytes = made.size_bytes, "a backup was made");
        match self.folder.tidy(self.retention, &file, now) {
            Ok(0) => {}
            Ok(count) => info!(count, "old backups were removed"),
            Err(error) => warn!(%error, "old backups cannot be removed now; they are another time"),
        }
        Ok(made)
    }
}

fn hastened(patience: Patience, by: u32) -> Patience {
    Patience {
        first: patience.first / by,
        longest: patience.longest / by,
    }
}
