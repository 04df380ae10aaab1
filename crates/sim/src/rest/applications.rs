//! The gateway's address and the application.

use serde_json::json;

use super::answer::{Acted, Answer};
use crate::state::State;
use crate::wire;

pub(super) fn gateway(state: &State) -> Acted {
    Ok(Answer::ok(&json!({"url": state.gateway_url()})))
}

pub(super) fn gateway_bot(state: &State) -> Acted {
    let limits = &state.config.limits;
    let now_ms = state.clock().now_ms();
    let (remaining, reset_after_ms) = state.world().sessions.starts_left(limits, now_ms);
    Ok(Answer::ok(&json!({
        "url": state.gateway_url(),
        "shards": state.config.shards,
        "session_start_limit": {
            "total": limits.session_starts_max,
            "remaining": remaining,
            "reset_after": reset_after_ms,
            "max_concurrency": limits.max_concurrency,
        },
    })))
}

/// The application, with the switches of the privileged intents among its flags.
pub(super) fn current(state: &State) -> Acted {
    let world = state.world();
    let bot = world.user(world.bot.id);
    let flags = world.bot.application_flags();
    let present = world.guilds.values().filter(|guild| guild.bot_present).count();
    let owner = world
        .guilds
        .values()
        .next()
        .map_or(bot, |guild| world.user(guild.owner));
    Ok(Answer::ok(&json!({
        "id": world.bot.application_id.to_string(),
        "name": bot.username,
        "icon": null,
        "description": "",
        "type": null,
        "bot": wire::user(bot),
        "bot_public": true,
        "bot_require_code_grant": false,
        "verify_key": "0".repeat(64),
        "flags": flags,
        "flags_new": flags.to_string(),
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "event_webhooks_url": null,
        "event_webhooks_status": 1,
        "owner": wire::user(owner),
        "approximate_guild_count": present,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": null,
        "eligible_oauth2_scopes": [],
    })))
}
