//! Which roles stand above which.
//!
//! Source: Discord's documentation, "Permissions", heading "Permission Hierarchy", and "Role Object", heading "Role
//! Structure", read in August 2026: of two roles in one place the one with the lower id stands above the other, and owners
//! stand above all.

use std::cmp::Reverse;

use domain::id::{GuildId, RoleId, UserId};

use super::{Permission, Permissions};

/// The roles of a guild, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildRoles {
    /// The guild.
    pub guild: GuildId,
    /// Its owner, who may do everything.
    pub owner: UserId,
    /// All its roles, @everyone too, in any order.
    pub roles: Vec<RankedRole>,
}

/// A role in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankedRole {
    /// The role; that of @everyone has the guild's id.
    pub id: RoleId,
    /// What it grants in the guild.
    pub permissions: Permissions,
    /// Higher ones stand above lower ones.
    pub position: i64,
    /// A bot's, an integration's or Discord's own: nobody can give it.
    pub managed: bool,
}

impl RankedRole {
    fn place(&self) -> (i64, Reverse<RoleId>) {
        (self.position, Reverse(self.id))
    }
}

impl GuildRoles {
    /// A role; `None` when the guild has none of this id.
    pub fn role(&self, id: RoleId) -> Option<&RankedRole> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// That of everybody, whose permissions all members have.
    pub fn everyone(&self) -> Permissions {
        self.role(RoleId(self.guild.0))
            .map(|role| role.permissions)
            .unwrap_or_default()
    }

    /// What a member may do in the guild, no channel's overwrites considered. `held` are the ids of their roles.
    pub fn permissions(&self, member: UserId, held: &[RoleId]) -> Permissions {
        let of_roles = self.roles.iter().filter(|role| held.contains(&role.id));
        let bits = of_roles.fold(self.everyone().0, |bits, role| bits | role.permissions.0);
        if member == self.owner || bits & Permission::Administrator.bit() != 0 {
            Permissions::ALL
        } else {
            Permissions(bits)
        }
    }

    /// Whether the highest of a member's roles, `held`, stands above a role. Who may manage roles can give, take and change
    /// those alone.
    pub fn outranks(&self, member: UserId, held: &[RoleId], role: &RankedRole) -> bool {
        let of_roles = self.roles.iter().filter(|role| held.contains(&role.id));
        member == self.owner || of_roles.map(RankedRole::place).max() > Some(role.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: UserId = UserId(1);
    const SOMEBODY: UserId = UserId(2);

    fn role(id: u64, position: i64, permissions: &[Permission]) -> RankedRole {
        RankedRole {
            id: RoleId(id),
            permissions: permissions.iter().copied().collect(),
            position,
            managed: false,
        }
    }

    fn guild() -> GuildRoles {
        GuildRoles {
            guild: GuildId(10),
            owner: OWNER,
            roles: vec![
                role(30, 2, &[Permission::ManageRoles]),
                role(10, 0, &[Permission::SendMessages]),
                role(20, 2, &[]),
                role(40, 3, &[Permission::Administrator]),
            ],
        }
    }

    #[test]
    fn higher_role_stands_above_and_of_two_in_one_place_the_older_one() {
        let guild = guild();
        let above = |held: &[u64], id| {
            let held: Vec<_> = held.iter().copied().map(RoleId).collect();
            guild.outranks(SOMEBODY, &held, guild.role(RoleId(id)).expect("there"))
        };
        assert!(above(&[40], 20) && above(&[20], 10) && above(&[20, 30], 30));
        assert!(above(&[20], 30) && !above(&[30], 20));
        assert!(!above(&[20], 20), "not above itself");
        assert!(
            !above(&[], 10) && !above(&[999], 10),
            "a role that is gone is none"
        );
        let highest = guild.role(RoleId(40)).expect("there");
        assert!(guild.outranks(OWNER, &[], highest));
    }

    #[test]
    fn permissions_are_those_of_everybody_and_of_ones_own_roles() {
        let guild = guild();
        let plain = guild.permissions(SOMEBODY, &[RoleId(20)]);
        assert!(plain.has(Permission::SendMessages) && !plain.has(Permission::ManageRoles));
        let manager = guild.permissions(SOMEBODY, &[RoleId(30)]);
        assert!(manager.has(Permission::ManageRoles) && !manager.has(Permission::BanMembers));
        assert_eq!(guild.permissions(SOMEBODY, &[RoleId(40)]), Permissions::ALL);
        assert_eq!(guild.permissions(OWNER, &[]), Permissions::ALL);
    }
}
