//! Which roles the bot can give, and which it will not.

use discord::{GuildRoles, Permission, Permissions, RankedRole, Rest, RestError};
use domain::id::{GuildId, RoleId, UserId};

/// What the bot can do about the roles of a guild.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    pub(crate) roles: GuildRoles,
    bot: UserId,
    held: Vec<RoleId>,
}

/// Why a role is not given by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The guild has no such role.
    Gone,
    /// Everybody has it: it is @everyone.
    Everybody,
    /// It belongs to a bot, an integration or Discord itself.
    Managed,
    /// It stands as high as the bot's own highest role, or higher.
    TooHigh,
    /// It gives power over others, which nobody should come to by chatting: these, that everybody does not have already.
    Grants(Vec<Permission>),
}

impl Reach {
    /// Asks Discord.
    ///
    /// # Errors
    /// [`RestError`].
    pub(crate) async fn ask(rest: &Rest, guild: GuildId, bot: UserId) -> Result<Self, RestError> {
        let (roles, held) = tokio::try_join!(rest.guild_roles(guild), rest.member_roles(guild, bot))?;
        Ok(Self { roles, bot, held })
    }

    /// Whether the bot may give and take roles at all.
    pub(crate) fn may_manage(&self) -> bool {
        self.roles
            .permissions(self.bot, &self.held)
            .has(Permission::ManageRoles)
    }

    /// Why a role is not given; `None` for one that can be, provided that the bot may manage roles.
    pub(crate) fn obstacle(&self, role: RoleId) -> Option<Obstacle> {
        let Some(found) = self.roles.role(role) else {
            return Some(Obstacle::Gone);
        };
        if let Some(obstacle) = self.obstacle_to_change(found) {
            return Some(obstacle);
        }
        let more = found.permissions.0 & !self.roles.everyone().0;
        let grants: Vec<_> = Permission::OVER_OTHERS
            .into_iter()
            .filter(|one| more & one.bit() != 0)
            .collect();
        (!grants.is_empty()).then_some(Obstacle::Grants(grants))
    }

    /// Whether a role can be taken from somebody: also one that is not given any more.
    pub(crate) fn can_take(&self, role: RoleId) -> bool {
        let found = self.roles.role(role);
        found.is_some_and(|found| self.obstacle_to_change(found).is_none())
    }

    /// Whether somebody with the roles `held` may hand out a role: they may manage roles, and stand above it.
    pub(crate) fn may_hand_out(
        &self,
        member: UserId,
        held: &[RoleId],
        role: RoleId,
    ) -> Result<(), OutOfHand> {
        let permissions: Permissions = self.roles.permissions(member, held);
        if !permissions.has(Permission::ManageRoles) {
            return Err(OutOfHand::NotAllowed);
        }
        match self.roles.role(role) {
            Some(found) if !self.roles.outranks(member, held, found) => Err(OutOfHand::TooHigh),
            _ => Ok(()),
        }
    }

    fn obstacle_to_change(&self, role: &RankedRole) -> Option<Obstacle> {
        if role.id.0 == self.roles.guild.0 {
            Some(Obstacle::Everybody)
        } else if role.managed {
            Some(Obstacle::Managed)
        } else if !self.roles.outranks(self.bot, &self.held, role) {
            Some(Obstacle::TooHigh)
        } else {
            None
        }
    }
}

/// Why somebody may not hand out a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutOfHand {
    /// They may not manage roles.
    NotAllowed,
    /// It stands as high as their own highest role, or higher.
    TooHigh,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(10);
    const BOT: UserId = UserId(5);
    const BOTS: RoleId = RoleId(50);

    fn role(id: u64, position: i64, permissions: &[Permission]) -> RankedRole {
        RankedRole {
            id: RoleId(id),
            permissions: permissions.iter().copied().collect(),
            position,
            managed: false,
        }
    }

    fn reach() -> Reach {
        let managed = RankedRole {
            managed: true,
            ..role(40, 1, &[])
        };
        Reach {
            roles: GuildRoles {
                guild: GUILD,
                owner: UserId(1),
                roles: vec![
                    role(GUILD.0, 0, &[Permission::ManageThreads]),
                    role(20, 1, &[Permission::SendMessages, Permission::ManageThreads]),
                    role(30, 2, &[Permission::BanMembers, Permission::KickMembers]),
                    managed,
                    RankedRole {
                        managed: true,
                        ..role(BOTS.0, 5, &[Permission::ManageRoles])
                    },
                    role(60, 6, &[]),
                    role(70, 3, &[Permission::Administrator]),
                ],
            },
            bot: BOT,
            held: vec![BOTS],
        }
    }

    #[test]
    fn only_plain_roles_below_the_bots_own_are_given() {
        let reach = reach();
        assert!(reach.may_manage());
        for (role, obstacle) in [
            (20, None),
            (GUILD.0, Some(Obstacle::Everybody)),
            (40, Some(Obstacle::Managed)),
            (BOTS.0, Some(Obstacle::Managed)),
            (60, Some(Obstacle::TooHigh)),
            (99, Some(Obstacle::Gone)),
            (
                30,
                Some(Obstacle::Grants(vec![
                    Permission::BanMembers,
                    Permission::KickMembers,
                ])),
            ),
            (70, Some(Obstacle::Grants(vec![Permission::Administrator]))),
        ] {
            assert_eq!(reach.obstacle(RoleId(role)), obstacle, "{role}");
        }
        assert!(
            reach.can_take(RoleId(30)),
            "what is not given any more is still taken"
        );
        assert!(!reach.can_take(RoleId(60)) && !reach.can_take(RoleId(99)));
    }

    #[test]
    fn nobody_hands_out_what_stands_above_them() {
        let reach = reach();
        let may = |member, held: &[u64], role| {
            let held: Vec<_> = held.iter().copied().map(RoleId).collect();
            reach.may_hand_out(UserId(member), &held, RoleId(role))
        };
        assert_eq!(may(1, &[], 70), Ok(()), "the owner");
        assert_eq!(may(2, &[20], 20), Err(OutOfHand::NotAllowed));
        assert_eq!(may(2, &[70], 20), Ok(()));
        assert_eq!(may(2, &[70], 70), Err(OutOfHand::TooHigh), "not their own either");
        assert_eq!(may(2, &[70], 60), Err(OutOfHand::TooHigh));
    }
}
