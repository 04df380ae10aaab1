//! `droas check`, as an operator calls it: each thing that can be wrong is made so, and told with what to do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use domain::effect::Effect;
use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, UserId};
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use rusqlite::Connection;
use serde_json::Value;
use sim::clock::Clock;
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::gateway::intents;
use store::{Batch, SettingsChange, SettingsOutcome, Store, StoreOptions};
use tempfile::TempDir;

/// The exit status for what a person must mend.
const NEEDS_MENDING: i32 = 2;
/// It has the form of a bot's token.
const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";
const NOW: UnixMs = UnixMs(1_795_000_000_000);
const VIEW_CHANNEL: u64 = 1 << 10;
const ATTACH_FILES: u64 = 1 << 15;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
const MANAGE_ROLES: u64 = 1 << 28;

/// A Discord, and a folder with a database and no bot.
struct Scene {
    sim: Sim,
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// What was found.
struct Report {
    status: Option<i32>,
    json: Value,
    stderr: String,
}

impl Scene {
    async fn new() -> Self {
        Self::with(SimConfig::default()).await
    }

    async fn with(config: SimConfig) -> Self {
        let sim = Sim::start(SimConfig {
            token: TOKEN.to_owned(),
            ..config
        })
        .await
        .expect("a simulator");
        let folder = tempfile::tempdir().expect("a temporary folder");
        // As homes and /srv are: a closed folder would close what is in it.
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("ours");
        Self {
            variables: vec![
                ("DISCORD_TOKEN", TOKEN.to_owned()),
                ("DROAS_DISCORD_API_URL", sim.api_base()),
                ("DROAS_DISCORD_CDN_URL", sim.cdn_base()),
            ],
            sim,
            folder,
        }
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command
            .arg("check")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.variables.clone());
        command
    }

    async fn call(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output().expect("the binary runs"))
            .await
            .expect("it was waited for")
    }

    async fn check(&self, arguments: &[&str]) -> Report {
        let arguments: Vec<_> = arguments.iter().copied().chain(["--json"]).collect();
        let output = self.call(&arguments).await;
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        for told in [&stdout, &stderr] {
            assert!(!told.contains(TOKEN) && !told.contains("panicked"), "{told}");
        }
        Report {
            status: output.status.code(),
            json: serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}")),
            stderr,
        }
    }

    /// Stores that the bot is in a guild, which chose this.
    async fn knows(&self, guild: &GuildHandle, patch: Patch) {
        let store = Store::open(&StoreOptions::at(self.path("droas.sqlite")))
            .await
            .expect("a database");
        let facts = GuildFacts {
            id: GuildId(guild.id),
            name: "Tea \u{1b}[31mhouse".to_owned(),
            locale: "en-US".to_owned(),
            system_channel: Some(ChannelId(guild.welcome_channel())),
            member_count: Some(2),
        };
        let batch = Batch {
            at: NOW,
            effects: vec![Effect::StoreGuild(facts)],
            checkpoint: None,
        };
        store.commit(batch).await.expect("committed");
        if !patch.is_empty() {
            let change = SettingsChange {
                guild: GuildId(guild.id),
                from_version: 1,
                patch,
                by: Some(UserId(1)),
                at: NOW,
            };
            let changed = store.change_settings(change).await.expect("written");
            assert!(matches!(changed, SettingsOutcome::Changed(..)), "{changed:?}");
        }
        store.close().await;
    }

    /// The names and bytes of all files.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), fs::read(&path).unwrap_or_default()))
            .collect();
        files.sort();
        files
    }
}

impl Report {
    /// What was found of something, each with verdict, words and advice.
    fn of(&self, what: &str) -> Vec<(String, String, String)> {
        let findings = self.json["findings"].as_array().expect("a list");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        findings
            .iter()
            .filter(|finding| finding["check"] == what)
            .map(|finding| {
                (
                    text(&finding["verdict"]),
                    text(&finding["found"]),
                    text(&finding["advice"]),
                )
            })
            .collect()
    }

    /// Sees that one thing of this name was found, with this verdict, these words and this advice.
    #[track_caller]
    fn tells(&self, what: &str, verdict: &str, found: &str, advice: &str) {
        let told = self.of(what);
        assert!(
            told.iter().any(|told| told.0 == verdict
                && told.1.contains(found)
                && told.2.contains(advice)
                && told.2.is_empty() == advice.is_empty()),
            "{what} should be {verdict}, {found:?} and {advice:?}: {:#}",
            self.json
        );
    }

    #[track_caller]
    fn is_well(&self) {
        assert_eq!(self.status, Some(0), "{:#}{}", self.json, self.stderr);
        assert_eq!(self.json["faults"], 0);
    }

    #[track_caller]
    fn must_be_mended(&self) {
        assert_eq!(self.status, Some(NEEDS_MENDING), "{:#}", self.json);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn chosen(guild: &GuildHandle) -> Patch {
    Patch::new().set(Field::WelcomeChannel, guild.welcome_channel().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_installation_is_found_sound_before_its_first_start_and_nothing_is_made() {
    let scene = Scene::new().await;
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells("configuration", "ok", "no file", "");
    report.tells("token", "ok", "form of a bot's token", "");
    report.tells("database", "ok", "the first start makes it", "");
    report.tells("fonts", "ok", "50 scripts", "");
    report.tells("card", "ok", "drawn in", "");
    report.tells("pictures", "ok", "is made at the first start", "");
    report.tells("web server", "ok", "127.0.0.1:8437", "");
    report.tells("control socket", "ok", "no bot runs", "");
    report.tells("Discord", "ok", "knows the token as droas", "");
    report.tells("clock", "ok", "within 5 s", "");
    report.tells("Server Members Intent", "ok", "fewer than 10,000 users", "");
    report.tells("other intents", "ok", "none is on", "");
    report.tells("gateway", "ok", "answers", "");
    report.tells("session starts", "ok", "1000 of 1000", "");
    report.tells("servers", "ok", "knows none", "");
    assert_eq!(scene.files(), []);
    assert_eq!(scene.sim.counters().unexpected, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn table_is_for_people_and_names_every_verdict() {
    let mut scene = Scene::new().await;
    scene.set("DROAS_WEB_LISTEN", "0.0.0.0:8437");
    let output = scene.call(&["--offline"]).await;
    assert_eq!(output.status.code(), Some(0));
    let told = text(&output.stdout);
    for words in [
        "what was found",
        "what to do",
        "warning",
        "not checked",
        "no faults, 1 warning",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    assert!(!told.contains('\u{1b}'), "no colours in a pipe: {told:?}");
    assert_eq!(scene.sim.counters().requests.len(), 0, "Discord was not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_one_by_one_and_the_rest_is_looked_at_all_the_same() {
    let mut scene = Scene::new().await;
    scene.set("DISCORD_TOKEN", "with a space");
    scene.set("DROAS_WEB_LISTEN", "nowhere");
    scene.set("DROAS_CARDS_THREADS", "99");
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells("configuration", "fault", "web.listen is \"nowhere\"", "");
    report.tells("configuration", "fault", "cards.threads is 99", "");
    assert_eq!(report.of("configuration").len(), 2);
    report.tells("token", "fault", "holds a space", "");
    report.tells("fonts", "ok", "scripts", "");
    report.tells("database", "ok", "the first start makes it", "");
    report.tells("Discord", "not_checked", "once the configuration", "");
    assert_eq!(report.stderr, "droas: 3 faults were found\n");

    fs::write(scene.path(".env"), "DISCORD_TOKEN='unclosed\n").expect("written");
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells("configuration", "fault", ".env", "NAME=value");
}

#[tokio::test(flavor = "multi_thread")]
async fn token_is_judged_by_its_form_and_by_discord() {
    let mut scene = Scene::new().await;
    scene.set("DISCORD_TOKEN", "client-secret-perhaps");
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells("token", "warning", "three parts", "Reset Token");
    report.tells("Discord", "fault", "Discord refuses the token", "make a new one");
    report.tells("gateway", "not_checked", "knows the token", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_with_secrets_that_others_can_read_are_told_with_the_command_that_closes_them() {
    let mut scene = Scene::new().await;
    let write = |name: &str, text: &str, mode| {
        fs::write(scene.path(name), text).expect("written");
        fs::set_permissions(scene.path(name), PermissionsExt::from_mode(mode)).expect("ours");
    };
    write(".env", &format!("DISCORD_TOKEN={TOKEN}\n"), 0o644);
    write("token", TOKEN, 0o640);
    write(
        "droas.toml",
        "[discord]\ntoken_file = \"token\"\n[database]\nurl = \"postgres://droas:hush@127.0.0.1:9/droas\"\n",
        0o604,
    );
    // The environment goes before the file, which holds its password all the same.
    scene.set("DROAS_DATABASE_URL", "");
    let report = scene.check(&["--offline"]).await;
    report.is_well();
    let warned = report.of("secret files");
    assert_eq!(warned.len(), 3, "{warned:?}");
    for (file, mode) in [(".env", "0644"), ("token", "0640"), ("droas.toml", "0604")] {
        let command = format!("chmod 600 {file}");
        let told = warned.iter().find(|told| told.2 == command).expect("told");
        assert!(told.1.contains(&format!("mode {mode}")), "{told:?}");
    }
    for name in [".env", "token", "droas.toml"] {
        fs::set_permissions(scene.path(name), PermissionsExt::from_mode(0o600)).expect("ours");
    }
    let report = scene.check(&["--offline"]).await;
    report.tells(
        "secret files",
        "ok",
        "nobody else can read .env, token, droas.toml",
        "",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn database_is_told_as_it_is_and_left_so() {
    let scene = Scene::new().await;
    let guild = scene.sim.create_guild("Tea");
    scene.knows(&guild, Patch::new()).await;
    let before = scene.files();
    let report = scene.check(&["--offline"]).await;
    report.is_well();
    report.tells("database", "ok", "no droas has it open", "");
    report.tells("database structure", "ok", "sound", "");
    report.tells("migrations", "ok", "the newest", "");
    assert_eq!(scene.files(), before);

    let path = scene.path("droas.sqlite");
    let version_is = |version: u32| {
        let file = Connection::open(&path).expect("a file");
        file.pragma_update(None, "user_version", version)
            .expect("written");
        file.close().expect("closed");
    };
    version_is(6);
    let before = scene.files();
    let report = scene.check(&["--offline"]).await;
    report.is_well();
    report.tells(
        "migrations",
        "ok",
        "version 6; the next start brings it to",
        "droas db backup",
    );
    assert_eq!(scene.files(), before);
    version_is(9_999);
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    report.tells(
        "migrations",
        "fault",
        "made by a newer droas",
        "run the newer droas",
    );

    fs::write(
        &path,
        "rubbish, and long enough for nobody to take it for nothing",
    )
    .expect("written");
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    assert_eq!(report.of("database")[0].0, "fault", "{:#}", report.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_cannot_be_written_or_reached_is_a_fault() {
    let mut scene = Scene::new().await;
    let guild = scene.sim.create_guild("Tea");
    scene.knows(&guild, Patch::new()).await;
    fs::set_permissions(scene.path("droas.sqlite"), PermissionsExt::from_mode(0o444)).expect("ours");
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    report.tells(
        "database",
        "fault",
        "droas.sqlite cannot be written",
        "database.path",
    );
    report.tells("migrations", "ok", "the newest", "");

    scene.set("DROAS_DATABASE_PATH", "no/such/droas.sqlite");
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    report.tells("database", "fault", "the folder no/such", "make it");

    // A server that does not answer now may do so in a minute.
    scene.set("DROAS_DATABASE_PATH", "droas.sqlite");
    scene.set("DROAS_DATABASE_URL", "postgres://droas:hush@127.0.0.1:9/droas");
    let report = scene.check(&["--offline"]).await;
    assert_eq!(report.status, Some(1), "{:#}", report.json);
    report.tells("database", "fault", "does not answer", "start the server");
    assert!(!report.json.to_string().contains("hush"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_written_read_and_removed_where_they_will_be_kept() {
    let mut scene = Scene::new().await;
    fs::create_dir(scene.path("assets")).expect("made");
    let report = scene.check(&["--offline"]).await;
    report.is_well();
    report.tells("pictures", "ok", "was written", "");
    assert_eq!(fs::read_dir(scene.path("assets")).expect("there").count(), 0);
    fs::write(scene.path("a-file"), "no folder").expect("written");
    scene.set("DROAS_ASSETS_URL", "a-file");
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    report.tells("pictures", "fault", "a-file cannot be used", "name another");
    // Nobody can make a folder there, root included.
    scene.set("DROAS_ASSETS_URL", "/proc/pictures");
    let report = scene.check(&["--offline"]).await;
    report.tells("pictures", "fault", "cannot be made in /proc", "assets.url");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_listens_to_the_world_and_what_is_no_socket_is_told() {
    let mut scene = Scene::new().await;
    scene.set("DROAS_WEB_LISTEN", "0.0.0.0:8437");
    fs::write(scene.path("droas.sock"), "no socket").expect("written");
    let report = scene.check(&["--offline"]).await;
    report.must_be_mended();
    report.tells("web server", "warning", "0.0.0.0:8437", "web.listen");
    report.tells("control socket", "fault", "is no socket", "run.control_socket");
    scene.set("DROAS_WEB_TOKEN", "a-token-of-the-status-page");
    scene.set("DROAS_RUN_CONTROL_SOCKET", "x".repeat(200));
    let report = scene.check(&["--offline"]).await;
    report.is_well();
    report.tells("web server", "ok", "asked for the token", "");
    report.tells("control socket", "warning", "too long", "shorter");
    assert!(!report.json.to_string().contains("a-token-of"));
}

#[tokio::test(flavor = "multi_thread")]
async fn clock_that_is_off_is_told_with_why_it_matters() {
    let scene = Scene::new().await;
    scene.sim.advance(Duration::from_secs(3600));
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells(
        "clock",
        "warning",
        "behind Discord's: answers to commands",
        "timedatectl",
    );
    let stands = Scene::with(SimConfig {
        clock: Clock::standing_at(1_600_000_000_000),
        ..SimConfig::default()
    })
    .await;
    let report = stands.check(&[]).await;
    report.tells("clock", "warning", "ahead of Discord's", "timedatectl");
}

#[tokio::test(flavor = "multi_thread")]
async fn intents_are_told_as_discord_grants_them() {
    let scene = Scene::new().await;
    scene.sim.world().bot.granted_intents = 0;
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells(
        "Server Members Intent",
        "fault",
        "it is off",
        "turn it on at https://discord.com",
    );

    scene.sim.world().bot.granted_intents = intents::GUILD_MEMBERS | intents::MESSAGE_CONTENT;
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells(
        "other intents",
        "ok",
        "Message Content Intent: on and not needed",
        "turned off",
    );
    for number in 0..75 {
        scene.sim.create_guild(&format!("guild {number}"));
    }
    let report = scene.check(&[]).await;
    report.tells(
        "Server Members Intent",
        "warning",
        "not reviewed",
        "ask for the review",
    );
    scene.sim.world().bot.intents_reviewed = true;
    let report = scene.check(&[]).await;
    report.tells("Server Members Intent", "ok", "reviewed and granted", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_that_does_not_answer_and_starts_that_run_out_are_told() {
    let config = |session_starts_max| {
        let mut config = SimConfig::default();
        config.limits.session_starts_max = session_starts_max;
        config
    };
    let mut scene = Scene::with(config(0)).await;
    scene.set("DROAS_DISCORD_GATEWAY_URL", "ws://127.0.0.1:9");
    let report = scene.check(&[]).await;
    assert_eq!(report.status, Some(1), "all of it may pass: {:#}", report.json);
    report.tells("gateway", "fault", "ws://127.0.0.1:9/ cannot be used", "firewall");
    report.tells(
        "session starts",
        "fault",
        "0 of 0 are left",
        "leave the bot as it is",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_that_is_out_of_reach_is_a_fault_that_may_pass() {
    let scene = Scene::new().await;
    scene.sim.begin_outage(Duration::from_secs(3600));
    let report = scene.check(&[]).await;
    assert_eq!(report.status, Some(1), "{:#}", report.json);
    report.tells("Discord", "fault", "", "discordstatus.com");
    report.tells("gateway", "not_checked", "once Discord answers", "");
    report.tells("fonts", "ok", "scripts", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_in_which_the_bot_may_too_little_are_told() {
    let scene = Scene::new().await;
    let guild = scene.sim.create_guild("Tea");
    scene.knows(&guild, chosen(&guild)).await;
    let channel = guild.welcome_channel();
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells("servers", "ok", "may do all that it needs", "");

    guild.deny_bot(channel, READ_MESSAGE_HISTORY);
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells(
        "welcome channel",
        "warning",
        "lacks READ_MESSAGE_HISTORY",
        "bot's role",
    );

    guild.deny_bot(channel, ATTACH_FILES);
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells(
        "welcome channel",
        "fault",
        "lacks ATTACH_FILES, so nobody is greeted",
        "bot's role",
    );
    assert!(report.json.to_string().contains(&guild.id.to_string()));

    guild.deny_bot(channel, VIEW_CHANNEL);
    let report = scene.check(&["--guild", &guild.id.to_string()]).await;
    report.must_be_mended();
    assert_eq!(report.of("welcome channel")[0].0, "fault", "{:#}", report.json);

    guild.delete_channel(channel);
    let report = scene.check(&[]).await;
    report.tells(
        "welcome channel",
        "fault",
        "does not exist any more",
        "/welcome channel",
    );

    let report = scene.check(&["--guild", "4242"]).await;
    report.is_well();
    report.tells("servers", "warning", "never been in it", "invite");
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_guilds_are_looked_at_and_the_others_counted() {
    let scene = Scene::new().await;
    for number in 0..3 {
        let guild = scene.sim.create_guild(&format!("guild {number}"));
        scene.knows(&guild, Patch::new()).await;
    }
    let report = scene.check(&["--guilds", "2"]).await;
    report.is_well();
    report.tells(
        "servers",
        "ok",
        "in 2 of 2 the bot may do all that it needs, and 1 more",
        "--guilds N",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_the_bot_cannot_give_are_told() {
    let scene = Scene::new().await;
    let guild = scene.sim.create_guild("Tea");
    // A new role stands on top.
    let role = guild.create_role("Veteran", 0);
    let roles = format!("veteran={role} legend=4242");
    let patch = chosen(&guild).set(Field::ActivityLevelRoles, roles);
    scene.knows(&guild, patch).await;
    let report = scene.check(&[]).await;
    report.must_be_mended();
    report.tells(
        "level roles",
        "fault",
        "the bot lacks MANAGE_ROLES",
        "Server Settings > Roles",
    );
    report.tells("level roles", "warning", "role 4242", "/activity level-role");
    let own = {
        let world = scene.sim.world();
        let found = world.guilds[&guild.id]
            .role_of_bot(world.bot.id)
            .expect("it has one");
        (found.id, found.permissions)
    };
    guild.set_role_permissions(own.0, own.1 | MANAGE_ROLES);
    let report = scene.check(&[]).await;
    report.tells(
        "level roles",
        "fault",
        "does not stand below the bot's own role",
        "drag the bot's role",
    );
    assert_eq!(report.of("level roles").len(), 2, "{:#}", report.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_goes_on_beside_a_bot_that_runs() {
    let scene = Scene::new().await;
    let guild = scene.sim.create_guild("Tea");
    let log = fs::File::create(scene.path("log")).expect("a log");
    let mut bot = Command::new(env!("CARGO_BIN_EXE_droas"))
        .arg("run")
        .current_dir(scene.folder.path())
        .env_clear()
        .envs(scene.variables.clone())
        .env("DROAS_WEB_LISTEN", "")
        .stderr(log)
        .spawn()
        .expect("the bot starts");
    let connected = scene
        .sim
        .wait_until(Duration::from_secs(60), |world| world.sessions.connected() == 1)
        .await;
    assert!(connected.is_ok(), "{}", logged(&scene.path("log")));
    guild.join("小林");
    let posted = scene
        .sim
        .wait_until(Duration::from_secs(60), |world| {
            guild.posts_of(world, world.bot.id) == 1
        })
        .await;
    assert!(posted.is_ok(), "{}", logged(&scene.path("log")));
    let report = scene.check(&[]).await;
    assert!(bot.try_wait().expect("asked").is_none(), "it runs on");
    bot.kill().expect("ours");
    bot.wait().expect("ended");
    report.is_well();
    report.tells("database", "ok", "a droas has it open", "");
    report.tells("control socket", "ok", "runs", "");
    report.tells("servers", "ok", "may do all that it needs", "");
    // After the crash, too: what it left in its log is read along.
    let report = scene.check(&[]).await;
    report.is_well();
    report.tells("control socket", "ok", "what a dead one left", "");
    report.tells("servers", "ok", "may do all that it needs", "");
}

fn logged(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
