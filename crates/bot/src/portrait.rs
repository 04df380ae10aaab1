//! The picture that goes with a welcome.

use std::sync::Arc;

use card::{Background, Picture, Pool, WelcomeCard};
use discord::{Attachment, Cdn};
use domain::guild::GuildFacts;
use domain::welcome::Welcome;
use tracing::{info, warn};

use crate::tally::Tally;

/// The side of the avatar that is asked for, px: the size at which the card shows it.
const AVATAR_SIDE_PX: u16 = 256;

/// Draws cards, with whatever can be had of the member's avatar.
pub(crate) struct Portraits {
    pub(crate) cdn: Cdn,
    pub(crate) painters: Pool,
    pub(crate) background: Background,
    pub(crate) tally: Arc<Tally>,
}

impl Portraits {
    /// The card of a welcome; `None` when none could be drawn, so that the words go out alone rather than late.
    pub(crate) async fn draw(&self, welcome: &Welcome, guild: &GuildFacts) -> Option<Attachment> {
        let avatar = match self
            .cdn
            .avatar(welcome.guild, &welcome.member, AVATAR_SIDE_PX)
            .await
        {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.tally.avatars_missing(1);
                info!(welcome = %welcome.id, user = %welcome.member.id, %error, "no avatar; the card shows one of our own");
                None
            }
        };
        let card = WelcomeCard {
            name: welcome.member.shown_name().to_owned(),
            guild_name: guild.name.clone(),
            member_number: welcome.member_number,
            avatar,
            background: self.background.clone(),
        };
        match self.painters.welcome(card).await {
            Ok(picture) => {
                if let Some(error) = &picture.avatar_refused {
                    self.tally.avatars_missing(1);
                    info!(welcome = %welcome.id, user = %welcome.member.id, %error, "the avatar cannot be drawn");
                }
                Some(attachment(picture, welcome, guild))
            }
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(welcome = %welcome.id, %error, "no card; the words go out alone");
                None
            }
        }
    }
}

fn attachment(picture: Picture, welcome: &Welcome, guild: &GuildFacts) -> Attachment {
    Attachment {
        file_name: format!("welcome.{}", picture.format.extension()),
        media_type: picture.format.media_type(),
        description: format!(
            "A card that welcomes {} to {}",
            welcome.member.shown_name(),
            guild.name
        ),
        bytes: picture.bytes.into(),
    }
}
