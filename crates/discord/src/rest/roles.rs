//! The roles of guilds and of their members.

use std::fmt::Write;

use domain::id::{GuildId, RoleId, UserId};
use reqwest::Method;
use serde::Deserialize;

use super::access::bits;
use super::client::{Call, Content, Rest};
use super::error::RestError;
use super::limiter::Route;
use super::routes::id;
use crate::health::RouteClass;
use crate::permissions::{GuildRoles, RankedRole};

/// The header that says what a guild's audit log says of a change, and how much of it: 512 characters.
/// Source: Discord's documentation, "Audit Log Resource", heading "Audit Log Reason", read in August 2026.
pub(super) const AUDIT_LOG_REASON: &str = "x-audit-log-reason";
const REASON_CHARS_MAX: usize = 512;

#[derive(Deserialize)]
struct GuildJson {
    owner_id: String,
    roles: Vec<RoleJson>,
}

#[derive(Deserialize)]
struct RoleJson {
    id: String,
    permissions: String,
    position: i64,
    managed: bool,
}

#[derive(Deserialize)]
struct MemberJson {
    roles: Vec<String>,
}

impl Rest {
    /// GET /guilds/{guild}: its roles, in their places, and whose guild it is.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn guild_roles(&self, guild: GuildId) -> Result<GuildRoles, RestError> {
        let path = ["guilds", &guild.to_string()];
        let json: GuildJson = self
            .get(
                RouteClass::Channels,
                Route::new("GET guilds/*", guild.0),
                &path,
                &[],
            )
            .await?;
        let roles = json.roles.iter().map(|role| {
            Ok(RankedRole {
                id: id(&role.id)?,
                permissions: bits(&role.permissions)?,
                position: role.position,
                managed: role.managed,
            })
        });
        Ok(GuildRoles {
            guild,
            owner: id(&json.owner_id)?,
            roles: roles.collect::<Result<_, RestError>>()?,
        })
    }

    /// GET /guilds/{guild}/members/{member}: the roles that a member has, @everyone not named.
    ///
    /// # Errors
    /// [`RestError`]; [`Refusal::MemberGone`](crate::Refusal::MemberGone) of who is no member.
    pub async fn member_roles(&self, guild: GuildId, member: UserId) -> Result<Vec<RoleId>, RestError> {
        let path = ["guilds", &guild.to_string(), "members", &member.to_string()];
        let json: MemberJson = self
            .get(
                RouteClass::Members,
                Route::new("GET guilds/*/members/*", guild.0),
                &path,
                &[],
            )
            .await?;
        json.roles.iter().map(|role| id(role)).collect()
    }

    /// PUT /guilds/{guild}/members/{member}/roles/{role}. Who has the role keeps it, so it may be done any number of times.
    /// `reason` is what the guild's audit log says of it, up to 512 characters of it.
    ///
    /// # Errors
    /// [`RestError`]; refused are members ([`Refusal::MemberGone`](crate::Refusal::MemberGone)) and roles
    /// ([`Refusal::RoleGone`](crate::Refusal::RoleGone)) that are not there, and what the bot may not give
    /// ([`Refusal::MissingPermission`](crate::Refusal::MissingPermission)).
    pub async fn give_role(
        &self,
        guild: GuildId,
        member: UserId,
        role: RoleId,
        reason: &str,
    ) -> Result<(), RestError> {
        let name = "PUT guilds/*/members/*/roles/*";
        self.set_role(Method::PUT, name, guild, member, role, reason)
            .await
    }

    /// DELETE /guilds/{guild}/members/{member}/roles/{role}. Otherwise as [`Rest::give_role`].
    ///
    /// # Errors
    /// As there.
    pub async fn take_role(
        &self,
        guild: GuildId,
        member: UserId,
        role: RoleId,
        reason: &str,
    ) -> Result<(), RestError> {
        let name = "DELETE guilds/*/members/*/roles/*";
        self.set_role(Method::DELETE, name, guild, member, role, reason)
            .await
    }

    async fn set_role(
        &self,
        method: Method,
        name: &'static str,
        guild: GuildId,
        member: UserId,
        role: RoleId,
        reason: &str,
    ) -> Result<(), RestError> {
        let (guild_text, member_text, role_text) = (guild.to_string(), member.to_string(), role.to_string());
        self.call(Call {
            class: RouteClass::Members,
            route: Route::new(name, guild.0),
            method,
            path: &[
                "guilds",
                &guild_text,
                "members",
                &member_text,
                "roles",
                &role_text,
            ],
            query: &[],
            content: Content::Reason(reason),
        })
        .await
        .map(drop)
    }
}

/// A reason as the header takes it: UTF-8 in the escapes of URLs.
pub(super) fn escaped(reason: &str) -> String {
    let mut escaped = String::new();
    for char in reason.chars().take(REASON_CHARS_MAX) {
        if char.is_ascii_alphanumeric() || "-_.~".contains(char) {
            escaped.push(char);
        } else {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                write!(escaped, "%{byte:02X}").expect("a String takes everything");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_escaped_and_no_longer_than_discord_takes_it() {
        assert_eq!(escaped("Level: 等\n"), "Level%3A%20%E7%AD%89%0A");
        assert_eq!(escaped(&"等".repeat(600)).len(), 512 * 9);
    }
}
