use proptest::prelude::*;

use super::*;

const GUILD: GuildId = GuildId(1);
const EVERYONE: RoleId = RoleId(1);
const ROLE: RoleId = RoleId(2);
const BOT: UserId = UserId(7);

fn of(permissions: &[Permission]) -> Permissions {
    permissions.iter().copied().collect()
}

fn overwrite(of: OverwriteOf, allow: Permissions, deny: Permissions) -> Overwrite {
    Overwrite { of, allow, deny }
}

/// What the bot may do, whose one role grants `granted`; @everyone sees and writes.
fn computed(granted: &[Permission], overwrites: &[Overwrite]) -> Permissions {
    let roles = [
        Role {
            id: EVERYONE,
            permissions: of(&[Permission::ViewChannel, Permission::SendMessages]),
        },
        Role {
            id: ROLE,
            permissions: of(granted),
        },
        Role {
            id: RoleId(3),
            permissions: Permissions::ALL,
        },
    ];
    permissions_in_channel(GUILD, &roles, BOT, &[ROLE], overwrites)
}

#[test]
fn missing_permissions_are_named_in_order() {
    let held = computed(&[Permission::EmbedLinks], &[]);
    assert_eq!(
        held.missing(&Permission::TO_GREET),
        [Permission::AttachFiles, Permission::ReadMessageHistory]
    );
    let names: Vec<_> = Permission::TO_GREET.iter().map(|one| one.name()).collect();
    assert_eq!(names[3], "ATTACH_FILES");
}

#[test]
fn member_outranks_roles_and_roles_outrank_everyone() {
    let files = of(&[Permission::AttachFiles]);
    let none = Permissions::default();
    let may = |overwrites: &[Overwrite]| {
        computed(&[Permission::AttachFiles], overwrites).has(Permission::AttachFiles)
    };
    let everyone = overwrite(OverwriteOf::Role(EVERYONE), none, files);
    let role = overwrite(OverwriteOf::Role(ROLE), files, none);
    let own = overwrite(OverwriteOf::Member(BOT), none, files);
    assert!(may(&[]));
    assert!(!may(&[everyone]));
    assert!(may(&[role, everyone]));
    assert!(!may(&[own, role, everyone]));
    // Somebody else's.
    let others = [
        overwrite(OverwriteOf::Member(UserId(8)), none, files),
        overwrite(OverwriteOf::Role(RoleId(3)), none, files),
    ];
    assert!(may(&others));
}

#[test]
fn administrators_miss_nothing() {
    let denied = overwrite(
        OverwriteOf::Role(EVERYONE),
        Permissions::default(),
        Permissions::ALL,
    );
    let held = computed(&[Permission::Administrator], &[denied]);
    assert_eq!(held.missing(&Permission::TO_GREET), []);
    assert_eq!(
        of(&[Permission::Administrator]).missing(&Permission::TO_GREET),
        []
    );
}

#[test]
fn who_cannot_write_shows_no_files_and_who_cannot_see_does_nothing() {
    let deny = |permission| {
        overwrite(
            OverwriteOf::Member(BOT),
            Permissions::default(),
            of(&[permission]),
        )
    };
    let granted = [
        Permission::EmbedLinks,
        Permission::AttachFiles,
        Permission::ReadMessageHistory,
    ];
    let held = computed(&granted, &[deny(Permission::SendMessages)]);
    assert_eq!(
        held.missing(&Permission::TO_GREET),
        [
            Permission::SendMessages,
            Permission::EmbedLinks,
            Permission::AttachFiles
        ]
    );
    let blind = computed(&granted, &[deny(Permission::ViewChannel)]);
    assert_eq!(blind.missing(&Permission::TO_GREET), Permission::TO_GREET);
}

fn any_permissions() -> impl Strategy<Value = Permissions> {
    // ADMINISTRATOR among them once in a while.
    any::<u64>().prop_map(|bits| Permissions(bits & 0x1_cc28))
}

proptest! {
    #[test]
    fn order_of_overwrites_makes_no_difference_and_a_denial_of_the_members_own_holds(
        given in prop::collection::vec((0_u64..4, any::<bool>(), any_permissions(), any_permissions()), 0..6),
        granted in any_permissions(),
        denied in any_permissions(),
    ) {
        let mut overwrites: Vec<Overwrite> = given
            .into_iter()
            .map(|(id, is_role, allow, deny)| {
                let of = if is_role { OverwriteOf::Role(RoleId(id)) } else { OverwriteOf::Member(UserId(id)) };
                overwrite(of, allow, deny)
            })
            .collect();
        overwrites.push(overwrite(OverwriteOf::Member(BOT), Permissions::default(), denied));
        let roles = [Role { id: EVERYONE, permissions: granted }, Role { id: ROLE, permissions: granted }];
        let held = permissions_in_channel(GUILD, &roles, BOT, &[ROLE], &overwrites);
        overwrites.reverse();
        prop_assert_eq!(held, permissions_in_channel(GUILD, &roles, BOT, &[ROLE], &overwrites));
        if granted.has(Permission::Administrator) {
            prop_assert_eq!(held, Permissions::ALL);
        } else {
            prop_assert_eq!(held.0 & denied.0, 0);
        }
    }
}
