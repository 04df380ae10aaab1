use std::time::Duration;

use domain::id::{GuildId, RoleId, UserId};
use domain::settings::Field;
use domain::settings::Patch;
use domain::time::UnixMs;
use store::{GivenRole, GivenState, Store, StoreOptions};

use super::words::*;

const ACTIVE: RoleId = RoleId(501);
const LEGEND: RoleId = RoleId(502);

fn with_roles() -> Patch {
    Patch::new().set(Field::ActivityLevelRoles, "active=501 legend=502")
}

async fn guild_with_roles(options: &StoreOptions) -> Store {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(5)), guild(CHESS, Some(5))]).await;
    choose(&store, TEA, with_roles(), 10).await;
    store
}

async fn take(store: &Store, now: u64, until: u64) -> Vec<GuildId> {
    let taken = store.take_level_role_guilds(at(now), at(until), 10).await;
    taken.expect("written")
}

async fn give(store: &Store, user: u64, role: RoleId, seconds: u64) {
    let user = UserId(user);
    store
        .begin_role(TEA, user, role, at(seconds))
        .await
        .expect("written");
    let given = Some(GivenState::Given);
    let settled = store.settle_role(TEA, user, role, given, at(seconds)).await;
    settled.expect("written");
}

/// User, role and state of all that is noted.
async fn noted(store: &Store) -> Vec<(u64, RoleId, GivenState)> {
    let roles = store.given_roles(TEA, UserId(0), 100).await.expect("read");
    roles
        .iter()
        .map(|one| (one.user.0, one.role, one.state))
        .collect()
}

pub(crate) async fn guild_is_due_when_its_roles_are_chosen_and_given_to_one_caller(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    assert_eq!(take(&store, 9, 100).await, []);
    assert_eq!(take(&store, 10, 100).await, [TEA]);
    assert_eq!(take(&store, 99, 200).await, [], "it is somebody's until then");
    assert_eq!(take(&store, 100, 200).await, [TEA]);
    choose(
        &store,
        TEA,
        Patch::new().set(Field::ActivityLevels, "10 20 30 40"),
        110,
    )
    .await;
    assert_eq!(
        take(&store, 110, 300).await,
        [TEA],
        "at once, when what counts is changed"
    );
    choose(&store, TEA, Patch::new().set(Field::Language, "ja"), 120).await;
    assert_eq!(take(&store, 120, 300).await, []);
}

pub(crate) async fn guilds_that_wait_longest_are_taken_first(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    choose(&store, CHESS, with_roles(), 5).await;
    let first = store
        .take_level_role_guilds(at(50), at(100), 1)
        .await
        .expect("written");
    assert_eq!(first, [CHESS]);
    assert_eq!(
        store
            .take_level_role_guilds(at(50), at(100), 0)
            .await
            .expect("written"),
        []
    );
    assert_eq!(take(&store, 50, 100).await, [TEA]);
}

pub(crate) async fn guild_is_put_off_unless_it_changed_meanwhile(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    take(&store, 10, 100).await;
    store
        .put_off_level_roles(TEA, at(100), at(500))
        .await
        .expect("written");
    assert_eq!(take(&store, 499, 600).await, []);
    store.hasten_level_roles(TEA, at(300)).await.expect("written");
    store
        .hasten_level_roles(TEA, at(400))
        .await
        .expect("no later than before");
    assert_eq!(take(&store, 300, 600).await, [TEA]);
    choose(
        &store,
        TEA,
        with_roles().set(Field::ActivityLevels, "1 2 3 4"),
        310,
    )
    .await;
    store
        .put_off_level_roles(TEA, at(600), at(900))
        .await
        .expect("written");
    assert_eq!(
        take(&store, 310, 600).await,
        [TEA],
        "what was found is out of date"
    );
}

pub(crate) async fn guild_without_roles_stays_due_while_somebody_has_one(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    give(&store, 1, ACTIVE, 11).await;
    choose(&store, TEA, Patch::new().unset(Field::ActivityLevelRoles), 20).await;
    assert_eq!(take(&store, 20, 100).await, [TEA]);
    assert!(!store.end_level_roles(TEA, at(100)).await.expect("written"));
    assert_eq!(take(&store, 100, 200).await, [TEA]);
    store
        .settle_role(TEA, UserId(1), ACTIVE, None, at(101))
        .await
        .expect("written");
    assert!(
        !store.end_level_roles(TEA, at(100)).await.expect("written"),
        "due at another time"
    );
    assert!(store.end_level_roles(TEA, at(200)).await.expect("written"));
    assert_eq!(take(&store, 10_000, 20_000).await, []);
    choose(&store, TEA, with_roles(), 30).await;
    assert_eq!(take(&store, 30, 100).await, [TEA]);
}

pub(crate) async fn role_is_noted_from_its_beginning_to_its_end(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    store
        .begin_role(TEA, UserId(7), ACTIVE, at(11))
        .await
        .expect("written");
    let begun = store.given_roles(TEA, UserId(0), 10).await.expect("read");
    let expected = GivenRole {
        user: UserId(7),
        role: ACTIVE,
        state: GivenState::Giving,
        at: at(11),
    };
    assert_eq!(begun, [expected]);
    give(&store, 7, ACTIVE, 12).await;
    assert_eq!(noted(&store).await, [(7, ACTIVE, GivenState::Given)]);
    // Given once more, as after a crash.
    give(&store, 7, ACTIVE, 13).await;
    give(&store, 3, LEGEND, 14).await;
    let gone = Some(GivenState::Gone);
    store
        .settle_role(TEA, UserId(3), LEGEND, gone, at(15))
        .await
        .expect("written");
    let all = [(3, LEGEND, GivenState::Gone), (7, ACTIVE, GivenState::Given)];
    assert_eq!(noted(&store).await, all);
    assert_eq!(store.given_roles(CHESS, UserId(0), 10).await.expect("read"), []);
    let second = store.given_roles(TEA, UserId(3), 10).await.expect("read");
    assert_eq!(second.len(), 1);
    store
        .settle_role(TEA, UserId(7), ACTIVE, None, at(16))
        .await
        .expect("written");
    assert_eq!(noted(&store).await, all[..1]);
    assert_eq!(store.forget_role(TEA, LEGEND).await.expect("written"), 1);
    assert_eq!(noted(&store).await, []);
    // It was forgotten while it was given.
    store
        .settle_role(TEA, UserId(7), ACTIVE, gone, at(17))
        .await
        .expect("written");
    assert_eq!(noted(&store).await, []);
}

pub(crate) async fn who_leaves_or_comes_anew_has_no_roles_from_us(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    commit(&store, vec![join(TEA, 1, 20), join(TEA, 2, 21)]).await;
    for user in [1, 2, 3] {
        give(&store, user, ACTIVE, 30).await;
    }
    commit(&store, vec![leave(CHESS, 1), leave(TEA, 1), leave(TEA, 3)]).await;
    assert_eq!(noted(&store).await, [(2, ACTIVE, GivenState::Given)]);
    // A join that is told twice is none; one after a leave that was missed is.
    commit(&store, vec![join(TEA, 2, 21)]).await;
    assert_eq!(noted(&store).await.len(), 1);
    commit(&store, vec![join(TEA, 2, 5_000)]).await;
    assert_eq!(noted(&store).await, []);
    // Of the return nothing was heard, only of the leave after it.
    give(&store, 1, ACTIVE, 6_000).await;
    commit(&store, vec![leave(TEA, 1)]).await;
    assert_eq!(noted(&store).await, []);
}

pub(crate) async fn roles_of_a_guild_whose_settings_are_erased_are_forgotten(options: &StoreOptions) {
    let store = guild_with_roles(options).await;
    give(&store, 1, ACTIVE, 11).await;
    commit(&store, vec![domain::effect::Effect::ForgetGuild(TEA)]).await;
    assert_eq!(
        noted(&store).await.len(),
        1,
        "who comes back finds the roles as they were"
    );
    let later: UnixMs = at(1000) + Duration::from_secs(1);
    assert_eq!(store.erase_settings(later, 10).await.expect("written"), 1);
    assert_eq!(noted(&store).await, []);
    assert_eq!(take(&store, 10_000, 20_000).await, []);
}
