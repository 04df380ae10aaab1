//! What commands Discord offers in our name.

use discord::{Rest, RestError, Verdict};
use domain::id::ApplicationId;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Services, definitions};

/// Sees to it that Discord offers our commands and no others. Nothing else of the bot waits for it: when it fails it is
/// tried again, later and later.
pub(super) async fn until_registered(
    services: &Services,
    application: ApplicationId,
    stop: &CancellationToken,
) {
    let mut pauses = services.timing.discord.start(services.seed);
    loop {
        let tried = tokio::select! {
            () = stop.cancelled() => return,
            tried = register(&services.rest, application) => tried,
        };
        let error = match tried {
            Ok(true) => {
                services.tally.commands_registered(1);
                info!("the commands were registered with Discord");
                return;
            }
            Ok(false) => return,
            Err(error) => error,
        };
        let pause = match error.verdict() {
            Verdict::Wait(pause) => pause,
            _ => pauses.next_pause(),
        };
        warn!(%error, pause_ms = pause.as_millis(), "the commands could not be registered; trying again");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Puts our commands in place of those that Discord has, unless these are the same. Returns whether it did: Discord counts
/// how often that happens, and whoever looks at a command meanwhile sees it vanish.
async fn register(rest: &Rest, application: ApplicationId) -> Result<bool, RestError> {
    let wanted = definitions::all();
    if rest.global_commands(application).await?.are(&wanted) {
        return Ok(false);
    }
    rest.overwrite_global_commands(application, &wanted).await?;
    Ok(true)
}
