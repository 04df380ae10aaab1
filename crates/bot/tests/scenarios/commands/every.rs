//! What holds for every command that there is: it does what it is for, also when it is used twice at once, and refuses
//! whoever may not manage the guild, but for what is for everybody.

use std::collections::BTreeSet;

use bytes::Bytes;
use discord::{Endpoints, OptionKind, Rest, Token};
use domain::id::ApplicationId;
use serde_json::{Map, Value, json};
use sim::config::SimConfig;
use sim::driver::Answered;
use sim::rest::interactions::{Kind, Use};
use sim::world::Id;
use sim::world::permissions::MANAGE_ROLES;

use super::background::png;
use super::{Managed, assert_says};

/// How a command is used.
enum Way {
    Options(Value),
    /// With a file in this option.
    File(&'static str, Bytes),
}

/// A command, a right use of it, the button of its answer that says yes, and how many changes of the settings both
/// uses make together.
struct Command(&'static str, Way, Option<&'static str>, u64);

/// What everybody may use, and whether all see the answer.
const FOR_EVERYBODY: [(&str, bool); 5] = [
    ("activity show", true),
    ("activity leaderboard", true),
    ("activity stats", true),
    ("privacy export", false),
    ("privacy erase", false),
];

/// In an order in which each has something to do.
fn commands(channel: Id, member: Id, role: Id) -> Vec<Command> {
    let channel = channel.to_string();
    let file = Bytes::from_static(br#"{"droas": 1, "settings": {"card.title": "Tea"}}"#);
    let plain = |name, options, changes| Command(name, Way::Options(options), None, changes);
    vec![
        plain("settings language", json!({"language": "default"}), 1),
        plain("settings timezone", json!({"zone": "Asia/Taipei"}), 1),
        Command("settings import", Way::File("file", file), Some("Apply"), 1),
        plain("welcome channel", json!({"channel": channel}), 1),
        plain("welcome message", json!({"text": "Tea, {mention}?"}), 1),
        Command(
            "welcome background",
            Way::File("picture", png(64, 32, [0, 90, 0]).into()),
            None,
            1,
        ),
        plain("welcome look", json!({"layout": "poster"}), 1),
        plain("welcome setup", json!({}), 0),
        plain("welcome preview", json!({}), 0),
        plain("welcome test", json!({}), 0),
        plain("welcome options", json!({"card": false}), 1),
        plain("welcome direct-message", json!({"text": "Hello {name}"}), 1),
        plain("welcome farewell", json!({"text": "Bye {name}"}), 1),
        plain("welcome disable", json!({}), 1),
        plain("welcome enable", json!({}), 1),
        plain("welcome show", json!({}), 0),
        plain("welcome history", json!({}), 0),
        plain("activity show", json!({"member": member.to_string()}), 0),
        plain("activity leaderboard", json!({"board": "month"}), 0),
        plain("activity stats", json!({}), 0),
        plain("activity settings", json!({"points": 4.0}), 1),
        plain("activity report", json!({"channel": channel}), 1),
        plain(
            "activity level-role",
            json!({"level": "active", "role": role.to_string()}),
            1,
        ),
        Command(
            "activity reset",
            Way::Options(json!({"member": member.to_string()})),
            Some("Erase"),
            0,
        ),
        plain("privacy export", json!({}), 0),
        Command(
            "privacy erase",
            Way::Options(json!({})),
            Some("Erase in all servers"),
            0,
        ),
        plain("settings show", json!({}), 0),
        plain("settings audit", json!({}), 0),
        plain("settings export", json!({}), 0),
        Command("welcome reset", Way::Options(json!({})), Some("Reset"), 1),
    ]
}

impl Managed {
    fn begin_use(&self, Command(name, way, ..): &Command) -> Id {
        let guild = &self.scenario.guild;
        let used = match way {
            Way::Options(options) => guild.command(self.manager, name, options.clone()),
            Way::File(option, bytes) => {
                guild.command_with_file(self.manager, name, option, "file", bytes.clone())
            }
        };
        used.expect("Discord's client lets them")
    }

    /// The sub-commands that Discord offers in the bot's name, such as `welcome channel`.
    async fn offered(&self) -> BTreeSet<String> {
        let sim = &self.scenario.sim;
        let endpoints = Endpoints {
            api: sim.api_base().parse().expect("a URL"),
            ..Endpoints::default()
        };
        let token = Token::parse(&SimConfig::default().token).expect("a token");
        let rest = Rest::new(token, &endpoints).expect("a client");
        let application = ApplicationId(sim.world().bot.application_id);
        let registered = rest.global_commands(application).await.expect("listed");
        assert_eq!(registered.others, 0);
        let mut names = BTreeSet::new();
        for command in registered.definitions {
            for option in &command.options {
                assert!(matches!(option.kind, OptionKind::SubCommand(_)), "{option:?}");
                names.insert(format!("{} {}", command.name, option.name));
            }
        }
        names
    }
}

/// Both heard what became of it: it was done, was so already, or the other one was faster.
fn assert_both_are_answered(name: &str, both: &[Answered; 2]) {
    let refusals = ["Nothing of yours was stored", "just now", "has expired"];
    let is_refused = |answered: &&Answered| {
        let text = answered.text();
        refusals.iter().any(|refusal| text.contains(refusal))
    };
    for answered in both {
        assert!(
            !answered.text().contains("Something went wrong"),
            "{name}: {answered:?}"
        );
    }
    assert!(both.iter().filter(is_refused).count() < 2, "{name}: {both:?}");
}

#[tokio::test]
async fn every_command_does_its_work_once_when_it_is_used_twice_at_once_and_is_forbidden_to_others() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    let tea = guild.create_channel("tea");
    // A role that the manager may hand out, and the bot too.
    let role = guild.create_role("active", 0);
    let lead = guild.create_role("lead", MANAGE_ROLES);
    guild.give_role(managed.manager, lead);
    guild.let_bot_manage_roles(true);
    let commands = commands(tea, guest.user, role);
    let tried: BTreeSet<String> = commands.iter().map(|command| command.0.to_owned()).collect();
    assert_eq!(managed.offered().await, tried, "left: offered; right: tried here");

    let mut sent = Vec::new();
    let mut changes = 0;
    for command in &commands {
        let Command(name, _, yes, changed) = command;
        let uses = [managed.begin_use(command), managed.begin_use(command)];
        sent.push((*name, managed.data_of(uses[0])));
        let mut both = [managed.answer(uses[0]).await, managed.answer(uses[1]).await];
        let is_private = !FOR_EVERYBODY.contains(&(*name, true));
        assert!(
            both.iter().all(|answered| answered.private == is_private),
            "{name}"
        );
        if let Some(label) = yes {
            let press = |answered: &Answered| {
                let message = answered.message.as_ref().expect("a message").id;
                let pressed = guild.press(managed.manager, message, answered.button(label));
                pressed.expect("the button is there")
            };
            let presses = [press(&both[0]), press(&both[1])];
            both = [managed.answer(presses[0]).await, managed.answer(presses[1]).await];
        }
        assert_both_are_answered(name, &both);
        changes += changed;
    }
    assert_eq!(managed.stored().await.version, changes, "each was done once");
    let posted = guild.channel_messages(tea);
    assert_eq!(posted.len(), 1, "one of two tests: {posted:?}");

    for (name, data) in sent {
        let used = Use::Forged {
            kind: Kind::Command,
            data,
            changes: Map::new(),
        };
        let used = guild.uses(guest, used).expect("the channel is seen");
        let answered = managed.answer(used).await;
        if let Some((_, in_public)) = FOR_EVERYBODY.iter().find(|(served, _)| *served == name) {
            assert_eq!(answered.private, !in_public, "{name}");
            assert!(!answered.text().contains("**Manage Server**"), "{name}");
        } else {
            assert!(answered.private, "{name}");
            assert_says(&answered, &["**Manage Server**"]);
        }
    }
    assert_eq!(
        managed.stored().await.version,
        changes,
        "nothing of it was stored"
    );
    assert_eq!(guild.channel_messages(tea).len(), posted.len());
    managed.end().await;
}
