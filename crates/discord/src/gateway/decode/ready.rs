//! READY.

use domain::event::Event;
use domain::id::{GuildId, UserId};
use serde::Deserialize;

use super::values::Id;

#[derive(Deserialize)]
pub(super) struct Ready {
    user: Entity,
    #[serde(default)]
    guilds: Vec<Entity>,
}

#[derive(Deserialize)]
struct Entity {
    id: Id,
}

impl Ready {
    pub(super) fn into_event(self) -> Event {
        Event::Ready {
            bot: UserId(self.user.id.0),
            guilds: self.guilds.into_iter().map(|guild| GuildId(guild.id.0)).collect(),
        }
    }
}
