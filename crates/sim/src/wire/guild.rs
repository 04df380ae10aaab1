//! Guilds and roles.

use serde_json::{Value, json};

use super::{channel, guild_channel, member};
use crate::clock::Timestamp;
use crate::world::World;
use crate::world::guild::Guild;
use crate::world::role::Role;

/// Above this many members a guild is `large` unless IDENTIFY says otherwise.
/// Source: Discord's documentation, "Gateway Events", heading "Identify", read in August 2026.
const LARGE_FROM: usize = 50;

/// A guild, as REST and GUILD_UPDATE give it.
pub fn guild(guild: &Guild) -> Value {
    json!({
        "id": guild.id.to_string(),
        "name": guild.name,
        "icon": guild.icon,
        "description": null,
        "home_header": null,
        "splash": null,
        "discovery_splash": null,
        "features": [],
        "banner": null,
        "owner_id": guild.owner.to_string(),
        "application_id": null,
        "region": "us-west",
        "afk_channel_id": null,
        "afk_timeout": 300,
        "system_channel_id": guild.system_channel.map(|id| id.to_string()),
        "system_channel_flags": 0,
        "widget_enabled": false,
        "widget_channel_id": null,
        "verification_level": 0,
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": null,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": null,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.preferred_locale,
        "rules_channel_id": null,
        "safety_alerts_channel_id": null,
        "public_updates_channel_id": null,
        "premium_progress_bar_enabled": false,
        "nsfw": false,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": null,
    })
}

/// A guild as GUILD_CREATE gives it. Of the members only the bot is listed, as without presences; `member_count` tells
/// how many there are. Threads that are archived, or that the bot cannot see, are left out.
/// Source: Discord's documentation, "Gateway Events", heading "Guild Create", read in August 2026.
pub fn guild_create(world: &World, of: &Guild) -> Value {
    let mut value = guild(of);
    let bot = of.members.get(&world.bot.id);
    let joined_at = bot.map(|bot| Timestamp(bot.joined_at_us).to_string());
    let members: Vec<_> = bot
        .into_iter()
        .map(|bot| json!(member(bot, world.user(bot.user))))
        .collect();
    let threads = of.open_threads_of(world.bot.id).map(channel).collect();
    for (key, extra) in [
        ("joined_at", json!(joined_at)),
        ("large", json!(of.member_count() > LARGE_FROM)),
        ("unavailable", json!(false)),
        ("member_count", json!(of.member_count())),
        ("members", json!(members)),
        ("channels", of.plain_channels().map(guild_channel).collect()),
        ("voice_states", json!([])),
        ("threads", threads),
        ("presences", json!([])),
        ("stage_instances", json!([])),
        ("guild_scheduled_events", json!([])),
        ("soundboard_sounds", json!([])),
    ] {
        value[key] = extra;
    }
    value
}

/// A role.
pub fn role(role: &Role) -> Value {
    let mut value = json!({
        "id": role.id.to_string(),
        "name": role.name,
        "permissions": role.permissions.to_string(),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
        "hoist": false,
        "managed": role.bot.is_some(),
        "mentionable": false,
        "icon": null,
        "unicode_emoji": null,
        "flags": 0,
    });
    if let Some(bot) = role.bot {
        value["tags"] = json!({"bot_id": bot.to_string()});
    }
    value
}
