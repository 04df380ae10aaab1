//! Guilds whose channel is gone or closed to us: known to the store, so that people can be told, and left alone until
//! something changed there.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::GuildId;
use domain::welcome::Parked;
use store::{Store, StoreError};
use tracing::{info, warn};

use super::Greeter;

/// The guilds that are parked, as the store knows them.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    guilds: Mutex<HashSet<GuildId>>,
}

impl Parking {
    /// Reads which guilds were parked before the start. They are tried at once: anything may have changed since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let parked = store.all_parked().await?;
        for Parked {
            guild,
            channel,
            reason,
            since,
        } in &parked
        {
            warn!(%guild, %channel, reason = reason.name(), since_ms = since.0, "the guild could not be greeted in; trying again");
        }
        let guilds = parked.iter().map(|parked| parked.guild).collect();
        Ok(Self {
            guilds: Mutex::new(guilds),
        })
    }

    pub(super) fn holds(&self, guild: GuildId) -> bool {
        self.guilds().contains(&guild)
    }

    pub(super) async fn park(&self, greeter: &Greeter, parked: Parked) -> Result<(), StoreError> {
        let is_news = greeter.store.park(parked).await?;
        self.guilds().insert(parked.guild);
        if is_news {
            greeter.tally.guilds_parked(1);
            warn!(
                guild = %parked.guild, channel = %parked.channel, reason = parked.reason.name(),
                "the guild cannot be greeted in until somebody lets the bot see its channel, post and attach pictures there"
            );
        }
        Ok(())
    }

    /// A post stands in the guild's channel.
    pub(super) async fn unpark(&self, greeter: &Greeter, guild: GuildId) -> Result<(), StoreError> {
        if !self.holds(guild) {
            return Ok(());
        }
        if greeter.store.unpark(guild).await? {
            greeter.tally.guilds_unparked(1);
            info!(%guild, "the guild can be greeted in again");
        }
        self.guilds().remove(&guild);
        Ok(())
    }

    fn guilds(&self) -> MutexGuard<'_, HashSet<GuildId>> {
        self.guilds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
