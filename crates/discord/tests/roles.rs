//! Giving and taking roles, against the simulator.

#[path = "rest/sim_client.rs"]
mod sim_client;

use std::time::Duration;

use discord::{Permission, Refusal, Rest, RestError, RestOptions, Verdict};
use domain::id::{GuildId, RoleId, UserId};
use sim::config::SimConfig;
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::faults::FaultPlan;
use sim_client::client;

const GUILD_REASON: &str = "等級：活躍 100%";

async fn start(config: SimConfig) -> (Sim, GuildHandle, Rest) {
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let options = RestOptions {
        call_time_max: Duration::from_secs(5),
        ..RestOptions::default()
    };
    let rest = client(&sim, options);
    (sim, guild, rest)
}

fn refusal(result: Result<(), RestError>) -> Option<Refusal> {
    result.expect_err("it is refused").refusal()
}

fn ids(member: MemberHandle) -> (GuildId, UserId) {
    (GuildId(member.guild), UserId(member.user))
}

#[tokio::test]
async fn role_is_given_and_taken_any_number_of_times_and_the_audit_log_says_why() {
    let (sim, guild, rest) = start(SimConfig::default()).await;
    let (member, role) = (guild.join("小林"), RoleId(guild.create_role("active", 0)));
    guild.let_bot_manage_roles(true);
    let (of, user) = ids(member);
    for _ in 0..2 {
        rest.give_role(of, user, role, GUILD_REASON).await.expect("given");
        assert_eq!(rest.member_roles(of, user).await.expect("told"), [role]);
    }
    for _ in 0..2 {
        rest.take_role(of, user, role, GUILD_REASON).await.expect("taken");
        assert_eq!(rest.member_roles(of, user).await.expect("told"), []);
    }
    let log = sim.world().log.roles.clone();
    assert_eq!(log.len(), 2);
    assert!(
        log.iter()
            .all(|change| change.reason.as_deref() == Some(GUILD_REASON))
    );
    assert_eq!(sim.counters().unexpected, [""; 0]);
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_told_apart() {
    let (_sim, guild, rest) = start(SimConfig::default()).await;
    let (member, role) = (guild.join("小林"), RoleId(guild.create_role("active", 0)));
    let (of, user) = ids(member);
    assert_eq!(
        refusal(rest.give_role(of, user, role, "").await),
        Some(Refusal::MissingPermission)
    );
    guild.let_bot_manage_roles(true);
    let gone = RoleId(7);
    assert_eq!(
        refusal(rest.give_role(of, user, gone, "").await),
        Some(Refusal::RoleGone)
    );
    guild.leave(member);
    assert_eq!(
        refusal(rest.take_role(of, user, role, "").await),
        Some(Refusal::MemberGone)
    );
    assert_eq!(
        refusal(rest.give_role(of, UserId(7), role, "").await),
        Some(Refusal::MemberGone)
    );
}

#[tokio::test]
async fn places_and_permissions_of_roles_are_as_the_guild_has_them() {
    let (sim, guild, rest) = start(SimConfig::default()).await;
    let role = RoleId(guild.create_role("active", Permission::BanMembers.bit()));
    let bot = rest.current_user().await.expect("an answer").id;
    let of = GuildId(guild.id);
    let (roles, held) = tokio::try_join!(rest.guild_roles(of), rest.member_roles(of, bot)).expect("told");
    let found = *roles.role(role).expect("there");
    assert!(found.permissions.has(Permission::BanMembers) && !found.managed);
    assert!(!roles.outranks(bot, &held, &found));
    assert!(!roles.permissions(bot, &held).has(Permission::ManageRoles));
    guild.let_bot_manage_roles(true);
    let roles = rest.guild_roles(of).await.expect("told");
    assert!(roles.outranks(bot, &held, &found));
    assert!(roles.permissions(bot, &held).has(Permission::ManageRoles));
    let own = roles.role(held[0]).expect("there");
    assert!(own.managed);
    assert_eq!(roles.owner.0, sim.world().guilds[&guild.id].owner);
}

#[tokio::test]
async fn change_whose_answer_is_lost_is_made_again_in_place() {
    let (sim, guild, rest) = start(SimConfig::default()).await;
    let (member, role) = (guild.join("小林"), RoleId(guild.create_role("active", 0)));
    guild.let_bot_manage_roles(true);
    let (of, user) = ids(member);
    let mut plan = FaultPlan::default();
    plan.write.error_after = 1.0;
    sim.set_faults(plan);
    let lost = rest
        .give_role(of, user, role, "")
        .await
        .expect_err("no answer comes");
    assert_eq!(lost.verdict(), Verdict::Unknown);
    let counted = |sim: &Sim| {
        let counters = sim.counters();
        counters.requests_of("PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}")
    };
    assert!(counted(&sim) > 1, "{}", counted(&sim));
    sim.set_faults(FaultPlan::default());
    rest.give_role(of, user, role, "")
        .await
        .expect("given, once more");
    assert_eq!(sim.world().log.roles.len(), 1);
}

#[tokio::test]
async fn limit_of_roles_is_kept_and_not_met() {
    let mut config = SimConfig::default();
    config.limits.rest.member_roles.window_ms = 500;
    let (sim, guild, rest) = start(config).await;
    let role = RoleId(guild.create_role("active", 0));
    guild.let_bot_manage_roles(true);
    for n in 0..25 {
        let (of, user) = ids(guild.join(&format!("guest {n}")));
        rest.give_role(of, user, role, "").await.expect("given");
    }
    let counters = sim.counters();
    assert_eq!(counters.rate_limited, 0, "{counters:?}");
}
