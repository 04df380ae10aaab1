//! The bot over a PostgreSQL server: its URL is all that changes, and the server may go away.

use std::time::Duration;

use domain::id::GuildId;
use domain::welcome::WelcomeState;
use pgtest::Server;
use serde_json::{Value, json};
use store::{Place, Store, StoreOptions};

use crate::programs::{Bot, Home, Simulator, greeted, text};

/// How much sooner the bot loses patience: three seconds are half a minute to it.
const HASTE: &str = "10";
const AWAY: Duration = Duration::from_secs(3);

struct Scene {
    simulator: Simulator,
    members: Vec<String>,
}

impl Scene {
    async fn join(&mut self) {
        let path = format!("/guilds/{}/join", self.simulator.guild());
        let joined = self.simulator.post(&path, json!({"name": "小林"})).await;
        self.members.push(text(&joined["user"]));
    }

    /// The welcome channel, as soon as there are as many messages as members.
    async fn channel(&self, bot: &Bot) -> Value {
        let path = format!("/channels/{}/messages", self.simulator.welcome_channel());
        self.simulator.wait(&path, self.members.len(), bot).await
    }

    async fn everybody_is_greeted_once(&self, bot: &Bot) {
        let read = self.channel(bot).await;
        let greeted = greeted(&read);
        let expected = self.members.iter().map(|member| (member.clone(), 1)).collect();
        assert_eq!(greeted, expected, "{}", bot.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_that_is_away_for_half_a_minute_costs_no_welcome_and_no_session() {
    let Some(server) = Server::start() else { return };
    let database = server.database();
    let simulator = Simulator::start(1);
    let mut home = Home::of(&simulator);
    home.set("DROAS_DATABASE_URL", &database.url());
    home.set("DROAS_RUN_HASTE", HASTE);
    // A message for each member: messages are what is waited for.
    home.set("DROAS_WELCOME_GROUP_FROM", "300");
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut scene = Scene {
        simulator,
        members: Vec::new(),
    };
    for _ in 0..5 {
        scene.join().await;
    }
    scene.everybody_is_greeted_once(&bot).await;

    tokio::task::block_in_place(|| server.stop());
    let joins: u32 = 30;
    let mut ticks = tokio::time::interval(AWAY / joins);
    for _ in 0..joins {
        ticks.tick().await;
        scene.join().await;
    }
    tokio::task::block_in_place(|| server.start_again());
    scene.everybody_is_greeted_once(&bot).await;

    // It crashes while welcomes are posted.
    for _ in 0..10 {
        scene.join().await;
    }
    tokio::task::block_in_place(|| {
        server.kill();
        server.start_again();
    });
    scene.everybody_is_greeted_once(&bot).await;
    let counters = scene.simulator.get("/counters").await;
    let sessions = (&counters["identifies"], &counters["resumes"]);
    assert_eq!(sessions, (&json!(1), &json!(0)), "{counters}");

    bot.kill();
    scene.join().await;
    let mut bot = home.start_bot();
    scene.everybody_is_greeted_once(&bot).await;
    assert!(bot.terminate().await.success(), "{}", bot.log());
    let counters = scene.simulator.get("/counters").await;
    let sessions = (&counters["identifies"], &counters["resumes"]);
    assert_eq!(
        sessions,
        (&json!(1), &json!(1)),
        "the checkpoint lay on the server: {counters}"
    );
    assert_eq!(counters["unexpected"], json!([]));
    assert!(!home.database().exists(), "no file was made");

    let place = Place::Server(database.url().parse().expect("a URL"));
    let store = Store::open(&StoreOptions::in_place(place)).await.expect("sound");
    let guild = GuildId(scene.simulator.guild().parse().expect("an id"));
    let settled = store.history(guild, 1000).await.expect("readable");
    store.close().await;
    assert_eq!(settled.len(), scene.members.len());
    for welcome in settled {
        assert!(matches!(welcome.state, WelcomeState::Sent { .. }), "{welcome:?}");
    }
}
