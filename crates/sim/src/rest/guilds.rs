//! Guilds, their channels, roles and members.

use serde_json::json;

use super::answer::{Acted, Answer};
use super::refusal::Refusal;
use super::request::Call;
use crate::gateway::intents;
use crate::state::State;
use crate::wire;
use crate::world::guild::Guild;
use crate::world::permissions::VIEW_CHANNEL;
use crate::world::{Id, World};

fn known(world: &World, id: Id) -> Result<&Guild, Refusal> {
    world.guild(id).ok_or_else(Refusal::unknown_guild)
}

pub(super) fn guild(state: &State, call: &Call, id: Id) -> Acted {
    let world = state.world();
    let guild = known(&world, id)?;
    let mut value = wire::guild(guild);
    if call.switch("with_counts") {
        value["approximate_member_count"] = json!(guild.member_count());
        value["approximate_presence_count"] = json!(guild.member_count());
    }
    Ok(Answer::ok(&value))
}

/// The guild's channels, without its threads.
/// Source: Discord's documentation, "Guild Resource", heading "Get Guild Channels", read in August 2026.
pub(super) fn channels(state: &State, id: Id) -> Acted {
    let world = state.world();
    let channels: Vec<_> = known(&world, id)?.plain_channels().map(wire::channel).collect();
    Ok(Answer::ok(&channels))
}

pub(super) fn roles(state: &State, id: Id) -> Acted {
    let world = state.world();
    let roles: Vec<_> = known(&world, id)?.roles.values().map(wire::role).collect();
    Ok(Answer::ok(&roles))
}

/// Members by user id, a page of 1 to 1000 after an id. It needs the privileged intent to be switched on.
/// Source: Discord's documentation, "Guild Resource", heading "List Guild Members", read in August 2026.
pub(super) fn members(state: &State, call: &Call, id: Id) -> Acted {
    let limit = call.number("limit", 1, 1000, 1)?;
    let after = call.snowflake("after")?.unwrap_or(0);
    let world = state.world();
    if world.bot.granted_intents & intents::GUILD_MEMBERS == 0 {
        return Err(Refusal::missing_access());
    }
    let page: Vec<_> = known(&world, id)?
        .members
        .range(after.saturating_add(1)..)
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .map(|(user, member)| wire::member(member, world.user(*user)))
        .collect();
    Ok(Answer::ok(&page))
}

pub(super) fn member(state: &State, guild: Id, user: Id) -> Acted {
    let world = state.world();
    let guild = known(&world, guild)?;
    let Some(member) = guild.members.get(&user) else {
        return Err(if world.users.contains_key(&user) {
            Refusal::unknown_member()
        } else {
            Refusal::unknown_user()
        });
    };
    Ok(Answer::ok(&wire::member(member, world.user(user))))
}

pub(super) fn channel(state: &State, id: Id) -> Acted {
    let world = state.world();
    let (guild, channel) = world.channel(id).ok_or_else(Refusal::unknown_channel)?;
    if world.permissions(guild.id, world.bot.id, Some(id)) & VIEW_CHANNEL == 0 {
        return Err(Refusal::missing_access());
    }
    Ok(Answer::ok(&wire::channel(channel)))
}
