//! Accounts.

use super::Id;

/// An account, in any guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account's id.
    pub id: Id,
    /// The unique name: lower case letters, digits, `.` and `_`.
    pub username: String,
    /// The name that is shown everywhere.
    pub global_name: Option<String>,
    /// `0` for accounts of our days, four digits for bots.
    pub discriminator: String,
    /// Hash of the avatar; starts with `a_` when it is animated.
    pub avatar: Option<String>,
    /// An application rather than a person.
    pub bot: bool,
    /// The language of their client.
    pub locale: String,
}

impl User {
    pub(super) fn bot(id: Id, username: &str) -> Self {
        Self {
            id,
            username: username.to_owned(),
            global_name: None,
            discriminator: format!("{:04}", id % 9999 + 1),
            avatar: None,
            bot: true,
            locale: "en-US".to_owned(),
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The name that is shown everywhere.
    pub global_name: Option<String>,
    /// The unique name; `None` derives one from the id.
    pub username: Option<String>,
    /// Hash of the avatar; starts with `a_` when it is animated.
    pub avatar: Option<String>,
    /// An application rather than a person.
    pub bot: bool,
    /// The language of their client; `None` is `en-US`.
    pub locale: Option<String>,
}

impl NewUser {
    /// A person of this shown name with the default avatar.
    pub fn named(global_name: &str) -> Self {
        Self {
            global_name: Some(global_name.to_owned()),
            ..Self::default()
        }
    }
}

impl super::World {
    /// Makes an account.
    pub fn create_user(&mut self, new: NewUser) -> Id {
        let id = self.ids.old();
        let user = User {
            username: new.username.unwrap_or_else(|| format!("user_{}", id % 1_000_000)),
            global_name: new.global_name,
            avatar: new.avatar,
            locale: new.locale.unwrap_or_else(|| "en-US".to_owned()),
            ..User::bot(id, "")
        };
        let user = if new.bot {
            user
        } else {
            User {
                bot: false,
                discriminator: "0".to_owned(),
                ..user
            }
        };
        self.users.insert(id, user);
        id
    }
}
