//! People.

use crate::id::UserId;

/// A member of a guild, as far as a greeting shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub id: UserId,
    /// The account's unique name.
    pub username: String,
    /// The name that the account shows everywhere.
    pub global_name: Option<String>,
    /// The name in this guild.
    pub nick: Option<String>,
    /// The four digits of accounts that still have them; 0 for all others.
    pub discriminator: u16,
    /// Hash of the account's avatar; starts with `a_` when it is animated.
    pub avatar: Option<String>,
    /// Hash of the avatar for this guild alone; it goes before the account's.
    pub guild_avatar: Option<String>,
    /// An application rather than a person.
    pub bot: bool,
}

impl Member {
    /// The name that people see: nick, else global name, else username.
    pub fn shown_name(&self) -> &str {
        [&self.nick, &self.global_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|name| !name.trim().is_empty())
            .unwrap_or(&self.username)
    }
}
