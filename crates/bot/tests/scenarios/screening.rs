//! Guilds that screen who joins.

use domain::welcome::SkipReason;
use sim::driver::MemberHandle;
use sim::world::membership::Joining;
use sim::world::user::NewUser;

use crate::harness::{Scenario, Setup};

fn after_screening() -> Setup {
    let mut setup = Setup::default();
    setup.policy.after_screening = true;
    setup
}

fn join_pending(scenario: &Scenario, name: &str) -> MemberHandle {
    let joining = Joining {
        pending: true,
        ..Joining::default()
    };
    scenario.guild.join_as(NewUser::named(name), joining)
}

#[tokio::test]
async fn member_in_screening_is_greeted_when_they_pass() {
    let mut scenario = Scenario::begin_with(after_screening()).await;
    let screened = join_pending(&scenario, "a newcomer");
    let leaves = join_pending(&scenario, "one who leaves");
    let trusted = scenario.guild.join("one who need not be screened");
    scenario.welcomed(&[trusted]).await;
    assert_eq!(scenario.welcomes(screened), 0);
    // Neither a restart nor another change of theirs ends the wait.
    scenario.stop_bot().await;
    scenario.start_bot().await;
    scenario.guild.set_nick(screened, Some("new"));
    scenario.guild.leave(leaves);
    let marker = scenario.guild.join("another");
    scenario.welcomed(&[marker]).await;
    assert_eq!(scenario.welcomes(screened), 0);
    assert!(scenario.guild.pass_screening(screened));
    scenario.welcomed(&[screened]).await;
    scenario.guild.set_nick(screened, None);
    let marker = scenario.guild.join("yet another");
    scenario.welcomed(&[marker]).await;
    assert_eq!(scenario.welcomes(screened), 1);
    assert_eq!(scenario.welcomes(leaves), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Left), Some(&1));
}

#[tokio::test]
async fn member_who_passed_or_joined_unheard_is_greeted_once_they_have_passed() {
    let mut scenario = Scenario::begin_with(after_screening()).await;
    let waiting = join_pending(&scenario, "passes unheard");
    let marker = scenario.guild.join("marker");
    scenario.welcomed(&[marker]).await;
    scenario.stop_bot().await;
    scenario.sim.invalidate_sessions(false);
    scenario.guild.pass_screening(waiting);
    let missed = join_pending(&scenario, "joins unheard");
    scenario.start_bot().await;
    scenario.welcomed(&[waiting]).await;
    assert_eq!(scenario.welcomes(missed), 0);
    scenario.guild.pass_screening(missed);
    scenario.welcomed(&[missed]).await;
    for member in [waiting, missed, marker] {
        assert_eq!(scenario.welcomes(member), 1, "{member:?}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn screening_does_not_matter_unless_it_is_asked_for() {
    let scenario = Scenario::begin().await;
    let member = join_pending(&scenario, "a newcomer");
    scenario.welcomed(&[member]).await;
    scenario.guild.pass_screening(member);
    let marker = scenario.guild.join("marker");
    scenario.welcomed(&[marker]).await;
    assert_eq!(scenario.welcomes(member), 1);
    scenario.end().await;
}
