//! Accounts and members.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Done;
use super::asked::{Asked, IdText, Wrong};
use super::guilds::no_guild;
use crate::wire;
use crate::world::membership::Joining;
use crate::world::user::NewUser;
use crate::world::{Id, World};

/// An account to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Account {
    name: Option<String>,
    username: Option<String>,
    /// Whether they have a picture of their own.
    avatar: bool,
    animated: bool,
    bot: bool,
    /// The language of their client.
    locale: Option<String>,
}

impl Account {
    fn make(self, world: &mut World) -> Id {
        let avatar = self.avatar.then(|| {
            let prefix = if self.animated { "a_" } else { "" };
            format!("{prefix}{}", world.ids.hash())
        });
        world.create_user(NewUser {
            global_name: self.name,
            username: self.username,
            avatar,
            bot: self.bot,
            locale: self.locale,
        })
    }
}

pub(super) fn create_user(asked: &Asked<'_>) -> Done {
    let account: Account = asked.body()?;
    let mut world = asked.state.world();
    let id = account.make(&mut world);
    Ok(json!(wire::user(world.user(id))))
}

pub(super) fn members(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    let guild = world
        .guilds
        .get(&asked.ids[0])
        .ok_or_else(|| no_guild(asked.ids[0]))?;
    let members: Vec<Value> = guild
        .members
        .iter()
        .map(|(user, member)| json!(wire::member(member, world.user(*user))))
        .collect();
    Ok(json!({"count": members.len(), "members": members}))
}

pub(super) fn join(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    struct Body {
        user: Option<IdText>,
        #[serde(flatten)]
        account: Account,
        #[serde(default)]
        pending: bool,
        nick: Option<String>,
    }
    let body: Body = asked.body()?;
    let guild = asked.ids[0];
    let mut world = asked.state.world();
    if !world.guilds.contains_key(&guild) {
        return Err(no_guild(guild));
    }
    let user = match body.user {
        Some(user) if !world.users.contains_key(&user.0) => {
            return Err(Wrong::missing(format!("there is no user {}", user.0)));
        }
        Some(user) => user.0,
        None if body.account.name.is_none() => {
            return Err(Wrong::asked(
                "who joins? `user` names an account, `name` makes one",
            ));
        }
        None => body.account.make(&mut world),
    };
    let joining = Joining {
        pending: body.pending,
        nick: body.nick,
        avatar: None,
    };
    let join = world
        .join(guild, user, joining)
        .ok_or_else(|| Wrong::conflict(format!("user {user} is a member already")))?;
    Ok(json!({
        "user": user.to_string(),
        "at_us": join.at_us,
        "rejoined": join.rejoined,
        "duplicated": join.duplicated,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Somebody {
    user: IdText,
    #[serde(default)]
    drift_ms: i64,
}

fn no_member(user: Id) -> Wrong {
    Wrong::conflict(format!("user {user} is no member of this guild"))
}

pub(super) fn leave(asked: &Asked<'_>) -> Done {
    let user = asked.body::<Somebody>()?.user.0;
    if asked.state.world().leave(asked.ids[0], user) {
        Ok(json!({}))
    } else {
        Err(no_member(user))
    }
}

pub(super) fn announce(asked: &Asked<'_>) -> Done {
    let body: Somebody = asked.body()?;
    let mut world = asked.state.world();
    if world.member(asked.ids[0], body.user.0).is_none() {
        return Err(no_member(body.user.0));
    }
    world.announce_join(asked.ids[0], body.user.0, body.drift_ms.saturating_mul(1_000));
    Ok(json!({}))
}

pub(super) fn change(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        /// `Some(None)`, null, takes the nick away.
        #[serde(default, deserialize_with = "present")]
        nick: Option<Option<String>>,
        pending: Option<bool>,
        roles: Option<Vec<IdText>>,
    }
    let body: Body = asked.body()?;
    let user = asked.ids[1];
    let changed = asked.state.world().change_member(asked.ids[0], user, |member| {
        if let Some(nick) = body.nick {
            member.nick = nick;
        }
        if let Some(pending) = body.pending {
            member.pending = pending;
        }
        if let Some(roles) = body.roles {
            member.roles = roles.into_iter().map(|role| role.0).collect();
        }
    });
    if changed {
        Ok(json!({}))
    } else {
        Err(no_member(user))
    }
}

/// Tells null from absent.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
