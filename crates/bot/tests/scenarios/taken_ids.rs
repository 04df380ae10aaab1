//! Two processes draw the same id for a welcome.

use domain::effect::{Effect, NewEpisode};
use domain::id::{GuildId, UserId, WelcomeId};
use domain::member::Member;
use domain::welcome::{SkipReason, WelcomeState};
use store::Batch;

use crate::harness::Scenario;

/// More than the bot has drawn since its start.
const TAKEN: u32 = 1_000;

#[tokio::test]
async fn welcome_whose_id_is_taken_is_posted_once_by_another_and_the_shard_goes_on() {
    let scenario = Scenario::begin().await;
    let mut members = vec![scenario.guild.join("before")];
    scenario.welcomed(&members).await;
    let store = scenario.store();

    // Another process draws all the ids of a millisecond that this one is going to draw.
    let now = scenario.clock.stand_still();
    let theirs = |count: u32| NewEpisode {
        id: WelcomeId::new(now, count),
        guild: GuildId(9 << 22),
        member: Member {
            id: UserId(u64::from(count) + 1),
            username: "theirs".to_owned(),
            global_name: None,
            nick: None,
            discriminator: 0,
            avatar: None,
            guild_avatar: None,
            bot: true,
        },
        joined_at: now,
        queued_at: now,
        skip: Some(SkipReason::Bot),
        screening: false,
        found: false,
    };
    let batch = Batch {
        at: now,
        effects: (0..TAKEN)
            .map(|count| Effect::BeginEpisode(theirs(count)))
            .collect(),
        checkpoint: None,
    };
    let committed = store.commit(batch).await.expect("stored");
    assert_eq!(committed.welcomes_skipped, u64::from(TAKEN));

    members.extend(["one", "two", "three"].map(|name| scenario.guild.join(name)));
    scenario.welcomed(&members).await;
    scenario.clock.go_on();
    members.push(scenario.guild.join("after"));
    scenario.welcomed(&members).await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 5).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));

    let ours = store.history(GuildId(scenario.guild.id), 9).await.expect("read");
    let in_that_millisecond = ours.iter().filter(|welcome| welcome.queued_at == now);
    let drawn_again = in_that_millisecond.filter(|welcome| welcome.id > WelcomeId::new(now, TAKEN));
    assert_eq!(drawn_again.count(), 3, "they were drawn again: {ours:?}");
    for count in 0..TAKEN {
        let theirs = theirs(count);
        let welcome = store
            .welcome(theirs.id)
            .await
            .expect("read")
            .expect("it is there");
        assert_eq!((welcome.guild, welcome.member), (theirs.guild, theirs.member));
        assert_eq!(welcome.state, WelcomeState::Skipped(SkipReason::Bot));
    }
    scenario.end().await;
}
