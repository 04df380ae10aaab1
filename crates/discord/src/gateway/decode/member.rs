//! GUILD_MEMBER_ADD, GUILD_MEMBER_UPDATE and GUILD_MEMBER_REMOVE.

use domain::event::{Event, Join};
use domain::id::{GuildId, UserId};
use domain::member::Member;
use serde::Deserialize;

use super::timestamp::Timestamp;
use super::values::{Id, Text};

/// The member's flag DID_REJOIN.
/// Source: Discord's documentation, "Guild", heading "Guild Member Flags", read in August 2026.
pub(crate) const DID_REJOIN: u64 = 1 << 0;

#[derive(Deserialize)]
pub(super) struct Added<'a> {
    guild_id: Id,
    #[serde(borrow)]
    user: User<'a>,
    #[serde(borrow)]
    nick: Option<Text<'a>>,
    #[serde(borrow)]
    avatar: Option<Text<'a>>,
    joined_at: Option<Timestamp>,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    pending: bool,
}

#[derive(Deserialize)]
struct User<'a> {
    id: Id,
    #[serde(borrow)]
    username: Text<'a>,
    #[serde(borrow)]
    global_name: Option<Text<'a>>,
    #[serde(borrow)]
    discriminator: Option<Text<'a>>,
    #[serde(borrow)]
    avatar: Option<Text<'a>>,
    #[serde(default)]
    bot: bool,
}

impl User<'_> {
    /// The member as the account shows itself everywhere.
    fn into_member(self) -> Member {
        Member {
            id: UserId(self.id.0),
            username: self.username.into_string(),
            global_name: self.global_name.map(Text::into_string),
            nick: None,
            // Only decides which default avatar is shown, so one that is none does not cost the welcome.
            discriminator: self
                .discriminator
                .and_then(|four| four.into_string().parse().ok())
                .unwrap_or(0),
            avatar: self.avatar.map(Text::into_string),
            guild_avatar: None,
            bot: self.bot,
        }
    }
}

impl Added<'_> {
    /// Somebody without `joined_at` is a guest, not a member.
    /// Source: Discord's documentation, "Guild", heading "Guild Member Object", read in August 2026.
    pub(super) fn into_event(self) -> Event {
        let Some(joined_at) = self.joined_at else {
            return Event::Unused;
        };
        Event::MemberJoined(Join {
            guild: GuildId(self.guild_id.0),
            member: Member {
                nick: self.nick.map(Text::into_string),
                guild_avatar: self.avatar.map(Text::into_string),
                ..self.user.into_member()
            },
            joined_at: joined_at.0,
            rejoined: self.flags & DID_REJOIN != 0,
            pending: self.pending,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Removed<'a> {
    guild_id: Id,
    #[serde(borrow)]
    user: User<'a>,
}

impl Removed<'_> {
    pub(super) fn into_event(self) -> Event {
        Event::MemberLeft {
            guild: GuildId(self.guild_id.0),
            member: self.user.into_member(),
        }
    }
}

#[derive(Deserialize)]
struct Somebody {
    id: Id,
}

#[derive(Deserialize)]
pub(super) struct Updated {
    guild_id: Id,
    user: Somebody,
    pending: Option<bool>,
}

impl Updated {
    pub(super) fn into_event(self) -> Event {
        Event::MemberUpdated {
            guild: GuildId(self.guild_id.0),
            user: UserId(self.user.id.0),
            pending: self.pending,
        }
    }
}
