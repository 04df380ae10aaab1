//! Two hundred thousand messages while the bot is killed again and again: each counts exactly once.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{MemberRecord, Store};

use crate::crowd::{Choice, Town};
use crate::recount::{Tallied, recount};
use crate::scene::{DAY_MS, Scene, Size, WAITING_MAX, now_ms};

const SEED_DEFAULT: u64 = 1;
const KILLS: usize = 20;
/// Between two kills, before the first one and after the last one.
const PART_LEN: usize = 9_600;
/// The talk began so long ago, and lasts some two weeks.
const BEGAN_DAYS_AGO: i64 = 25;
const SIZE: Size = Size {
    members: 80,
    talking: 8,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_counts_exactly_once_over_twenty_kills() {
    count_over_kills(None).await;
}

/// There, another stands by, and goes on each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_counts_exactly_once_over_twenty_kills_on_a_server() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    count_over_kills(Some(database.url())).await;
}

/// A number that plays a run again, from the environment.
fn given(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

async fn count_over_kills(server: Option<String>) {
    let today = u64::try_from(now_ms() / DAY_MS).expect("after 1970");
    let (seed, today) = (given("KILL_SEED", SEED_DEFAULT), given("KILL_DAY", today));
    eprintln!("KILL_SEED={seed} KILL_DAY={today} plays this again");
    let began_ms = (i64::try_from(today).expect("a day") - BEGAN_DAYS_AGO) * DAY_MS;
    let two = server.is_some();
    let mut scene = Scene::begin(seed, began_ms, server, SIZE).await;
    if two {
        scene.program.start(&scene.sim);
    }
    scene.tell_twice(0.02);
    let mut random = StdRng::seed_from_u64(seed ^ 0x6b69_6c6c);
    let mut taken_over = 0;
    for _ in 0..KILLS {
        part_with_a_kill(&mut scene, &mut random).await;
        taken_over += usize::from(scene.program.has_taken_over());
    }
    assert_eq!(
        taken_over > 0,
        two,
        "one that stood by went on: {taken_over} times"
    );
    scene.talk(PART_LEN).await;
    scene.catch_up().await;
    scene.program.stop();
    let counters = scene.sim.counters();
    assert_eq!(
        (counters.identifies, counters.unexpected.len()),
        (1, 0),
        "{counters:?}"
    );
    assert!(counters.resumes >= 2 * KILLS as u64, "{counters:?}");
    everything_is_counted(&scene).await;
}

/// People talk; somewhere in it the connection breaks, and the bot is killed and started again.
async fn part_with_a_kill(scene: &mut Scene, random: &mut StdRng) {
    let until_cut = random.random_range(0..3_500);
    let until_kill = random.random_range(500..4_000);
    let while_dead = random.random_range(0..2_000);
    let untold = random.random_range(0..WAITING_MAX);
    scene.talk(until_cut).await;
    scene.sim.cut_connections();
    scene.talk(until_kill).await;
    // In the middle of what it is told, at any moment.
    scene.wait_until_untold(untold).await;
    tokio::time::sleep(Duration::from_millis(random.random_range(0..40))).await;
    scene.program.kill();
    scene.say(while_dead);
    // Where another stands by, it is the next to be killed.
    if scene.program.runs() {
        scene.wait_until_connected().await;
    }
    scene.program.start(&scene.sim);
    scene.talk(PART_LEN - until_cut - until_kill - while_dead).await;
}

async fn everything_is_counted(scene: &Scene) {
    let towns = &scene.crowd.towns;
    let (expected, users) = {
        let world = scene.sim.world();
        let said = world.log.messages.len() - 1;
        assert_eq!(said, (KILLS + 1) * PART_LEN, "and the welcome");
        let expected: Vec<_> = towns.iter().map(|town| recount(&world, town)).collect();
        let users: Vec<UserId> = world.users.keys().copied().map(UserId).collect();
        (expected, users)
    };
    let days = expected
        .iter()
        .flat_map(BTreeMap::values)
        .map(|member| member.days.len());
    assert!(days.sum::<usize>() > 2_000, "the talk goes over many days");

    let store = scene.program.store().await;
    let mut stored = BTreeMap::new();
    for user in users {
        for record in store.member_activity(user).await.expect("readable") {
            stored.insert((record.guild, user), record);
        }
    }
    for (town, expected) in towns.iter().zip(expected) {
        for (user, expected) in expected {
            let record = stored.remove(&(GuildId(town.guild.id), UserId(user)));
            let record = record.expect("whoever wrote is stored");
            same_counts(&record, &expected);
            same_scores(&store, town, &record, UserId(user), &expected).await;
        }
    }
    assert!(stored.is_empty(), "nobody else wrote what counts: {stored:?}");
    store.close().await;
}

fn same_counts(record: &MemberRecord, expected: &Tallied) {
    let days: BTreeMap<_, _> = record
        .days
        .iter()
        .map(|(day, count)| (day.to_string(), *count))
        .collect();
    let months: BTreeMap<_, _> = record
        .months
        .iter()
        .map(|(month, count)| (month.to_string(), *count))
        .collect();
    assert_eq!((&days, &months), (&expected.days, &expected.months), "{record:?}");
}

/// The score is right when the last message was written, as it fades, and when it is gone.
async fn same_scores(store: &Store, town: &Town, record: &MemberRecord, user: UserId, expected: &Tallied) {
    let rules = rules(&town.choice);
    let last_ms = expected.last_ms.expect("they wrote");
    assert_eq!(record.meter.last, UnixMs(last_ms));
    for later_min in [0, 50, 70, 400, 4_000] {
        let at_ms = last_ms + later_min * 60_000;
        let score = record.meter.at(UnixMs(at_ms), &rules);
        assert_eq!(score, Score(expected.shown_at(&town.choice, at_ms)), "{record:?}");
    }
    let soon_ms = last_ms + 3 * 3_600_000;
    let guild = GuildId(town.guild.id);
    let today = Day::at(UnixMs(last_ms), &Zone::named(town.choice.zone).expect("a zone"));
    let standing = store
        .standing(guild, user, UnixMs(soon_ms), today, &rules)
        .await
        .expect("readable")
        .expect("they wrote");
    let total: u64 = expected.days.values().sum();
    let score = Score(expected.shown_at(&town.choice, soon_ms));
    assert_eq!((standing.score, standing.total), (score, total), "{record:?}");
    assert_eq!(Some(&standing.today), expected.days.values().last(), "{record:?}");
}

fn rules(choice: &Choice) -> ScoreRules {
    let seconds = |seconds| Duration::from_secs(u64::try_from(seconds).expect("positive"));
    ScoreRules {
        gain: Score::tenths(choice.gain_tenths),
        cooldown: seconds(choice.cooldown_s),
        grace: seconds(choice.grace_min * 60),
        fade: choice.fade_tenths,
    }
}
