//! Who is in a guild.

use domain::event::Join;
use domain::id::{GuildId, UserId};
use domain::member::Member;
use reqwest::Method;
use serde::Deserialize;

use super::client::{Call, Content, Rest};
use super::error::RestError;
use super::limiter::Route;
use crate::gateway::{DID_REJOIN, MemberJson, Timestamp, UserJson};
use crate::health::RouteClass;

/// The most members that Discord lists at once.
/// Source: Discord's documentation, "Guild", heading "List Guild Members", read in August 2026.
const MEMBERS_LEN_MAX: usize = 1000;

/// A part of the list of a guild's members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPage {
    /// The members by user id, each as they joined. Guests, who never did, are left out.
    pub members: Vec<Join>,
    /// Behind whom the list goes on; `None` at its end.
    pub next: Option<UserId>,
}

#[derive(Deserialize)]
struct Listed {
    user: UserJson,
    nick: Option<String>,
    avatar: Option<String>,
    /// Guests have none.
    joined_at: Option<Timestamp>,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    pending: bool,
}

impl Rest {
    /// GET /guilds/{guild}/members: the up to 1000 members with the next larger ids than `after`. Needs the intent
    /// GUILD_MEMBERS to be granted.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn members_after(&self, guild: GuildId, after: UserId) -> Result<MemberPage, RestError> {
        let answer = self
            .call(Call {
                class: RouteClass::Members,
                route: Route::new("GET guilds/*/members", guild.0),
                method: Method::GET,
                path: &["guilds", &guild.to_string(), "members"],
                query: &[
                    ("limit", MEMBERS_LEN_MAX.to_string()),
                    ("after", after.to_string()),
                ],
                content: Content::None,
            })
            .await?;
        let listed: Vec<Listed> = answer.read()?;
        Ok(page(guild, listed))
    }

    /// GET /guilds/{guild}/members/{user}: somebody as the guild sees them.
    ///
    /// # Errors
    /// [`RestError`]; [`Refusal::MemberGone`](crate::Refusal::MemberGone) of who is no member.
    pub async fn member(&self, guild: GuildId, user: UserId) -> Result<Member, RestError> {
        let path = ["guilds", &guild.to_string(), "members", &user.to_string()];
        let route = Route::new("GET guilds/*/members/*", guild.0);
        let listed: Listed = self.get(RouteClass::Members, route, &path, &[]).await?;
        Ok(listed.into_member())
    }
}

fn page(guild: GuildId, listed: Vec<Listed>) -> MemberPage {
    let is_full = listed.len() >= MEMBERS_LEN_MAX;
    let mut last = None;
    let mut members = Vec::with_capacity(listed.len());
    for one in listed {
        let (joined_at, flags, pending) = (one.joined_at, one.flags, one.pending);
        let member = one.into_member();
        last = last.max(Some(member.id));
        members.extend(joined_at.map(|joined_at| Join {
            guild,
            member,
            joined_at: joined_at.0,
            rejoined: flags & DID_REJOIN != 0,
            pending,
        }));
    }
    MemberPage {
        members,
        next: last.filter(|_| is_full),
    }
}

impl Listed {
    fn into_member(self) -> Member {
        let of_guild = MemberJson {
            nick: self.nick,
            avatar: self.avatar,
        };
        self.user.into_member(Some(of_guild))
    }
}

#[cfg(test)]
mod tests {
    use domain::time::UnixMs;
    use serde_json::json;

    use super::*;

    fn read(list: &serde_json::Value) -> serde_json::Result<MemberPage> {
        let listed = serde_json::from_value(list.clone())?;
        Ok(page(GuildId(1), listed))
    }

    #[test]
    fn list_goes_on_behind_its_largest_id_while_it_is_full() {
        let member = |id: usize| json!({"user": {"id": id.to_string(), "username": "u"}, "joined_at": "2026-08-01T10:00:00Z"});
        let full: Vec<_> = (1..=MEMBERS_LEN_MAX).map(member).collect();
        assert_eq!(
            read(&json!(full)).expect("sound").next,
            Some(UserId(MEMBERS_LEN_MAX as u64))
        );
        assert_eq!(read(&json!(full[1..])).expect("sound").next, None);
        assert_eq!(read(&json!([])).expect("sound").next, None);
    }

    #[test]
    fn guests_are_left_out_and_what_may_be_absent_is() {
        let list = json!([
            {"user": {"id": "7", "username": "gu\u{0}est"}, "joined_at": null},
            {"user": {"id": "8", "username": "a\u{0}b"}, "joined_at": "2026-08-01T10:00:00.123Z", "flags": 1, "pending": true},
        ]);
        let members = read(&list).expect("sound").members;
        let [join] = &members[..] else {
            panic!("{members:?}")
        };
        assert_eq!((join.member.id, join.member.username.as_str()), (UserId(8), "ab"));
        assert_eq!(join.joined_at, UnixMs(1_785_578_400_123));
        assert!(join.rejoined && join.pending && !join.member.bot);
        let without_id = json!([{"user": {"id": "x", "username": ""}, "joined_at": null}]);
        assert!(read(&without_id).is_err());
    }
}
