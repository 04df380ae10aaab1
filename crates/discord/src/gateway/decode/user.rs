//! Somebody, where nothing is borrowed from what Discord wrote.

use domain::id::UserId;
use domain::member::Member;
use serde::Deserialize;

use super::values::{Id, clean};

/// A user's account.
#[derive(Clone, Deserialize)]
pub(crate) struct UserJson {
    id: Id,
    username: String,
    global_name: Option<String>,
    discriminator: Option<String>,
    avatar: Option<String>,
    #[serde(default)]
    bot: bool,
}

/// What a guild adds to a user.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct MemberJson {
    pub(crate) nick: Option<String>,
    pub(crate) avatar: Option<String>,
}

impl UserJson {
    pub(crate) fn into_member(self, of_guild: Option<MemberJson>) -> Member {
        let of_guild = of_guild.unwrap_or_default();
        Member {
            id: UserId(self.id.0),
            username: clean(self.username),
            global_name: self.global_name.map(clean),
            nick: of_guild.nick.map(clean),
            // Only decides which default avatar is shown.
            discriminator: self.discriminator.and_then(|four| four.parse().ok()).unwrap_or(0),
            avatar: self.avatar.map(clean),
            guild_avatar: of_guild.avatar.map(clean),
            bot: self.bot,
        }
    }
}
