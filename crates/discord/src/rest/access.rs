//! What we may do in a channel, where Discord has not told it along with something else.

use domain::id::{ChannelId, GuildId, UserId};
use serde::Deserialize;

use super::client::Rest;
use super::error::RestError;
use super::limiter::Route;
use super::routes::id;
use crate::health::RouteClass;
use crate::permissions::{Overwrite, OverwriteOf, Permissions, Role, permissions_in_channel};

#[derive(Deserialize)]
struct ChannelJson {
    guild_id: Option<String>,
    #[serde(default)]
    permission_overwrites: Vec<OverwriteJson>,
}

#[derive(Deserialize)]
struct OverwriteJson {
    id: String,
    /// 0 is a role, 1 a member.
    #[serde(rename = "type")]
    kind: u8,
    allow: String,
    deny: String,
}

#[derive(Deserialize)]
struct RoleJson {
    id: String,
    permissions: String,
}

impl Rest {
    /// What `member` (the bot, say, who never owns the guild) may do in a channel, overwrites included: from the channel,
    /// the guild's roles and the member, asked for at once. Nothing where the channel is of another guild.
    ///
    /// # Errors
    /// [`RestError`]: a channel that the bot does not see is refused with
    /// [`Refusal::MissingAccess`](crate::Refusal::MissingAccess).
    pub async fn permissions_in(
        &self,
        guild: GuildId,
        channel: ChannelId,
        member: UserId,
    ) -> Result<Permissions, RestError> {
        let (guild_text, channel_text) = (guild.to_string(), channel.to_string());
        let channel_path = ["channels", &*channel_text];
        let roles_path = ["guilds", &*guild_text, "roles"];
        let (channel_json, roles, held) = tokio::try_join!(
            self.get::<ChannelJson>(
                RouteClass::Channels,
                Route::new("GET channels/*", channel.0),
                &channel_path,
                &[]
            ),
            self.get::<Vec<RoleJson>>(
                RouteClass::Channels,
                Route::new("GET guilds/*/roles", guild.0),
                &roles_path,
                &[]
            ),
            self.member_roles(guild, member),
        )?;
        if channel_json.guild_id != Some(guild_text.clone()) {
            return Ok(Permissions::default());
        }
        let overwrites: Vec<Overwrite> = channel_json
            .permission_overwrites
            .iter()
            .map(overwrite)
            .collect::<Result<_, _>>()?;
        let roles: Vec<Role> = roles
            .iter()
            .map(|role| {
                Ok(Role {
                    id: id(&role.id)?,
                    permissions: bits(&role.permissions)?,
                })
            })
            .collect::<Result<_, RestError>>()?;
        Ok(permissions_in_channel(guild, &roles, member, &held, &overwrites))
    }
}

fn overwrite(json: &OverwriteJson) -> Result<Overwrite, RestError> {
    Ok(Overwrite {
        of: match json.kind {
            0 => OverwriteOf::Role(id(&json.id)?),
            _ => OverwriteOf::Member(id(&json.id)?),
        },
        allow: bits(&json.allow)?,
        deny: bits(&json.deny)?,
    })
}

pub(super) fn bits(text: &str) -> Result<Permissions, RestError> {
    id(text).map(Permissions)
}
