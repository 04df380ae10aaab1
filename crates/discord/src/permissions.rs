//! What may be done in a guild and in its channels.
//!
//! Source: Discord's documentation, "Permissions", headings "Bitwise Permission Flags", "Permission Overwrites" and
//! "Implicit Permissions", read in August 2026.

mod hierarchy;

use domain::id::{GuildId, RoleId, UserId};
pub use hierarchy::{GuildRoles, RankedRole};

/// A set of permissions, as Discord's bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(pub u64);

/// A permission that somebody here asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Removing members.
    KickMembers,
    /// Removing members for good.
    BanMembers,
    /// Everything, whatever a channel's overwrites say.
    Administrator,
    /// Changing channels.
    ManageChannels,
    /// Changing the guild's settings: what our commands ask of their callers.
    ManageGuild,
    /// Seeing a channel. Without it nothing else counts there.
    ViewChannel,
    /// Writing in it. Without it neither embeds nor files count.
    SendMessages,
    /// Deleting what others wrote.
    ManageMessages,
    /// Showing embeds.
    EmbedLinks,
    /// Showing files, such as cards.
    AttachFiles,
    /// Reading what was written before: how the bot finds out what became of a post.
    ReadMessageHistory,
    /// Giving, taking and changing the roles below one's own highest one. In a channel's overwrites this bit is another
    /// permission: to change these.
    ManageRoles,
    /// Making and changing webhooks.
    ManageWebhooks,
    /// Changing emojis, stickers and sounds.
    ManageExpressions,
    /// Changing and deleting threads.
    ManageThreads,
    /// Silencing members for a while.
    ModerateMembers,
}

impl Permission {
    /// What the bot needs in a channel to greet there.
    pub const TO_GREET: [Self; 5] = [
        Self::ViewChannel,
        Self::SendMessages,
        Self::EmbedLinks,
        Self::AttachFiles,
        Self::ReadMessageHistory,
    ];

    /// What gives power over others or over the guild: nobody should come to it by chatting. Those for which Discord asks
    /// two factors of moderators, and to silence members.
    /// Source: Discord's documentation, "Permissions", heading "Bitwise Permission Flags", read in August 2026.
    pub const OVER_OTHERS: [Self; 11] = [
        Self::Administrator,
        Self::ManageGuild,
        Self::ManageRoles,
        Self::ManageChannels,
        Self::ManageWebhooks,
        Self::ManageExpressions,
        Self::ManageMessages,
        Self::ManageThreads,
        Self::BanMembers,
        Self::KickMembers,
        Self::ModerateMembers,
    ];

    /// Discord's bit.
    pub const fn bit(self) -> u64 {
        match self {
            Self::KickMembers => 1 << 1,
            Self::BanMembers => 1 << 2,
            Self::Administrator => 1 << 3,
            Self::ManageChannels => 1 << 4,
            Self::ManageGuild => 1 << 5,
            Self::ViewChannel => 1 << 10,
            Self::SendMessages => 1 << 11,
            Self::ManageMessages => 1 << 13,
            Self::EmbedLinks => 1 << 14,
            Self::AttachFiles => 1 << 15,
            Self::ReadMessageHistory => 1 << 16,
            Self::ManageRoles => 1 << 28,
            Self::ManageWebhooks => 1 << 29,
            Self::ManageExpressions => 1 << 30,
            Self::ManageThreads => 1 << 34,
            Self::ModerateMembers => 1 << 40,
        }
    }

    /// Discord's own name for it, in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::KickMembers => "KICK_MEMBERS",
            Self::BanMembers => "BAN_MEMBERS",
            Self::Administrator => "ADMINISTRATOR",
            Self::ManageChannels => "MANAGE_CHANNELS",
            Self::ManageGuild => "MANAGE_GUILD",
            Self::ViewChannel => "VIEW_CHANNEL",
            Self::SendMessages => "SEND_MESSAGES",
            Self::ManageMessages => "MANAGE_MESSAGES",
            Self::EmbedLinks => "EMBED_LINKS",
            Self::AttachFiles => "ATTACH_FILES",
            Self::ReadMessageHistory => "READ_MESSAGE_HISTORY",
            Self::ManageRoles => "MANAGE_ROLES",
            Self::ManageWebhooks => "MANAGE_WEBHOOKS",
            Self::ManageExpressions => "MANAGE_GUILD_EXPRESSIONS",
            Self::ManageThreads => "MANAGE_THREADS",
            Self::ModerateMembers => "MODERATE_MEMBERS",
        }
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |bits, permission| bits | permission.bit()),
        )
    }
}

impl Permissions {
    /// Everything.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether `permission` is among them. Administrators have them all.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & (permission.bit() | Permission::Administrator.bit()) != 0
    }

    /// Those of `needed` that are not among them, in the order of `needed`.
    pub fn missing(self, needed: &[Permission]) -> Vec<Permission> {
        needed.iter().copied().filter(|one| !self.has(*one)).collect()
    }
}

/// Whose permissions an overwrite changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverwriteOf {
    /// Everybody who has the role.
    Role(RoleId),
    /// One member.
    Member(UserId),
}

/// How a channel changes what some may do in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// Whom it concerns.
    pub of: OverwriteOf,
    /// What they may do, though the guild says nothing of it.
    pub allow: Permissions,
    /// What they may not do, though the guild allows it.
    pub deny: Permissions,
}

/// A role, as far as it grants something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role; that of @everyone has the guild's id.
    pub id: RoleId,
    /// What it grants in the guild.
    pub permissions: Permissions,
}

/// What a member who does not own the guild may do in one of its channels. `held` are the ids of their roles, in which
/// @everyone need not be named.
pub fn permissions_in_channel(
    guild: GuildId,
    roles: &[Role],
    member: UserId,
    held: &[RoleId],
    overwrites: &[Overwrite],
) -> Permissions {
    let everyone = RoleId(guild.0);
    let base = roles
        .iter()
        .filter(|role| role.id == everyone || held.contains(&role.id))
        .fold(0, |bits, role| bits | role.permissions.0);
    if base & Permission::Administrator.bit() != 0 {
        return Permissions::ALL;
    }
    let applied = |bits: u64, concerns: &dyn Fn(OverwriteOf) -> bool| {
        let (allow, deny) = overwrites
            .iter()
            .filter(|overwrite| concerns(overwrite.of))
            .fold((0, 0), |(allow, deny), overwrite| {
                (allow | overwrite.allow.0, deny | overwrite.deny.0)
            });
        bits & !deny | allow
    };
    let bits = applied(base, &|of| of == OverwriteOf::Role(everyone));
    let bits = applied(
        bits,
        &|of| matches!(of, OverwriteOf::Role(role) if role != everyone && held.contains(&role)),
    );
    let bits = applied(bits, &|of| of == OverwriteOf::Member(member));
    implied(bits)
}

/// Without what is implied by the absence of another: who does not see a channel can do nothing there, who cannot write in
/// it shows neither embeds nor files.
fn implied(bits: u64) -> Permissions {
    /// MENTION_EVERYONE.
    const MENTION_EVERYONE: u64 = 1 << 17;
    if bits & Permission::ViewChannel.bit() == 0 {
        Permissions::default()
    } else if bits & Permission::SendMessages.bit() == 0 {
        Permissions(bits & !(Permission::EmbedLinks.bit() | Permission::AttachFiles.bit() | MENTION_EVERYONE))
    } else {
        Permissions(bits)
    }
}

#[cfg(test)]
mod tests;
