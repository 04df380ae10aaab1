//! Two hundred members join while the bot is killed again and again: each is greeted exactly once.

use std::time::Duration;

use domain::id::{GuildId, UserId};
use domain::welcome::{Welcome, WelcomeState};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use store::{Store, StoreOptions};

use crate::programs::{Bot, Home, Simulator, greeted, text};

const SEED_DEFAULT: u64 = 1;
/// Kills at any moment, and as many between a post and its record.
const KILLS_OF_EACH_KIND: usize = 10;
const JOINS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_member_is_greeted_exactly_once_over_twenty_kills() {
    let seed = std::env::var("KILL_SEED").map_or(SEED_DEFAULT, |seed| seed.parse().expect("a number"));
    eprintln!("seed {seed}; KILL_SEED={seed} plays these kills again");
    let mut random = StdRng::seed_from_u64(seed);
    let mut scene = Scene::begin(seed).await;
    for _ in 0..KILLS_OF_EACH_KIND {
        scene.kill_at_any_moment(&mut random).await;
        scene.kill_between_a_post_and_its_record().await;
    }
    while scene.members.len() < JOINS {
        scene.join().await;
    }
    scene.everybody_was_greeted_once().await;
}

struct Scene {
    simulator: Simulator,
    home: Home,
    bot: Bot,
    members: Vec<String>,
}

/// Answers come some time after their effect, so that kills at any moment fall in between, too.
fn slow_answers() -> Value {
    json!({"create_message": {"answer_delay_ms": [0, 80]}})
}

impl Scene {
    async fn begin(seed: u64) -> Self {
        let simulator = Simulator::start(seed);
        let mut home = Home::of(&simulator);
        // A message for each member, however many are due at once after a start: messages are what is waited for.
        home.set("DROAS_WELCOME_GROUP_FROM", "300");
        let bot = home.start_bot();
        simulator.wait("/status", 1, &bot).await;
        let scene = Self {
            simulator,
            home,
            bot,
            members: Vec::new(),
        };
        scene.faults(slow_answers()).await;
        scene
    }

    async fn faults(&self, plan: Value) {
        self.simulator.put("/faults", json!({ "plan": plan })).await;
    }

    async fn join(&mut self) {
        let path = format!("/guilds/{}/join", self.simulator.guild());
        let joined = self
            .simulator
            .post(&path, json!({"name": "小林", "avatar": true}))
            .await;
        self.members.push(text(&joined["user"]));
    }

    /// The welcome channel, as soon as there are as many messages as members.
    async fn channel(&self) -> Value {
        let path = format!("/channels/{}/messages", self.simulator.welcome_channel());
        self.simulator.wait(&path, self.members.len(), &self.bot).await
    }

    fn kill(&mut self) {
        self.bot.kill();
    }

    fn start(&mut self) {
        self.bot = self.home.start_bot();
    }

    /// Members join for a second, and somewhere in it the bot is killed and started again.
    async fn kill_at_any_moment(&mut self, random: &mut StdRng) {
        const LEN: usize = 15;
        let kill_before = random.random_range(0..LEN);
        for index in 0..LEN {
            tokio::time::sleep(Duration::from_millis(random.random_range(0..90))).await;
            if index == kill_before {
                self.kill();
                self.start();
            }
            self.join().await;
        }
    }

    /// The message stands in the channel, and neither the answer nor the echo have come back when the bot is killed.
    async fn kill_between_a_post_and_its_record(&mut self) {
        self.channel().await;
        let post = json!({"delay_ms": [200, 200], "answer_delay_ms": [60_000, 60_000]});
        self.faults(json!({ "create_message": post })).await;
        self.join().await;
        self.faults(json!({"create_message": post, "gateway": {"late": 1.0, "late_ms": [1_500, 1_500]}}))
            .await;
        self.channel().await;
        self.kill();
        let member = self.members.last().expect("one has just joined");
        let welcome = self
            .stored_welcomes()
            .await
            .into_iter()
            .find(|welcome| welcome.member.id == user(member));
        let state = welcome.expect("it was begun, so it is stored").state;
        assert_eq!(
            state,
            WelcomeState::Sending,
            "the bot cannot know whether it was posted"
        );
        self.faults(slow_answers()).await;
        self.start();
    }

    async fn everybody_was_greeted_once(mut self) {
        let read = self.channel().await;
        let greeted = greeted(&read);
        let wrong: Vec<_> = self
            .members
            .iter()
            .filter(|member| greeted.get(*member) != Some(&1))
            .collect();
        assert!(wrong.is_empty(), "not greeted exactly once: {wrong:?}");
        assert_eq!(
            greeted.len(),
            self.members.len(),
            "somebody was greeted who did not join"
        );

        assert!(self.bot.terminate().await.success());
        let settled = self.stored_welcomes().await;
        assert_eq!(settled.len(), self.members.len());
        for welcome in settled {
            assert!(matches!(welcome.state, WelcomeState::Sent { .. }), "{welcome:?}");
        }
        let counters = self.simulator.get("/counters").await;
        assert_eq!(counters["unexpected"], json!([]));
    }

    /// The guild's welcomes, while no bot runs.
    async fn stored_welcomes(&self) -> Vec<Welcome> {
        let store = Store::open(&StoreOptions::at(self.home.database()))
            .await
            .expect("the database is sound");
        let guild = GuildId(self.simulator.guild().parse().expect("an id"));
        let welcomes = store.history(guild, 2 * JOINS).await.expect("readable");
        store.close().await;
        welcomes
    }
}

fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}
