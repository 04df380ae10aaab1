//! What happens when the disk or the file of the database misbehaves.

mod disk;
mod files;
mod full;
mod lost;
mod read_only;

use std::process::Command;

use serde_json::{Value, json};

use crate::programs::{Bot, Home, Simulator, text};

/// Somebody joins; their id.
async fn join(simulator: &Simulator, name: &str) -> String {
    let path = format!("/guilds/{}/join", simulator.guild());
    let joined = simulator.post(&path, json!({"name": name})).await;
    text(&joined["user"])
}

/// Waits until so many welcomes stand in the channel.
async fn welcomed(simulator: &Simulator, len: usize, bot: &Bot) -> Vec<Value> {
    let channel = format!("/channels/{}/messages", simulator.welcome_channel());
    let read = simulator.wait(&channel, len, bot).await;
    read["messages"].as_array().expect("a list").clone()
}

/// Checks that each of them is greeted once, and nobody else is.
fn assert_each_is_greeted_once(messages: &[Value], members: &[String]) {
    for member in members {
        let mention = format!("<@{member}>");
        let greetings = messages
            .iter()
            .filter(|message| text(&message["content"]).contains(&mention));
        assert_eq!(greetings.count(), 1, "{member}: {messages:?}");
    }
    assert_eq!(messages.len(), members.len(), "{messages:?}");
}

/// What a bot that refuses to go on has logged last: one sentence.
fn sentence(bot: &Bot) -> String {
    let log = bot.log();
    let last = log.lines().last().unwrap_or_default();
    assert!(last.starts_with("droas: "), "{log}");
    assert!(!log.contains("panicked"), "{log}");
    last.to_owned()
}

/// Calls a subcommand of `droas db` that must succeed.
fn call_db(home: &Home, arguments: &[&str]) {
    let called = Command::new(env!("CARGO_BIN_EXE_droas"))
        .arg("db")
        .args(arguments)
        .current_dir(home.folder())
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&called.stderr);
    assert!(called.status.success(), "{arguments:?}: {told}");
}
