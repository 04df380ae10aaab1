//! Users.

use serde::Serialize;
use serde_json::{Value, json};

use super::Text;
use crate::world::World;
use crate::world::user::User;

#[derive(Debug, Serialize)]
pub(super) struct UserJson<'a> {
    id: Text,
    username: &'a str,
    global_name: Option<&'a str>,
    discriminator: &'a str,
    avatar: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bot: bool,
    public_flags: u32,
    flags: u64,
    banner: Option<&'a str>,
    accent_color: Option<u32>,
    avatar_decoration_data: Option<()>,
    collectibles: Option<()>,
    primary_guild: Option<()>,
}

impl<'a> UserJson<'a> {
    pub(super) fn new(user: &'a User) -> Self {
        Self {
            id: Text(user.id),
            username: &user.username,
            global_name: user.global_name.as_deref(),
            discriminator: &user.discriminator,
            avatar: user.avatar.as_deref(),
            bot: user.bot,
            public_flags: 0,
            flags: 0,
            banner: None,
            accent_color: None,
            avatar_decoration_data: None,
            collectibles: None,
            primary_guild: None,
        }
    }
}

/// A user.
pub fn user(user: &User) -> impl Serialize {
    UserJson::new(user)
}

/// The user that a token belongs to, as READY and `GET /users/@me` give it.
pub fn current_user(world: &World) -> Value {
    let mut current =
        serde_json::to_value(user(world.user(world.bot.id))).expect("a user is an object with text keys");
    for (key, value) in [
        ("verified", json!(true)),
        ("mfa_enabled", json!(false)),
        ("locale", json!("en-US")),
        ("email", Value::Null),
    ] {
        current[key] = value;
    }
    current
}

/// The application, as READY names it.
pub fn partial_application(world: &World) -> Value {
    json!({
        "id": world.bot.application_id.to_string(),
        "flags": world.bot.application_flags(),
    })
}
