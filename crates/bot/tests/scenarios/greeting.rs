//! Who is greeted, where, and with what.

use std::time::Duration;

use domain::id::{ChannelId, GuildId};
use domain::welcome::SkipReason;
use sim::faults::FaultPlan;
use sim::world::membership::Joining;
use sim::world::user::NewUser;

use crate::harness::{Scenario, Setup};

#[tokio::test]
async fn member_who_joins_is_greeted_with_words_and_a_card() {
    let scenario = Scenario::begin().await;
    let member = scenario.guild.join("小林");
    scenario.welcomed(&[member]).await;
    let messages = scenario.guild.welcome_messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].text, "Welcome @小林 to 茶館!");
    assert_eq!(messages[0].mentions, [member.user]);
    let card = &messages[0].attachments[0];
    assert_eq!(card.dimensions, Some((1024, 512)));
    assert!(
        card.description
            .as_ref()
            .is_some_and(|text| text.contains("小林")),
        "{card:?}"
    );
    let (tally, outbox) = scenario.end().await;
    assert_eq!(
        (tally.welcomes_queued, tally.welcomes_sent, outbox.sent),
        (1, 1, 1)
    );
    assert_eq!((tally.cards_missing, tally.avatars_missing), (0, 0));
}

#[tokio::test]
async fn join_that_discord_tells_twice_is_greeted_once() {
    let mut plan = FaultPlan::default();
    plan.gateway.duplicate_join = 1.0;
    let scenario = Scenario::begin().await;
    scenario.sim.set_faults(plan);
    let members: Vec<_> = (0..10)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect();
    scenario.welcomed(&members).await;
    scenario.bot_counts(|tally| tally.joins_told == 20).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    let (tally, _) = scenario.end().await;
    assert_eq!((tally.joins_told, tally.joins_refused), (20, 10));
}

#[tokio::test]
async fn member_who_is_there_already_is_not_greeted() {
    let mut scenario = Scenario::without_bot(Setup::default()).await;
    let old = scenario.guild.join("an old friend");
    scenario.sim.advance(Duration::from_secs(86_400));
    scenario.clock.advance(Duration::from_secs(86_400));
    scenario.start_bot().await;
    scenario.guild.announce_again(old);
    let new = scenario.guild.join("somebody new");
    scenario.welcomed(&[new]).await;
    assert_eq!(scenario.welcomes(old), 0);
    let (tally, _) = scenario.end().await;
    assert_eq!(tally.joins_refused, 1);
}

#[tokio::test]
async fn member_who_left_before_the_post_is_not_greeted() {
    let scenario = Scenario::begin().await;
    let mut failing = FaultPlan::default();
    failing.create_message.error_before = 1.0;
    scenario.sim.set_faults(failing);
    let fleeting = scenario.guild.join("fleeting");
    scenario.bot_counts(|tally| tally.posts_retried > 0).await;
    scenario.guild.leave(fleeting);
    let staying = scenario.guild.join("staying");
    scenario.bot_counts(|tally| tally.joins_told == 2).await;
    scenario.sim.set_faults(FaultPlan::default());
    scenario.welcomed(&[staying]).await;
    assert_eq!(scenario.welcomes(fleeting), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Left), Some(&1));
}

#[tokio::test]
async fn member_who_rejoins_within_five_minutes_is_greeted_once() {
    let scenario = Scenario::begin().await;
    let member = scenario.guild.join("restless");
    scenario.welcomed(&[member]).await;
    for minutes in [1, 2, 6] {
        scenario.guild.leave(member);
        scenario.sim.advance(Duration::from_secs(minutes * 60));
        scenario.clock.advance(Duration::from_secs(minutes * 60));
        scenario.guild.rejoin(member);
    }
    // The last rejoin is nine minutes after the welcome.
    scenario.bot_counts(|tally| tally.welcomes_sent == 2).await;
    assert_eq!(scenario.welcomes(member), 2);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::GreetedRecently), Some(&2));
}

#[tokio::test]
async fn bots_are_not_greeted() {
    let scenario = Scenario::begin().await;
    let machine = NewUser {
        bot: true,
        ..NewUser::named("a machine")
    };
    let machine = scenario.guild.join_as(machine, Joining::default());
    let person = scenario.guild.join("a person");
    scenario.welcomed(&[person]).await;
    assert_eq!(scenario.welcomes(machine), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Bot), Some(&1));
}

#[tokio::test]
async fn guild_without_a_channel_is_left_alone() {
    let scenario = Scenario::begin().await;
    scenario.guild.change(|guild| guild.system_channel = None);
    let member = scenario.guild.join("quiet");
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    assert_eq!(scenario.welcomes(member), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::NoChannel), Some(&1));
}

#[tokio::test]
async fn channel_that_the_operator_named_goes_before_the_system_channel() {
    let mut scenario = Scenario::without_bot(Setup::default()).await;
    let lobby = scenario.guild.create_channel("lobby");
    scenario.name_channel(GuildId(scenario.guild.id), ChannelId(lobby));
    scenario.start_bot().await;
    let member = scenario.guild.join("somebody");
    scenario.welcomed(&[member]).await;
    assert_eq!(scenario.guild.channel_messages(lobby).len(), 1);
    assert_eq!(scenario.guild.welcome_messages().len(), 0);
    scenario.end().await;
}

#[tokio::test]
async fn names_mention_nobody_and_change_nothing() {
    let scenario = Scenario::begin().await;
    scenario
        .guild
        .change(|guild| guild.name = "**@everyone** <@1>".to_owned());
    let member = scenario.guild.join("@here `x`");
    scenario.welcomed(&[member]).await;
    let message = &scenario.guild.welcome_messages()[0];
    assert_eq!(message.mentions, [member.user]);
    assert!(
        message
            .text
            .contains("**@\u{200b}everyone** <\u{200b}@\u{200b}1>"),
        "{}",
        message.text
    );
    scenario.end().await;
}
