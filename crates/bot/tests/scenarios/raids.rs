//! More people join than can be greeted one by one: they are greeted in groups, each once, whatever happens meanwhile.

use std::time::Duration;

use bot::{RaidPolicy, Timing};
use domain::welcome::SkipReason;
use sim::driver::{GuildHandle, MemberHandle};
use sim::faults::FaultPlan;
use sim::rest::limits::{Rate, RestLimits};

use crate::harness::{PATIENCE, Scenario, Setup, unheard_posts, welcomes};

const SEND_MESSAGES: u64 = 1 << 11;
const PROBE: Duration = Duration::from_secs(31 * 60);

fn join(guild: &GuildHandle, count: usize) -> Vec<MemberHandle> {
    (0..count).map(|n| guild.join(&format!("guest {n}"))).collect()
}

/// Groups of what waits, from four on.
fn in_groups() -> Setup {
    let mut setup = Setup::default();
    setup.policy.raids = RaidPolicy {
        group_from: 3,
        ..RaidPolicy::default()
    };
    setup
}

/// As [`in_groups`], and the bot soon sees that the clock was moved.
fn attentive() -> Setup {
    let mut setup = in_groups();
    setup.timing.look_every = Duration::from_millis(50);
    setup.policy.stale_after = Duration::from_secs(30 * 86_400);
    setup
}

/// Lets members join while the channel is closed to the bot, so that all of them wait together.
async fn raided(scenario: &Scenario, count: usize) -> Vec<MemberHandle> {
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, SEND_MESSAGES));
    let members = join(&scenario.guild, count);
    scenario
        .bot_counts(|tally| tally.welcomes_queued == count as u64 && tally.guilds_parked == 1)
        .await;
    members
}

/// Opens the channel, and lets the time pass after which the bot tries it again, until a message stands there. More than
/// once, where it had just tried.
async fn open_channel(scenario: &Scenario) {
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, 0));
    let guild = scenario.guild.id;
    for _ in 0..PATIENCE.as_secs() {
        scenario.sim.advance(PROBE);
        scenario.clock.advance(PROBE);
        let posted = scenario.sim.wait_until(Duration::from_secs(1), |world| {
            !world.guilds[&guild].channels[&channel].messages.is_empty()
        });
        if posted.await.is_ok() {
            return;
        }
    }
    panic!("nobody is greeted in a channel that is open");
}

/// Two messages in each channel in so many milliseconds; of everything else more than is needed.
fn two_posts_in(window_ms: u64) -> RestLimits {
    RestLimits {
        create_message: Rate {
            requests: 2,
            window_ms,
        },
        ..RestLimits::raised()
    }
}

fn everybody_once(scenario: &Scenario, members: &[MemberHandle]) {
    for member in members {
        assert_eq!(scenario.welcomes(*member), 1);
    }
}

#[tokio::test]
async fn raid_is_greeted_in_groups_and_everybody_once() {
    let mut setup = in_groups();
    setup.sim.limits.rest = two_posts_in(400);
    let scenario = Scenario::begin_with(setup).await;
    let members = join(&scenario.guild, 200);
    scenario.welcomed(&members).await;
    everybody_once(&scenario, &members);
    let messages = scenario.guild.welcome_messages();
    assert!(messages.len() < 60, "{} messages", messages.len());
    let group = messages
        .iter()
        .find(|message| message.mentions.len() == card::GROUP_LEN_MAX)
        .expect("a full group");
    assert!(group.text.ends_with(" to 茶館!"), "{}", group.text);
    assert_eq!(group.attachments.len(), 1);
    assert_eq!(scenario.sim.counters().rate_limited, 0);
    let (tally, outbox) = scenario.end().await;
    assert_eq!((tally.welcomes_sent, outbox.sent), (200, 200));
    assert!(tally.groups_sent > 0);
}

#[tokio::test]
async fn flood_is_greeted_in_lists_without_pictures() {
    let mut setup = attentive();
    setup.policy.raids.list_from = 50;
    let scenario = Scenario::begin_with(setup).await;
    let members = raided(&scenario, 300).await;
    open_channel(&scenario).await;
    scenario.welcomed(&members).await;
    everybody_once(&scenario, &members);
    let messages = scenario.guild.welcome_messages();
    let lists: Vec<_> = messages
        .iter()
        .filter(|message| message.attachments.is_empty())
        .collect();
    assert!(!lists.is_empty());
    assert!(
        lists
            .iter()
            .all(|list| list.mentions.len() > 50 && list.text.chars().count() <= 2000)
    );
    scenario.end().await;
}

#[tokio::test]
async fn group_whose_outcome_is_unknown_is_settled_by_its_echo() {
    let mut setup = attentive();
    // The bot does not ask again for so long that only the echo can tell.
    setup.timing.post.first = Duration::from_secs(3600);
    setup.timing.post.longest = Duration::from_secs(3600);
    let scenario = Scenario::begin_with(setup).await;
    let members = raided(&scenario, 20).await;
    let mut plan = FaultPlan::default();
    plan.create_message.silence_after = 1.0;
    scenario.sim.set_faults(plan);
    open_channel(&scenario).await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 20).await;
    everybody_once(&scenario, &members);
    assert_eq!(scenario.guild.welcome_messages().len(), 1);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.sent, 20);
}

#[tokio::test]
async fn crash_between_group_post_and_record_greets_nobody_twice() {
    let mut setup = attentive();
    setup.rest.request_timeout = Duration::from_secs(20);
    let mut scenario = Scenario::begin_with(setup).await;
    let members = raided(&scenario, 25).await;
    scenario.sim.set_faults(unheard_posts());
    open_channel(&scenario).await;
    scenario
        .sim
        .wait_until(PATIENCE, |world| {
            members
                .iter()
                .filter(|member| welcomes(world, **member) > 0)
                .count()
                > 3
        })
        .await
        .expect("a group is posted");
    scenario.kill_bot().await;
    scenario.sim.set_faults(FaultPlan::default());
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 25).await;
    everybody_once(&scenario, &members);
    assert_eq!(scenario.guild.welcome_messages().len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn member_who_left_is_not_in_the_group() {
    let scenario = Scenario::begin_with(attentive()).await;
    let mut members = raided(&scenario, 20).await;
    let fleeting = members.remove(7);
    scenario.guild.leave(fleeting);
    let last = scenario.guild.join("last");
    scenario.bot_counts(|tally| tally.joins_told == 21).await;
    members.push(last);
    open_channel(&scenario).await;
    scenario.welcomed(&members).await;
    everybody_once(&scenario, &members);
    assert_eq!(scenario.welcomes(fleeting), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Left), Some(&1));
}

#[tokio::test]
async fn group_of_long_ago_is_found_in_the_channel() {
    let mut setup = attentive();
    setup.timing = Timing {
        nonce_window: Duration::ZERO,
        look_every: Duration::from_millis(50),
        ..Timing::default().hastened(20)
    };
    let scenario = Scenario::begin_with(setup).await;
    let members = raided(&scenario, 20).await;
    scenario.sim.set_faults(unheard_posts());
    open_channel(&scenario).await;
    scenario.welcomed(&members).await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 20).await;
    everybody_once(&scenario, &members);
    scenario.end().await;
}

#[tokio::test]
async fn held_back_raid_is_in_the_history() {
    let mut setup = in_groups();
    setup.policy.raids.hold_back = true;
    let scenario = Scenario::begin_with(setup).await;
    let raid = join(&scenario.guild, 40);
    scenario
        .bot_counts(|tally| tally.welcomes_sent + tally.welcomes_skipped == 40)
        .await;
    let greeted: usize = raid.iter().map(|member| scenario.welcomes(*member)).sum();
    assert!(greeted <= 10, "{greeted} greeted before it was a raid");
    scenario.clock.advance(Duration::from_secs(120));
    scenario.sim.advance(Duration::from_secs(120));
    let afterwards = scenario.guild.join("a guest");
    scenario.welcomed(&[afterwards]).await;
    let (_, outbox) = scenario.end().await;
    let held_back = outbox.skipped.get(&SkipReason::HeldBack).copied();
    assert_eq!(held_back, Some(40 - greeted as u64));
}

#[tokio::test]
async fn raid_does_not_delay_other_guilds() {
    let mut setup = in_groups();
    setup.sim.limits.rest = two_posts_in(1000);
    let scenario = Scenario::begin_with(setup).await;
    let quiet: Vec<_> = (0..10)
        .map(|n| scenario.sim.create_guild(&format!("quiet {n}")))
        .collect();
    let raid = join(&scenario.guild, 300);
    let guests: Vec<_> = quiet.iter().map(|guild| guild.join("a guest")).collect();
    scenario.welcomed(&guests).await;
    let greeted = raid
        .iter()
        .filter(|member| scenario.welcomes(**member) > 0)
        .count();
    assert!(greeted < raid.len(), "the raid is not over yet");
    scenario.welcomed(&raid).await;
    everybody_once(&scenario, &raid);
    everybody_once(&scenario, &guests);
    scenario.end().await;
}

#[tokio::test]
async fn where_painters_cannot_keep_up_words_go_out_alone() {
    let scenario = Scenario::begin_with(Setup {
        cards_waiting_max: 0,
        ..Setup::default()
    })
    .await;
    let guilds: Vec<_> = (0..40)
        .map(|n| scenario.sim.create_guild(&format!("guild {n}")))
        .collect();
    let guests: Vec<_> = guilds.iter().map(|guild| guild.join("a guest")).collect();
    scenario.welcomed(&guests).await;
    everybody_once(&scenario, &guests);
    let without_picture = guilds
        .iter()
        .flat_map(GuildHandle::welcome_messages)
        .filter(|message| message.attachments.is_empty())
        .count();
    let (tally, outbox) = scenario.end().await;
    assert_eq!((outbox.sent, tally.cards_missing), (40, without_picture as u64));
    assert!(without_picture > 0, "{tally:?}");
}
