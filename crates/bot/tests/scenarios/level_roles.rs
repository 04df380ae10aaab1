//! Roles that members have by their level, whatever happens meanwhile.

use std::time::Duration;

use bot::Timing;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use sim::driver::{GuildHandle, MemberHandle};
use sim::faults::FaultPlan;
use sim::world::Id;
use sim::world::log::RoleChange;
use store::{GivenRole, GivenState};

use crate::harness::{PATIENCE, Scenario, Setup};

const BAN_MEMBERS: u64 = 1 << 2;
const GIVE: &str = "PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}";
const TAKE: &str = "DELETE /guilds/{guild.id}/members/{user.id}/roles/{role.id}";
const HOUR: Duration = Duration::from_secs(3600);

/// A guild in which one message makes 80 points, an expert. They fade by 2 an hour, an hour after the message.
struct Levelled {
    scenario: Scenario,
    active: Id,
    expert: Id,
}

/// Looks all the time, and changes at once. What is closed is probed never.
fn hasty() -> Setup {
    Setup {
        timing: Timing {
            look_every: Duration::from_millis(20),
            level_roles_every: Duration::from_millis(40),
            role_every: Duration::ZERO,
            role_every_in_all: Duration::ZERO,
            probe_every: 24 * HOUR,
            ..Timing::default()
        },
        ..Setup::default()
    }
}

fn chosen(active: Id, expert: Id) -> Patch {
    Patch::new().set(Field::ActivityGain, "80").set(
        Field::ActivityLevelRoles,
        format!("active={active} expert={expert}"),
    )
}

impl Levelled {
    async fn begin() -> Self {
        Self::begin_with(hasty()).await
    }

    async fn begin_with(setup: Setup) -> Self {
        let scenario = Scenario::begin_with(setup).await;
        let active = scenario.guild.create_role("active", 0);
        let expert = scenario.guild.create_role("expert", 0);
        scenario.guild.let_bot_manage_roles(true);
        let levelled = Self {
            scenario,
            active,
            expert,
        };
        levelled.choose(chosen(active, expert)).await;
        levelled
    }

    fn guild(&self) -> &GuildHandle {
        &self.scenario.guild
    }

    async fn choose(&self, patch: Patch) {
        self.scenario.choose(GuildId(self.guild().id), patch).await;
    }

    fn writes(&self, member: MemberHandle) {
        let channel = self.guild().welcome_channel();
        self.guild().post(channel, member, "hello").expect("posted");
    }

    /// Somebody joins and writes at once.
    fn chatter(&self, name: &str) -> MemberHandle {
        let member = self.guild().join(name);
        self.writes(member);
        member
    }

    /// Waits until a member has exactly these roles.
    async fn has(&self, member: MemberHandle, roles: &[Id]) {
        let waited = self
            .scenario
            .sim
            .wait_until(PATIENCE, |world| self.guild().roles_of(world, member) == roles);
        if waited.await.is_err() {
            let has = self.guild().roles_of(&self.scenario.sim.world(), member);
            panic!("{has:?} in place of {roles:?}; {:?}", self.scenario.tally());
        }
    }

    /// Waits until the guild was looked at from beginning to end since now.
    async fn is_looked_at(&self) {
        let before = self.scenario.tally().level_roles_looks;
        self.scenario
            .bot_counts(|tally| tally.level_roles_looks >= before + 2)
            .await;
    }

    fn log(&self) -> Vec<RoleChange> {
        self.scenario.sim.world().log.roles.clone()
    }

    /// Which roles the bot gave (`true`) and took, in order.
    fn changes(&self) -> Vec<(Id, bool)> {
        self.log()
            .iter()
            .map(|change| (change.role, change.given))
            .collect()
    }

    async fn noted(&self) -> Vec<GivenRole> {
        let guild = GuildId(self.guild().id);
        let store = self.scenario.store();
        store.given_roles(guild, UserId(0), 100).await.expect("readable")
    }

    /// Waits until the database has nothing but what is certain.
    async fn is_noted(&self, states: &[GivenState]) {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let waiting = async {
            loop {
                looks.tick().await;
                let noted = self.noted().await;
                if noted.iter().map(|one| one.state).eq(states.iter().copied()) {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "{:?}", self.noted().await);
    }

    fn asked(&self, route: &str) -> u64 {
        self.scenario.sim.counters().requests_of(route)
    }

    async fn end(self) {
        self.scenario.end().await;
    }
}

#[tokio::test]
async fn role_comes_with_the_score_and_goes_with_it() {
    let levelled = Levelled::begin().await;
    let (active, expert) = (levelled.active, levelled.expert);
    let chatter = levelled.chatter("chatter");
    let silent = levelled.guild().join("silent");
    levelled.has(chatter, &[expert]).await;
    // 72 points are left, then 24.5: half a point below the level.
    levelled.scenario.clock.advance(5 * HOUR);
    levelled.has(chatter, &[active]).await;
    levelled.scenario.clock.advance(23 * HOUR + HOUR * 3 / 4);
    levelled.is_looked_at().await;
    levelled.has(chatter, &[active]).await;
    levelled.scenario.clock.advance(HOUR / 2);
    levelled.has(chatter, &[]).await;
    levelled.has(silent, &[]).await;
    let expected = [(expert, true), (expert, false), (active, true), (active, false)];
    assert_eq!(levelled.changes(), expected, "taken before the other is given");
    let reasons: Vec<_> = levelled
        .log()
        .into_iter()
        .filter_map(|change| change.reason)
        .collect();
    assert_eq!(reasons[0], "Reached level Expert");
    levelled.is_noted(&[]).await;
    levelled.end().await;
}

#[tokio::test]
async fn role_whose_giving_ended_in_doubt_is_given_once_more_after_a_crash() {
    let mut levelled = Levelled::begin().await;
    let mut plan = FaultPlan::default();
    plan.write.error_after = 1.0;
    levelled.scenario.sim.set_faults(plan);
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    levelled.is_noted(&[GivenState::Giving]).await;
    levelled.scenario.kill_bot().await;
    levelled.scenario.sim.set_faults(FaultPlan::default());
    let before = levelled.asked(GIVE);
    levelled.scenario.start_bot().await;
    levelled.is_noted(&[GivenState::Given]).await;
    assert!(levelled.asked(GIVE) > before);
    assert_eq!(
        levelled.changes(),
        [(levelled.expert, true)],
        "it changed nothing"
    );
    levelled.end().await;
}

#[tokio::test]
async fn role_of_which_nobody_knows_whether_it_was_given_is_taken_all_the_same() {
    let mut levelled = Levelled::begin().await;
    let mut plan = FaultPlan::default();
    plan.write.error_after = 1.0;
    levelled.scenario.sim.set_faults(plan);
    let chatter = levelled.chatter("chatter");
    levelled.is_noted(&[GivenState::Giving]).await;
    levelled.has(chatter, &[levelled.expert]).await;
    levelled.scenario.kill_bot().await;
    levelled.scenario.sim.set_faults(FaultPlan::default());
    // Meanwhile all of the score fades.
    levelled.scenario.clock.advance(60 * HOUR);
    levelled.scenario.start_bot().await;
    levelled.has(chatter, &[]).await;
    levelled.is_noted(&[]).await;
    levelled.end().await;
}

#[tokio::test]
async fn guild_that_forbids_it_is_left_alone_until_it_allows_it() {
    let levelled = Levelled::begin().await;
    levelled.guild().let_bot_manage_roles(false);
    let chatter = levelled.chatter("chatter");
    levelled
        .scenario
        .bot_counts(|tally| tally.level_roles_parked >= 1 && tally.messages_counted >= 1)
        .await;
    let looks = levelled.scenario.tally().level_roles_looks;
    assert_eq!(levelled.asked(GIVE), 0, "nobody knocks at a closed door");
    levelled.guild().let_bot_manage_roles(true);
    levelled.has(chatter, &[levelled.expert]).await;
    assert!(levelled.scenario.tally().level_roles_looks > looks);
    assert_eq!(levelled.scenario.sim.counters().invalid_requests, 0);
    levelled.end().await;
}

#[tokio::test]
async fn member_whose_role_was_deleted_has_the_next_lower_one() {
    let levelled = Levelled::begin().await;
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    levelled.is_noted(&[GivenState::Given]).await;
    assert!(levelled.guild().delete_role(levelled.expert));
    levelled.has(chatter, &[levelled.active]).await;
    levelled.is_noted(&[GivenState::Given]).await;
    assert_eq!(levelled.asked(TAKE), 0, "there is nothing to be taken");
    levelled.end().await;
}

#[tokio::test]
async fn role_that_comes_to_power_is_taken_back() {
    let levelled = Levelled::begin().await;
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    assert!(
        levelled
            .guild()
            .set_role_permissions(levelled.expert, BAN_MEMBERS)
    );
    levelled.has(chatter, &[levelled.active]).await;
    let later = levelled.chatter("later");
    levelled.has(later, &[levelled.active]).await;
    levelled.end().await;
}

#[tokio::test]
async fn role_above_the_bots_own_is_left_and_the_others_go_on() {
    let levelled = Levelled::begin().await;
    let (active, expert) = (levelled.active, levelled.expert);
    assert!(levelled.guild().raise_role(expert));
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[active]).await;
    assert_eq!(levelled.scenario.sim.counters().invalid_requests, 0);
    // The bot's role is put above it again.
    levelled.guild().let_bot_manage_roles(true);
    levelled.has(chatter, &[expert]).await;
    levelled.end().await;
}

#[tokio::test]
async fn role_that_cannot_be_taken_is_taken_as_soon_as_it_can_be() {
    let levelled = Levelled::begin().await;
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    assert!(levelled.guild().raise_role(levelled.expert));
    levelled.scenario.clock.advance(5 * HOUR);
    levelled.is_looked_at().await;
    levelled.has(chatter, &[levelled.expert]).await;
    assert_eq!(levelled.asked(TAKE), 0, "nobody tries what cannot be");
    levelled.guild().let_bot_manage_roles(true);
    levelled.has(chatter, &[levelled.active]).await;
    levelled.end().await;
}

#[tokio::test]
async fn who_left_is_tried_once_and_has_their_role_again_when_they_are_back() {
    let levelled = Levelled::begin().await;
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    assert!(levelled.guild().leave(chatter));
    levelled
        .scenario
        .bot_counts(|tally| tally.level_roles_members_gone == 1)
        .await;
    levelled.is_noted(&[GivenState::Gone]).await;
    levelled.is_looked_at().await;
    assert_eq!(levelled.scenario.tally().level_roles_members_gone, 1);
    // Longer after the leave than Discord needs to tell a join twice.
    levelled.scenario.sim.advance(Duration::from_secs(10));
    assert!(levelled.guild().rejoin(chatter));
    levelled.has(chatter, &[levelled.expert]).await;
    levelled.is_noted(&[GivenState::Given]).await;
    levelled.end().await;
}

#[tokio::test]
async fn roles_are_taken_back_when_there_are_none_for_levels_any_more() {
    let levelled = Levelled::begin().await;
    let chatters: Vec<_> = (0..5)
        .map(|n| levelled.chatter(&format!("chatter {n}")))
        .collect();
    let own = levelled.guild().create_role("of their own", 0);
    levelled.guild().give_role(chatters[0], own);
    for (n, chatter) in chatters.iter().enumerate() {
        let own: &[Id] = if n == 0 { &[own] } else { &[] };
        levelled.has(*chatter, &[own, &[levelled.expert]].concat()).await;
    }
    levelled
        .choose(Patch::new().unset(Field::ActivityLevelRoles))
        .await;
    levelled.has(chatters[0], &[own]).await;
    for chatter in &chatters[1..] {
        levelled.has(*chatter, &[]).await;
    }
    levelled.is_noted(&[]).await;
    levelled.end().await;
}

#[tokio::test]
async fn role_that_another_takes_the_place_of_is_taken_back() {
    let levelled = Levelled::begin().await;
    let chatter = levelled.chatter("chatter");
    levelled.has(chatter, &[levelled.expert]).await;
    levelled.choose(chosen(levelled.active, levelled.active)).await;
    levelled.has(chatter, &[levelled.active]).await;
    levelled
        .choose(Patch::new().set(Field::ActivityLevels, "85 90 95 99"))
        .await;
    levelled.has(chatter, &[]).await;
    levelled.end().await;
}

#[tokio::test]
async fn changes_keep_their_pace_and_one_guild_does_not_wait_for_another() {
    const EVERY: Duration = Duration::from_millis(100);
    let mut setup = hasty();
    setup.timing.role_every = EVERY;
    setup.timing.level_roles_every = HOUR;
    let levelled = Levelled::begin_with(setup).await;
    let small = levelled.scenario.sim.create_guild("small");
    let role = small.create_role("expert", 0);
    small.let_bot_manage_roles(true);
    let alone = small.join("alone");
    // Everybody has written before the roles are chosen.
    levelled
        .choose(Patch::new().unset(Field::ActivityLevelRoles))
        .await;
    let patch = Patch::new().set(Field::ActivityGain, "80");
    levelled.scenario.choose(GuildId(small.id), patch).await;
    let many: Vec<_> = (0..12)
        .map(|n| levelled.chatter(&format!("chatter {n}")))
        .collect();
    small
        .post(small.welcome_channel(), alone, "hello")
        .expect("posted");
    levelled
        .scenario
        .bot_counts(|tally| tally.messages_counted >= 13)
        .await;
    levelled.choose(chosen(levelled.active, levelled.expert)).await;
    let patch = Patch::new().set(Field::ActivityLevelRoles, format!("expert={role}"));
    levelled.scenario.choose(GuildId(small.id), patch).await;
    for member in &many {
        levelled.has(*member, &[levelled.expert]).await;
    }
    let log = levelled.log();
    let of = |guild: Id| -> Vec<i64> {
        let changes = log.iter().filter(|change| change.guild == guild);
        changes.map(|change| change.at_us).collect()
    };
    let (times, others) = (of(levelled.guild().id), of(small.id));
    let took_us = times[11] - times[0];
    assert!(took_us >= 10 * 100_000, "{took_us}");
    assert!(others[0] < times[11], "{others:?} {times:?}");
    levelled.end().await;
}
