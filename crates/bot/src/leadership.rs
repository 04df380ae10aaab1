//! Waiting until this process is the bot of its database. Of several over one PostgreSQL database one is; the others stand
//! by, and one of them goes on where it ended.

use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::control::Control;
use crate::timing::Timing;

/// Returns whether it is: `false` when it was told to stop before.
///
/// # Errors
/// [`StoreError`], when to ask again would not help.
pub(crate) async fn lead(
    store: &Store,
    control: &Control,
    timing: Timing,
    seed: u64,
    stop: &CancellationToken,
) -> Result<bool, StoreError> {
    let mut pauses = timing.store.start(seed);
    let mut stands_by = false;
    loop {
        let pause = match store.lead().await {
            Ok(true) => break,
            Ok(false) => {
                if !stands_by {
                    info!(
                        "another droas is at work over this database: standing by, to take over when that one ends"
                    );
                    stands_by = true;
                    control.stand_by(true);
                }
                timing.stand_by_every
            }
            Err(error @ StoreError::Unavailable { .. }) => {
                let pause = pauses.next_pause();
                warn!(%error, pause_ms = pause.as_millis(), "whether another droas is at work is not known; asking again");
                pause
            }
            Err(error) => return Err(error),
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(false),
            () = tokio::time::sleep(pause) => {}
        }
    }
    if stands_by {
        info!("the other droas has ended or is out of reach: this one takes over");
        control.stand_by(false);
    }
    Ok(true)
}
