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
/// USE_APPLICATION_COMMANDS.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;

/// All permissions that exist.
pub const ALL: u64 = (1 << 53) - 1;

/// What @everyone may do in a new guild.
pub const EVERYONE_DEFAULT: u64 = CREATE_INSTANT_INVITE
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS;

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
    let Some(channel) = guild.channels.get(&channel) else {
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
