//! Two bots over one PostgreSQL server: one is at work, and the other stands by and goes on where that one ended.

use domain::id::UserId;
use pgtest::Database;
use serde_json::{Value, json};
use store::{Place, Store, StoreOptions};
use tokio_postgres::NoTls;

use crate::programs::{Bot, Home, Simulator, greeted, text};
use crate::web::{address, ask, told_when};

const STANDS_BY: &str = "standing by: another droas is at work over the same database\n";

struct Scene {
    simulator: Simulator,
    database: Database<'static>,
    /// Where the two keep what is their own.
    homes: [Home; 2],
    channel: String,
    /// Whoever joined, in their order; the first one talks.
    members: Vec<String>,
    said: usize,
}

impl Scene {
    async fn begin() -> Option<Self> {
        let database = pgtest::shared()?.database();
        let simulator = Simulator::start(1);
        let homes = [(); 2].map(|()| {
            let mut home = Home::of(&simulator);
            home.set("DROAS_DATABASE_URL", &database.url());
            // A message for each member: messages are what is waited for.
            home.set("DROAS_WELCOME_GROUP_FROM", "300");
            home
        });
        let channel = simulator.create_channel("talk").await;
        Some(Self {
            simulator,
            database,
            homes,
            channel,
            members: Vec::new(),
            said: 0,
        })
    }

    async fn is_at_work(&self, bot: &Bot) {
        told_when(bot, "/readyz", |status, text| (status, text) == (200, "ready\n")).await;
    }

    async fn stands_by(&self, bot: &Bot) {
        told_when(bot, "/readyz", |status, text| (status, text) == (200, STANDS_BY)).await;
    }

    /// Messages are written, and somebody joins: who is greeted when the messages are stored.
    async fn something_happens(&mut self) {
        let write = format!("/channels/{}/messages", self.channel);
        if let Some(talker) = self.members.first() {
            for _ in 0..25 {
                let said = json!({"user": talker, "text": "Guten Morgen"});
                self.simulator.post(&write, said).await;
                self.said += 1;
            }
        }
        let join = format!("/guilds/{}/join", self.simulator.guild());
        let joined = self.simulator.post(&join, json!({"name": "小林"})).await;
        self.members.push(text(&joined["user"]));
    }

    async fn everybody_is_greeted_once(&self, bot: &Bot) {
        let path = format!("/channels/{}/messages", self.simulator.welcome_channel());
        let read = self.simulator.wait(&path, self.members.len(), bot).await;
        let greeted = greeted(&read);
        let expected = self.members.iter().map(|member| (member.clone(), 1)).collect();
        assert_eq!(greeted, expected, "{}", bot.log());
    }

    /// To be called when everybody is greeted.
    async fn every_message_is_counted_once(&self) {
        let place = Place::Server(self.database.url().parse().expect("a URL"));
        let store = Store::open(&StoreOptions::in_place(place)).await.expect("sound");
        let talker = UserId(self.members[0].parse().expect("an id"));
        let records = store.member_activity(talker).await.expect("readable");
        let counted: u64 = records
            .iter()
            .flat_map(|record| record.days.iter())
            .map(|(_, count)| *count)
            .sum();
        store.close().await;
        assert_eq!(counted, self.said as u64);
    }

    /// As if the server had not heard of whoever leads for longer than a term lasts.
    async fn time_is_up(&self) {
        let (admin, connection) = tokio_postgres::connect(&self.database.url(), NoTls)
            .await
            .expect("the server answers");
        tokio::spawn(connection);
        let passed = admin
            .batch_execute("UPDATE leadership SET until = clock_timestamp()")
            .await;
        passed.expect("written");
    }

    async fn counters(&self) -> Value {
        self.simulator.get("/counters").await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bot_that_stands_by_goes_on_where_the_other_was_killed_or_stopped() {
    let Some(mut scene) = Scene::begin().await else {
        return;
    };
    let mut at_work = scene.homes[0].start_bot();
    scene.is_at_work(&at_work).await;
    let mut other = scene.homes[1].start_bot();
    scene.stands_by(&other).await;
    operators_are_told(&scene, &other).await;
    for round in 0..4 {
        for _ in 0..3 {
            scene.something_happens().await;
        }
        if round % 2 == 0 {
            at_work.kill();
        } else {
            assert!(at_work.terminate().await.success(), "{}", at_work.log());
        }
        scene.something_happens().await;
        scene.is_at_work(&other).await;
        scene.everybody_is_greeted_once(&other).await;
        at_work = std::mem::replace(&mut other, scene.homes[round % 2].start_bot());
        scene.stands_by(&other).await;
    }
    // One that stands by can be stopped, too.
    assert!(other.terminate().await.success(), "{}", other.log());
    scene.something_happens().await;
    scene.everybody_is_greeted_once(&at_work).await;
    assert!(at_work.terminate().await.success(), "{}", at_work.log());
    scene.every_message_is_counted_once().await;
    let counters = scene.counters().await;
    assert_eq!(
        counters["identifies"], 1,
        "the session went from one to the other: {counters}"
    );
    assert_eq!(counters["resumes"], 4, "{counters}");
    assert_eq!(counters["unexpected"], json!([]));
}

async fn operators_are_told(scene: &Scene, stands_by: &Bot) {
    let address = address(stands_by).expect("it answers");
    let (_, page) = ask(&address, "/").await.expect("it answers");
    assert!(page.contains("<h1>Standing by</h1>"), "{page}");
    assert!(page.contains("None: another droas has them."), "{page}");
    let (_, figures) = ask(&address, "/metrics").await.expect("it answers");
    assert!(figures.contains("\ndroas_standing_by 1"), "{figures}");
    let status = scene.homes[1].call_ctl(&["status"]);
    let status = String::from_utf8(status.stdout).expect("UTF-8");
    assert!(
        status.contains("standing by: another droas is at work"),
        "{status}"
    );
    let refused = scene.homes[1].call_ctl(&["reconnect"]);
    let refused = String::from_utf8(refused.stderr).expect("UTF-8");
    assert!(refused.contains("this droas stands by"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bot_that_was_frozen_and_followed_ends_without_storing_or_greeting_twice() {
    let Some(mut scene) = Scene::begin().await else {
        return;
    };
    let mut frozen = scene.homes[0].start_bot();
    scene.is_at_work(&frozen).await;
    let mut next = scene.homes[1].start_bot();
    scene.stands_by(&next).await;
    for _ in 0..3 {
        scene.something_happens().await;
    }
    scene.everybody_is_greeted_once(&frozen).await;
    frozen.signal("STOP");
    for _ in 0..3 {
        scene.something_happens().await;
    }
    scene.time_is_up().await;
    scene.is_at_work(&next).await;
    scene.everybody_is_greeted_once(&next).await;
    scene.something_happens().await;
    frozen.signal("CONT");
    let ended = frozen.ended().await;
    assert!(
        !ended.success(),
        "whoever starts it again should do so: {}",
        frozen.log()
    );
    assert!(
        frozen.log().contains("another droas has taken over the database"),
        "{}",
        frozen.log()
    );
    scene.something_happens().await;
    scene.is_at_work(&next).await;
    scene.everybody_is_greeted_once(&next).await;
    assert!(next.terminate().await.success(), "{}", next.log());
    scene.every_message_is_counted_once().await;
    assert_eq!(scene.counters().await["unexpected"], json!([]));
}
