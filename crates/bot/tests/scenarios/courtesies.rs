//! What is sent at most once: a word to the new member alone, and a farewell.

use std::time::Duration;

use domain::id::GuildId;
use domain::settings::{Field, Patch};
use sim::driver::GuildHandle;
use sim::faults::FaultPlan;
use sim::world::user::NewUser;

use crate::harness::{Scenario, Setup};

fn id(guild: &GuildHandle) -> GuildId {
    GuildId(guild.id)
}

fn hasty() -> Setup {
    let mut setup = Setup::default();
    setup.timing.courtesy_every = Duration::from_millis(1);
    setup
}

/// An account that takes messages of the bot joins.
fn join_open(scenario: &Scenario, name: &str) -> sim::driver::MemberHandle {
    let user = {
        let mut world = scenario.sim.world();
        let user = world.create_user(NewUser::named(name));
        world.direct.open_to.insert(user);
        user
    };
    assert!(scenario.guild.join_user(user));
    sim::driver::MemberHandle {
        guild: scenario.guild.id,
        user,
    }
}

/// What an account was told alone.
fn told(scenario: &Scenario, user: u64) -> Vec<String> {
    let world = scenario.sim.world();
    world
        .direct
        .to(user)
        .map(|message| message.content.clone())
        .collect()
}

#[tokio::test]
async fn member_is_told_alone_what_their_guild_has_to_say_once_they_are_greeted() {
    let scenario = Scenario::begin_with(hasty()).await;
    let chosen = Patch::new().set(
        Field::DirectMessage,
        "Hi {name}, you are the {ordinal} member of {guild}.",
    );
    scenario.choose(id(&scenario.guild), chosen).await;
    let member = join_open(&scenario, "Ada*");
    scenario.bot_counts(|tally| tally.direct_messages_sent == 1).await;
    assert_eq!(
        told(&scenario, member.user),
        ["Hi Ada\\*, you are the 3rd member of 茶館."]
    );
    assert_eq!(scenario.welcomes(member), 1);
    scenario.end().await;
}

#[tokio::test]
async fn refused_word_costs_nothing_but_a_count() {
    let scenario = Scenario::begin_with(hasty()).await;
    let chosen = Patch::new().set(Field::DirectMessage, "Hi {name}");
    scenario.choose(id(&scenario.guild), chosen).await;
    let closed = scenario.guild.join("Ada");
    scenario
        .bot_counts(|tally| tally.direct_messages_refused == 1)
        .await;
    let open = join_open(&scenario, "Bo");
    scenario.bot_counts(|tally| tally.direct_messages_sent == 1).await;
    assert_eq!((scenario.welcomes(closed), scenario.welcomes(open)), (1, 1));
    let (tally, outbox) = scenario.end().await;
    assert_eq!((outbox.sent, tally.courtesies_dropped), (2, 0));
}

#[tokio::test]
async fn word_is_not_said_again_when_its_welcome_is_found_after_a_crash() {
    let mut scenario = Scenario::begin_with(hasty()).await;
    let chosen = Patch::new().set(Field::DirectMessage, "Hi {name}");
    scenario.choose(id(&scenario.guild), chosen).await;
    let member = join_open(&scenario, "Ada");
    scenario.bot_counts(|tally| tally.direct_messages_sent == 1).await;
    scenario.kill_bot().await;
    scenario.start_bot().await;
    let next = join_open(&scenario, "Bo");
    scenario.bot_counts(|tally| tally.direct_messages_sent == 1).await;
    assert_eq!(
        (
            told(&scenario, member.user).len(),
            told(&scenario, next.user).len()
        ),
        (1, 1)
    );
    scenario.end().await;
}

#[tokio::test]
async fn farewell_is_posted_once_for_each_stay_in_the_channel_for_it() {
    let scenario = Scenario::begin_with(hasty()).await;
    let guild = &scenario.guild;
    let exit = guild.create_channel("exit");
    let chosen = Patch::new()
        .set(
            Field::FarewellText,
            "{name} ({username}) has left {guild}; {number} stay.",
        )
        .set(Field::FarewellChannel, exit.to_string());
    scenario.choose(id(guild), chosen).await;
    let member = guild.join("@everyone");
    scenario.welcomed(&[member]).await;
    guild.leave(member);
    scenario.bot_counts(|tally| tally.farewells_sent == 1).await;
    let said = guild.channel_messages(exit);
    let username = scenario.sim.world().user(member.user).username.clone();
    assert_eq!(
        said[0].text,
        format!("@\u{200b}everyone ({username}) has left 茶館; 2 stay.")
    );
    assert_eq!(said[0].mentions, [] as [u64; 0]);
    // They come back and leave again: greeted so shortly before, they are neither greeted nor missed again.
    scenario.sim.advance(Duration::from_secs(60));
    scenario.clock.advance(Duration::from_secs(60));
    guild.rejoin(member);
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    guild.leave(member);
    let other = guild.join("Bo");
    scenario.welcomed(&[other]).await;
    guild.leave(other);
    scenario.bot_counts(|tally| tally.farewells_sent == 2).await;
    assert_eq!(guild.channel_messages(exit).len(), 2);
    scenario.end().await;
}

#[tokio::test]
async fn who_left_before_they_were_greeted_is_not_bid_farewell() {
    let scenario = Scenario::begin_with(hasty()).await;
    let guild = &scenario.guild;
    scenario
        .choose(id(guild), Patch::new().set(Field::FarewellText, "Bye {name}"))
        .await;
    let mut failing = FaultPlan::default();
    failing.create_message.error_before = 1.0;
    scenario.sim.set_faults(failing);
    let fleeting = guild.join("fleeting");
    scenario.bot_counts(|tally| tally.posts_retried > 0).await;
    guild.leave(fleeting);
    scenario.sim.set_faults(FaultPlan::default());
    let member = guild.join("Ada");
    scenario.welcomed(&[member]).await;
    guild.leave(member);
    scenario.bot_counts(|tally| tally.farewells_sent == 1).await;
    let texts: Vec<_> = guild
        .welcome_messages()
        .into_iter()
        .map(|message| message.text)
        .filter(|text| text.starts_with("Bye"))
        .collect();
    assert_eq!(texts, ["Bye Ada"]);
    scenario.end().await;
}
