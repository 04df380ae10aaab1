//! What admins say to the bot, and what it answers.

mod access;
mod activity;
mod activity_settings;
mod background;
mod every;
mod level_roles;
mod logs;
mod look;
mod panel;
mod privacy;
mod settings;
mod trials;
mod trouble;
mod welcome;

use domain::id::GuildId;
use domain::settings::{Field, StoredSettings};
use serde_json::{Value, json};
use sim::driver::{Answered, MemberHandle};
use sim::rest::interactions::{Kind, Use};
use sim::world::Id;

use crate::harness::{PATIENCE, Scenario, Setup};

/// A scenario with somebody in it who may manage the guild.
struct Managed {
    scenario: Scenario,
    manager: MemberHandle,
}

impl Managed {
    async fn begin() -> Self {
        Self::begin_with(Setup::default()).await
    }

    /// The bot knows the guild, its commands are there, and nothing was chosen yet.
    async fn begin_with(setup: Setup) -> Self {
        let scenario = Scenario::begin_with(setup).await;
        let manager = scenario.guild.join_manager("館長");
        scenario.welcomed(&[manager]).await;
        scenario.bot_counts(|tally| tally.commands_registered == 1).await;
        Self { scenario, manager }
    }

    /// The manager uses a command. Returns the answer, which the manager alone sees.
    async fn ask(&self, command: &str, options: Value) -> Answered {
        let answered = self.ask_as(self.manager, command, options).await;
        assert!(answered.private, "{command} {answered:?}");
        answered
    }

    async fn ask_as(&self, member: MemberHandle, command: &str, options: Value) -> Answered {
        let used = self.scenario.guild.command(member, command, options);
        self.answer(used.expect("Discord's client lets them")).await
    }

    /// Presses the button of this label in an answer.
    async fn press(&self, answered: &Answered, label: &str) -> Answered {
        self.press_as(self.manager, answered, label).await
    }

    async fn press_as(&self, member: MemberHandle, answered: &Answered, label: &str) -> Answered {
        let message = answered.message.as_ref().expect("a message with buttons");
        let used = self
            .scenario
            .guild
            .press(member, message.id, answered.button(label));
        self.answer(used.expect("the button is there")).await
    }

    /// Sends what no client of Discord's own would.
    async fn forge(&self, kind: Kind, data: Value, changes: Value) -> Answered {
        let used = Use::Forged {
            kind,
            data,
            changes: changes.as_object().cloned().unwrap_or_default(),
        };
        let used = self.scenario.guild.uses(self.manager, used);
        self.answer(used.expect("the channel is seen")).await
    }

    /// What Discord's client sent along with a use: the command and what was filled in.
    fn data_of(&self, interaction: Id) -> Value {
        let known = self.scenario.sim.state().rest.interaction(interaction);
        known.expect("just begun").data
    }

    async fn answer(&self, interaction: Id) -> Answered {
        let answered = self.scenario.sim.answer_to(interaction, PATIENCE).await;
        let answered = answered.unwrap_or_else(|_| panic!("no answer; {:?}", self.scenario.tally()));
        for message in answered.message.iter().chain(&answered.follow_ups) {
            assert!(message.mentions.is_empty(), "an answer pings nobody: {message:?}");
        }
        answered
    }

    /// Stops the bot and reads what is stored. The version is counted from what the bot itself stored when it came: the
    /// language of the guild's locale.
    async fn stored(&mut self) -> StoredSettings {
        self.scenario.stop_bot().await;
        let mut stored = self
            .scenario
            .stored_settings(GuildId(self.scenario.guild.id))
            .await;
        self.scenario.start_bot().await;
        stored.version -= 1;
        stored
    }

    async fn end(self) {
        let (tally, _) = self.scenario.end().await;
        assert_eq!(tally.interactions_unanswered, 0, "{tally:?}");
        assert_eq!(tally.interactions_dropped, 0, "{tally:?}");
    }
}

fn assert_says(answered: &Answered, what: &[&str]) {
    let text = answered.text();
    for what in what {
        assert!(text.contains(what), "{what:?} is not in {text:?}");
    }
}

/// The data of a sub-command's use.
fn data(command: &str, sub_command: &str, options: Value) -> Value {
    json!({
        "id": "1",
        "name": command,
        "type": 1,
        "options": [{"name": sub_command, "type": 1, "options": options}],
    })
}

#[tokio::test]
async fn commands_are_registered_once_however_often_the_bot_starts() {
    let mut managed = Managed::begin().await;
    let puts = |managed: &Managed| {
        let counters = managed.scenario.sim.counters();
        counters.requests_of("PUT /applications/{application.id}/commands")
    };
    assert_eq!(puts(&managed), 1);
    managed.scenario.stop_bot().await;
    managed.scenario.start_bot().await;
    // It answers, so it has looked at what is registered, or is about to.
    managed.ask("settings show", json!({})).await;
    managed.scenario.stop_bot().await;
    assert_eq!(puts(&managed), 1);
    managed.scenario.start_bot().await;
    managed.end().await;
}

#[tokio::test]
async fn nobody_is_welcomed_where_it_is_disabled_and_the_next_one_is_where_it_is_enabled() {
    let mut managed = Managed::begin().await;
    assert_says(&managed.ask("welcome disable", json!({})).await, &["✅"]);
    let unseen = managed.scenario.guild.join("unseen");
    managed.scenario.bot_counts(|tally| tally.joins_told >= 2).await;
    assert_says(&managed.ask("welcome enable", json!({})).await, &["✅"]);
    let seen = managed.scenario.guild.join("seen");
    managed.scenario.welcomed(&[seen]).await;
    assert_eq!(managed.scenario.welcomes(unseen), 0);
    let stored = managed.stored().await;
    assert_eq!(
        (stored.version, stored.settings.get(Field::WelcomeEnabled)),
        (2, Some("on"))
    );
    managed.end().await;
}
