//! Members.

use serde::Serialize;

use super::Text;
use super::user::UserJson;
use crate::clock::Timestamp;
use crate::world::Id;
use crate::world::member::Member;
use crate::world::user::User;

#[derive(Debug, Serialize)]
pub(super) struct MemberJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    guild_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserJson<'a>>,
    nick: Option<&'a str>,
    avatar: Option<&'a str>,
    banner: Option<&'a str>,
    avatar_decoration_data: Option<()>,
    collectibles: Option<()>,
    roles: Vec<Text>,
    joined_at: Timestamp,
    premium_since: Option<Timestamp>,
    deaf: bool,
    mute: bool,
    flags: u32,
    pending: bool,
    communication_disabled_until: Option<Timestamp>,
}

impl<'a> MemberJson<'a> {
    /// As it stands beside a user: without one.
    pub(super) fn partial(member: &'a Member) -> Self {
        Self {
            guild_id: None,
            user: None,
            nick: member.nick.as_deref(),
            avatar: member.avatar.as_deref(),
            banner: None,
            avatar_decoration_data: None,
            collectibles: None,
            roles: member.roles.iter().copied().map(Text).collect(),
            joined_at: Timestamp(member.joined_at_us),
            premium_since: None,
            deaf: false,
            mute: false,
            flags: member.flags,
            pending: member.pending,
            communication_disabled_until: None,
        }
    }
}

/// A member.
pub fn member<'a>(member: &'a Member, user: &'a User) -> impl Serialize + 'a {
    MemberJson {
        user: Some(UserJson::new(user)),
        ..MemberJson::partial(member)
    }
}

/// A member with the id of the guild, as the gateway's events have it.
pub fn guild_member<'a>(guild: Id, member: &'a Member, user: &'a User) -> impl Serialize + 'a {
    MemberJson {
        guild_id: Some(Text(guild)),
        user: Some(UserJson::new(user)),
        ..MemberJson::partial(member)
    }
}
