//! Messages in threads, which count by what their guild chose for the channel.

use sim::world::permissions::VIEW_CHANNEL;

use super::*;
use crate::harness::PATIENCE;

/// Waits until no fewer messages of a member are counted.
async fn is_at_least(scenario: &Scenario, member: MemberHandle, messages: u64) {
    let looked = async {
        let mut looks = tokio::time::interval(Duration::from_millis(2));
        while counted(scenario, member).await < messages {
            looks.tick().await;
        }
    };
    if tokio::time::timeout(PATIENCE, looked).await.is_err() {
        let found = counted(scenario, member).await;
        panic!("{found} of {messages} messages were counted");
    }
}

/// Waits until so many messages of a member are counted, and no more.
async fn is_counted(scenario: &Scenario, member: MemberHandle, messages: u64) {
    is_at_least(scenario, member, messages).await;
    assert_eq!(counted(scenario, member).await, messages);
}

/// Nothing of a member's is counted, of all that was told before now: a witness wrote last, and is counted.
async fn counts_nothing_of(scenario: &Scenario, member: MemberHandle) {
    let witness = newcomer(scenario, "witness").await;
    write(scenario, scenario.guild.welcome_channel(), witness, 1);
    is_counted(scenario, witness, 1).await;
    assert_eq!(counted(scenario, member).await, 0);
}

fn left_out(channel: Id) -> Patch {
    Patch::new().set(Field::ActivityLeftOutChannels, channel.to_string())
}

#[tokio::test]
async fn thread_counts_as_its_channel_unless_the_guild_chose_something_for_it() {
    let scenario = Scenario::begin().await;
    let [plain, half, double, left_out] =
        ["plain", "half", "double", "left out"].map(|name| scenario.guild.create_channel(name));
    let starter = newcomer(&scenario, "starter").await;
    let begin = |channel| scenario.guild.begin_thread(channel, starter, "a question");
    let named = begin(left_out);
    let chosen = Patch::new()
        .set(Field::ActivityHalfChannels, half.to_string())
        .set(Field::ActivityDoubleChannels, format!("{double} {named}"))
        .set(Field::ActivityLeftOutChannels, left_out.to_string());
    choose(&scenario, chosen).await;
    // Begun after the bot has asked what is known of the guild's channels, and before.
    write(&scenario, plain, starter, 1);
    is_counted(&scenario, starter, 1).await;
    let gains = [
        (begin(plain), Score::points(5)),
        (begin(half), Score::tenths(25)),
        (begin(double), Score::points(10)),
        (named, Score::points(10)),
        (begin(left_out), Score::ZERO),
    ];
    let writers = gains.map(|(thread, _)| scenario.guild.join(&thread.to_string()));
    for (writer, (thread, _)) in writers.iter().zip(gains) {
        write(&scenario, thread, *writer, 1);
    }
    counts_nothing_of(&scenario, writers[4]).await;
    for (writer, (_, gain)) in writers.iter().zip(gains) {
        let record = record(&scenario, *writer).await;
        let score = record.map_or(Score::ZERO, |record| record.meter.score(&ScoreRules::default()));
        assert_eq!(score, gain);
    }
    scenario.welcomed(&writers).await;
    scenario.end().await;
}

#[tokio::test]
async fn thread_that_was_there_before_the_bot_is_known_also_when_it_is_opened_again() {
    let mut scenario = Scenario::without_bot(Setup::default()).await;
    let channel = scenario.guild.create_channel("left out");
    let writer = scenario.guild.join("writer");
    let [open, archived] =
        ["open", "archived"].map(|name| scenario.guild.begin_thread(channel, writer, name));
    assert!(scenario.guild.archive_thread(archived));
    scenario.start_bot().await;
    choose(&scenario, left_out(channel)).await;
    for thread in [open, archived, open, archived] {
        write(&scenario, thread, writer, 1);
    }
    counts_nothing_of(&scenario, writer).await;
    // What is not left out any more counts.
    choose(&scenario, Patch::new().unset(Field::ActivityLeftOutChannels)).await;
    write(&scenario, open, writer, 1);
    is_counted(&scenario, writer, 1).await;
    scenario.end().await;
}

#[tokio::test]
async fn thread_is_known_where_the_bot_comes_to_see_its_channel() {
    let scenario = Scenario::begin().await;
    let channel = scenario.guild.create_channel("left out");
    choose(&scenario, left_out(channel)).await;
    let writer = newcomer(&scenario, "writer").await;
    assert!(scenario.guild.deny_bot(channel, VIEW_CHANNEL));
    let thread = scenario.guild.begin_thread(channel, writer, "behind a door");
    write(&scenario, thread, writer, 1);
    assert!(scenario.guild.deny_bot(channel, 0));
    write(&scenario, thread, writer, 1);
    counts_nothing_of(&scenario, writer).await;
    scenario.end().await;
}

#[tokio::test]
async fn thread_is_known_after_a_restart_that_resumes_the_session() {
    let mut scenario = Scenario::begin().await;
    let channel = scenario.guild.create_channel("left out");
    choose(&scenario, left_out(channel)).await;
    let writer = newcomer(&scenario, "writer").await;
    let before = scenario.guild.begin_thread(channel, writer, "begun before");
    write(&scenario, before, writer, 1);
    counts_nothing_of(&scenario, writer).await;
    scenario.stop_bot().await;
    let meanwhile = scenario.guild.begin_thread(channel, writer, "begun meanwhile");
    for thread in [before, meanwhile] {
        write(&scenario, thread, writer, 1);
    }
    scenario.start_bot().await;
    for thread in [before, meanwhile] {
        write(&scenario, thread, writer, 1);
    }
    counts_nothing_of(&scenario, writer).await;
    let counters = scenario.sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 1), "{counters:?}");
    scenario.end().await;
}

#[tokio::test]
async fn threads_count_as_their_channels_whenever_the_bot_dies() {
    const ROUNDS: u64 = 5;
    const THREADS: u64 = 6;
    let mut scenario = Scenario::begin().await;
    let [plain, left_out_channel] = ["plain", "left out"].map(|name| scenario.guild.create_channel(name));
    choose(&scenario, left_out(left_out_channel)).await;
    let [loud, silent] = [
        newcomer(&scenario, "loud").await,
        newcomer(&scenario, "silent").await,
    ];
    let questions = |scenario: &Scenario| {
        for _ in 0..THREADS {
            for (channel, writer) in [(left_out_channel, silent), (plain, loud)] {
                let thread = scenario.guild.begin_thread(channel, writer, "a question");
                write(scenario, thread, writer, 2);
            }
        }
    };
    for round in 0..ROUNDS {
        questions(&scenario);
        is_at_least(&scenario, loud, (4 * round + 2) * THREADS).await;
        // Some of it may be stored before the bot dies; the rest is told to the next, which knows no thread.
        questions(&scenario);
        scenario.kill_bot().await;
        scenario.start_bot().await;
    }
    is_counted(&scenario, loud, ROUNDS * 4 * THREADS).await;
    counts_nothing_of(&scenario, silent).await;
    assert_eq!(scenario.sim.counters().identifies, 1, "every start resumed");
    scenario.end().await;
}
