//! What somebody may do in a guild and in its channels.
//!
//! Source: Discord's documentation, "Permissions", headings "Bitwise Permission Flags", "Permission Hierarchy" and
//! "Permission Overwrites", read in August 2026.

use super::Id;
use super::guild::Guild;

/// CREATE_INSTANT_INVITE.
pub const CREATE_INSTANT_INVITE: u64 = 1;
/// ADMINISTRATOR: everything, whatever the overwrites say.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// MANAGE_GUILD.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// VIEW_CHANNEL: without it a channel's messages are neither read nor heard of.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// SEND_MESSAGES.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// MANAGE_MESSAGES.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// EMBED_LINKS.
pub const EMBED_LINKS: u64 = 1 << 14;
/// ATTACH_FILES.
pub const ATTACH_FILES: u64 = 1 << 15;
/// READ_MESSAGE_HISTORY.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// MENTION_EVERYONE.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// MANAGE_ROLES: giving, taking and changing roles that stand below one's own highest.
pub const MANAGE_ROLES: u64 = 1 << 28;
/// USE_APPLICATION_COMMANDS.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;

/// SEND_MESSAGES_IN_THREADS, where SEND_MESSAGES is for all other channels.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// All permissions that exist.
pub const ALL: u64 = (1 << 53) - 1;

/// What @everyone may do in a new guild.
pub const EVERYONE_DEFAULT: u64 = CREATE_INSTANT_INVITE
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | SEND_MESSAGES_IN_THREADS;

/// What the invite link of a greeting bot asks for.
pub const BOT_DEFAULT: u64 = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY;

/// The permissions of a user in the guild, or in one of its channels. 0 for who is no member, and in a channel that is
/// not the guild's.
pub fn of(guild: &Guild, user: Id, channel: Option<Id>) -> u64 {
    let Some(member) = guild.members.get(&user) else {
        return 0;
    };
    if guild.owner == user {
        return ALL;
    }
    let base = std::iter::once(&guild.id)
        .chain(&member.roles)
        .filter_map(|role| guild.roles.get(role))
        .fold(0, |sum, role| sum | role.permissions);
    if base & ADMINISTRATOR != 0 {
        return ALL;
    }
    let Some(channel) = channel else {
        return base;
    };
    // A thread has the permissions of its channel.
    let home = guild.channels.get(&channel);
    let parent = home.and_then(|home| Some(home.thread.as_ref()?.parent));
    let Some(channel) = parent.map_or(home, |parent| guild.channels.get(&parent)) else {
        return 0;
    };
    let applying = |member_wide: bool, of: &dyn Fn(Id) -> bool| {
        channel
            .overwrites
            .iter()
            .filter(|overwrite| overwrite.member == member_wide && of(overwrite.id))
            .fold((0, 0), |(allow, deny), overwrite| {
                (allow | overwrite.allow, deny | overwrite.deny)
            })
    };
    let everyone = applying(false, &|id| id == guild.id);
    let roles = applying(false, &|id| id != guild.id && member.roles.contains(&id));
    let own = applying(true, &|id| id == user);
    let granted = [everyone, roles, own]
        .into_iter()
        .fold(base, |bits, (allow, deny)| bits & !deny | allow);
    // Who cannot see a channel can do nothing in it; who cannot write in it, none of the kinds of writing.
    if granted & VIEW_CHANNEL == 0 {
        0
    } else if granted & SEND_MESSAGES == 0 {
        granted & !(MENTION_EVERYONE | ATTACH_FILES | EMBED_LINKS)
    } else {
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SimConfig;
    use crate::world::World;
    use crate::world::channel::Overwrite;
    use crate::world::membership::Joining;
    use crate::world::user::NewUser;

    /// A guild with a member who has one role: the world, the guild, its channel, the role, the member.
    fn guild() -> (World, [Id; 4]) {
        let config = SimConfig::default();
        let mut world = World::new(&config, config.bind);
        let guild = world.create_guild("guild");
        let channel = world.guilds[&guild].system_channel.expect("a new guild has one");
        let role = world.create_role(guild, "role", 0).expect("a guild");
        let user = world.create_user(NewUser::named("member"));
        world.join(guild, user, Joining::default()).expect("a new member");
        world.change_member(guild, user, |member| member.roles.push(role));
        (world, [guild, channel, role, user])
    }

    fn overwrite(id: Id, member: bool, allow: u64, deny: u64) -> Overwrite {
        Overwrite {
            id,
            member,
            allow,
            deny,
        }
    }

    #[test]
    fn owner_and_administrator_may_do_everything_whatever_a_channel_denies() {
        let (mut world, [guild, channel, role, user]) = guild();
        world.set_overwrite(channel, overwrite(guild, false, 0, ALL));
        let owner = world.guilds[&guild].owner;
        assert_eq!(world.permissions(guild, owner, Some(channel)), ALL);
        assert_eq!(world.permissions(guild, user, Some(channel)), 0);
        world.set_role_permissions(guild, role, ADMINISTRATOR);
        assert_eq!(world.permissions(guild, user, Some(channel)), ALL);
    }

    #[test]
    fn member_overwrites_outrank_roles_and_roles_outrank_everyone() {
        let (mut world, [guild, channel, role, user]) = guild();
        let may_attach = |world: &World| world.permissions(guild, user, Some(channel)) & ATTACH_FILES != 0;
        assert!(may_attach(&world));
        world.set_overwrite(channel, overwrite(guild, false, 0, ATTACH_FILES));
        assert!(!may_attach(&world));
        world.set_overwrite(channel, overwrite(role, false, ATTACH_FILES, 0));
        assert!(may_attach(&world));
        world.set_overwrite(channel, overwrite(user, true, 0, ATTACH_FILES));
        assert!(!may_attach(&world));
    }

    #[test]
    fn who_cannot_see_or_write_cannot_do_what_depends_on_it() {
        let (mut world, [guild, channel, _, user]) = guild();
        world.set_overwrite(channel, overwrite(user, true, 0, SEND_MESSAGES));
        let left = world.permissions(guild, user, Some(channel));
        assert_eq!(left & (SEND_MESSAGES | ATTACH_FILES | EMBED_LINKS), 0);
        assert_ne!(left & READ_MESSAGE_HISTORY, 0);
        world.set_overwrite(channel, overwrite(user, true, 0, VIEW_CHANNEL));
        assert_eq!(world.permissions(guild, user, Some(channel)), 0);
    }

    #[test]
    fn strangers_and_strange_channels_have_no_permissions() {
        let (mut world, [guild, _, _, user]) = guild();
        let other = world.create_guild("other");
        let strange = world.guilds[&other].system_channel;
        assert_eq!(world.permissions(other, user, None), 0);
        assert_eq!(world.permissions(guild, user, strange), 0);
    }
}
