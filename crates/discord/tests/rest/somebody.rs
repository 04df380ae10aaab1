//! A member for tests that ask for pictures.

use domain::id::UserId;
use domain::member::Member;
use sim::driver::GuildHandle;

/// Joins the guild; has no picture of their own.
pub(crate) fn somebody(guild: &GuildHandle) -> Member {
    Member {
        id: UserId(guild.join("小林").user),
        username: "xiaolin".into(),
        global_name: None,
        nick: None,
        discriminator: 0,
        avatar: None,
        guild_avatar: None,
        bot: false,
    }
}
