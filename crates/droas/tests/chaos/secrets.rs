//! What the program's own log tells when it is asked for all that there is, of the things that it has in its hands for a
//! moment: the tokens of interactions, what is typed into commands, passwords of databases.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use serde_json::json;
use sim::config::SimConfig;
use sim::driver::Sim;
use sim::rest::limits::RestLimits;

use crate::canary::{self, GUILD, NAME, TEXT, TOKEN, WEB_TOKEN};
use crate::subject::PATIENCE;

const COMMANDS: &str = "PUT /applications/{application.id}/commands";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_tells_neither_what_is_typed_into_commands_nor_the_tokens_of_interactions() {
    for format in ["text", "json"] {
        let (log, tokens) = log_of_a_conversation(format).await;
        canary::sings_not(&log).unwrap_or_else(|error| panic!("{error}"));
        assert!(
            tokens.len() == 2 && tokens.iter().all(|token| token.len() > 20),
            "{tokens:?}"
        );
        for token in tokens {
            assert!(!log.contains(&token), "{log}");
        }
        // Somebody did ask for all, and was told.
        assert!(log.contains("DEBUG"), "{log}");
        assert!(
            log.contains("greeted") && log.contains("Discord knows us"),
            "{log}"
        );
    }
}

/// All that a bot logs in which somebody joins, writes and uses commands, and the tokens of these.
async fn log_of_a_conversation(format: &str) -> (String, Vec<String>) {
    let mut config = SimConfig {
        token: TOKEN.to_owned(),
        ..SimConfig::default()
    };
    config.limits.rest = RestLimits::raised();
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild(GUILD);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("log");
    let mut bot = Command::new(env!("CARGO_BIN_EXE_droas"))
        .arg("run")
        .current_dir(folder.path())
        .env("DISCORD_TOKEN", TOKEN)
        .env("DROAS_WEB_TOKEN", WEB_TOKEN)
        .env("DROAS_WEB_LISTEN", "127.0.0.1:0")
        .env("DROAS_DISCORD_API_URL", sim.api_base())
        .env("DROAS_DISCORD_CDN_URL", sim.cdn_base())
        .env("DROAS_RUN_LOG_FORMAT", format)
        .env("RUST_LOG", "trace")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("a log"))
        .spawn()
        .expect("the bot starts");
    let told = || fs::read_to_string(&log).unwrap_or_default();
    let connected = sim
        .wait_until(PATIENCE, |world| {
            let told_its_commands = world.counters.requests_of(COMMANDS) > 0;
            told_its_commands && world.sessions.connected() == 1
        })
        .await;
    assert!(connected.is_ok(), "{}", told());
    let manager = guild.join_manager(NAME);
    guild.post(guild.welcome_channel(), manager, TEXT);
    let mut tokens = Vec::new();
    for (command, options) in [
        (
            "welcome message",
            json!({ "text": format!("{TEXT} {{mention}}") }),
        ),
        ("privacy export", json!({})),
    ] {
        let id = guild
            .command(manager, command, options)
            .expect("the command is known");
        let answered = sim.answer_to(id, PATIENCE).await;
        assert!(answered.is_ok(), "{}", told());
        tokens.push(sim.state().rest.interaction(id).expect("kept").token);
    }
    let greeted = sim
        .wait_until(PATIENCE, |world| guild.posts_of(world, world.bot.id) > 0)
        .await;
    assert!(greeted.is_ok(), "{}", told());
    let told_to_stop = Command::new("kill")
        .args(["-TERM", &bot.id().to_string()])
        .status()
        .expect("there is a kill program");
    assert!(told_to_stop.success());
    let ended = tokio::task::spawn_blocking(move || bot.wait()).await;
    assert!(ended.expect("waited for").expect("ended").success(), "{}", told());
    (told(), tokens)
}

#[test]
fn password_of_a_database_is_in_no_word_that_is_printed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Nothing answers there.
    let url = format!("postgres://{}:{}@127.0.0.1:9/droas", "droas", "schnabel-zu");
    for command in [&["run"][..], &["check", "--offline"], &["db", "status"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_droas"))
            .args(command)
            .current_dir(folder.path())
            .env("DISCORD_TOKEN", TOKEN)
            .env("DROAS_DATABASE_URL", &url)
            .env("RUST_LOG", "trace")
            .output()
            .expect("the binary runs");
        assert!(!output.status.success());
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).expect("UTF-8");
        assert!(told.contains("127.0.0.1:9"), "{told}");
        assert!(!told.contains("schnabel") && !told.contains(TOKEN), "{told}");
    }
}
