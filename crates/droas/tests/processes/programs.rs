//! The two programs, started for a test; they die with it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than anything takes, also on a busy machine. Nothing waits for it to pass.
const PATIENCE_MS: u64 = 60_000;

/// In all names of people, guilds and channels that are made here, and in all that is written: words that no log may hold.
const CANARIES: [(&str, &str); 2] = [("name", "Kanarienvogel"), ("text", "Zwitschern")];
/// The bot's token, which no log may hold either.
const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Canary.federn-und-schnabel-0123456789ABCDEFGH";

/// A running `droas-sim`, driven over its control API.
pub(crate) struct Simulator {
    child: Child,
    http: reqwest::Client,
    control: String,
    pub(crate) addresses: Value,
}

impl Simulator {
    /// Starts it with one guild.
    pub(crate) fn start(seed: u64) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_droas-sim"))
            .args(["--json", "--limits", "raised", "--token", TOKEN])
            .args(["--seed", &seed.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the simulator starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout
            .read_line(&mut line)
            .expect("the simulator tells its addresses");
        let addresses: Value = serde_json::from_str(&line).expect("JSON");
        discord::install_tls();
        let http = reqwest::Client::builder()
            .tls_certs_only([])
            .timeout(Duration::from_millis(2 * PATIENCE_MS))
            .build()
            .expect("a client");
        Self {
            child,
            http,
            control: text(&addresses["control"]),
            addresses,
        }
    }

    pub(crate) fn guild(&self) -> String {
        text(&self.addresses["guilds"][0]["id"])
    }

    pub(crate) fn welcome_channel(&self) -> String {
        text(&self.addresses["guilds"][0]["welcome_channel"])
    }

    /// Makes a channel in the guild; its id.
    pub(crate) async fn create_channel(&self, name: &str) -> String {
        let path = format!("/guilds/{}/channels", self.guild());
        text(&self.post(&path, json!({"name": name})).await["id"])
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.answer(self.http.get(format!("{}{path}", self.control)))
            .await
    }

    pub(crate) async fn post(&self, path: &str, mut body: Value) -> Value {
        for (part, canary) in CANARIES {
            if let Some(Value::String(said)) = body.get_mut(part) {
                said.push_str(&format!(" {canary}"));
            }
        }
        self.answer(self.http.post(format!("{}{path}", self.control)).json(&body))
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        self.answer(self.http.put(format!("{}{path}", self.control)).json(&body))
            .await
    }

    /// Waits until a list is at least so long, and returns it. When that takes too long, tells what the bot had to say.
    pub(crate) async fn wait(&self, path: &str, at_least: usize, bot: &Bot) -> Value {
        let url = format!(
            "{}{path}?at_least={at_least}&timeout_ms={PATIENCE_MS}",
            self.control
        );
        let answered = self.try_answer(self.http.get(url)).await;
        answered.unwrap_or_else(|error| panic!("{path}: {error}\n{}", bot.log()))
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Value {
        self.try_answer(request)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    async fn try_answer(&self, request: reqwest::RequestBuilder) -> Result<Value, Value> {
        let answer = request.send().await.expect("the simulator answers");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        if status.is_success() { Ok(body) } else { Err(body) }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// The text of an id or an address.
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is a text"))
        .to_owned()
}

/// How often each member is mentioned in what was read of a channel.
pub(crate) fn greeted(read: &Value) -> HashMap<String, usize> {
    let mut greeted = HashMap::new();
    for message in read["messages"].as_array().expect("a list") {
        for mention in message["mentions"].as_array().expect("a list") {
            *greeted.entry(text(mention)).or_default() += 1;
        }
    }
    greeted
}

/// A place where `droas run` keeps its data over its starts.
pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let address = |name: &str| text(&simulator.addresses[name]);
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            variables: vec![
                ("DISCORD_TOKEN", address("token")),
                ("DROAS_DISCORD_API_URL", address("api")),
                ("DROAS_DISCORD_CDN_URL", address("cdn")),
                ("DROAS_DISCORD_GATEWAY_URL", address("gateway")),
                ("DROAS_WEB_LISTEN", "127.0.0.1:0".to_owned()),
            ],
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("droas.sqlite")
    }

    pub(crate) fn start_bot(&self) -> Bot {
        self.spawn(&mut self.bot()).expect("the bot starts")
    }

    /// Starts the bot as another user; `None` where we may not, or that user may not read the binary.
    pub(crate) fn start_bot_as(&self, user: u32) -> Option<Bot> {
        self.spawn(self.bot().uid(user)).ok()
    }

    fn bot(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command.arg("run");
        command
    }

    fn spawn(&self, command: &mut Command) -> std::io::Result<Bot> {
        let log = std::fs::File::create(self.log()).expect("a log file");
        let names = CANARIES.iter().map(|(_, canary)| (*canary).to_owned());
        let secrets = self
            .variables
            .iter()
            .filter_map(|(name, value)| secret(name, value));
        let child = command
            .current_dir(self.folder.path())
            .envs(self.variables.clone())
            .env_remove("RUST_LOG")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        Ok(Bot {
            child,
            log: self.log(),
            is_looked_through: false,
            never_logged: names.chain(secrets).collect(),
        })
    }

    /// Where it keeps what it keeps.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The operator's command, not started yet.
    pub(crate) fn ctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command
            .arg("ctl")
            .args(arguments)
            .current_dir(self.folder.path())
            .envs(self.variables.clone())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Calls the operator's command and waits for its end.
    pub(crate) fn call_ctl(&self, arguments: &[&str]) -> Output {
        tokio::task::block_in_place(|| self.ctl(arguments).output().expect("the binary runs"))
    }

    /// Where the bot makes its socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("droas.sock")
    }

    /// Sets a variable for the next starts.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.to_owned()));
    }

    /// Where the bot that was started last writes its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

/// What no log may hold of a variable of the bot's environment.
fn secret(name: &str, value: &str) -> Option<String> {
    match name {
        "DISCORD_TOKEN" | "DROAS_WEB_TOKEN" => Some(value.to_owned()),
        "DROAS_DATABASE_URL" => {
            let (account, _) = value.split_once("://")?.1.split_once('@')?;
            Some(account.split_once(':')?.1.to_owned())
        }
        _ => None,
    }
}

/// The first line of a log that holds one of some words.
fn line_with<'a>(log: &'a str, words: &[String]) -> Option<&'a str> {
    log.lines()
        .find(|line| words.iter().any(|word| line.contains(word.as_str())))
}

/// A running `droas run`. When it ends, its log is looked through for what no log may hold.
pub(crate) struct Bot {
    child: Child,
    log: PathBuf,
    is_looked_through: bool,
    never_logged: Vec<String>,
}

impl Bot {
    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        end(&mut self.child);
        self.look_through();
    }

    /// Each bot's log once, before another one of the same home takes its place.
    fn look_through(&mut self) {
        if std::mem::replace(&mut self.is_looked_through, true) {
            return;
        }
        if let Some(line) = line_with(&self.log(), &self.never_logged) {
            panic!(
                "a log holds neither names nor texts nor secrets ({:?}): {line}",
                self.never_logged
            );
        }
    }

    /// SIGTERM, and waits for the end.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended().await
    }

    /// Sends a signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        let told = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status()
            .expect("there is a kill program");
        assert!(told.success(), "the bot has ended by itself: {}", self.log());
    }

    /// Waits for the end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let status = tokio::task::block_in_place(|| self.child.wait().expect("it can be waited for"));
        self.look_through();
        status
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("a readable log")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        end(&mut self.child);
        // A test that fails has its own to say.
        if !std::thread::panicking() {
            self.look_through();
        }
    }
}

#[test]
fn line_that_must_not_be_logged_is_found_and_a_secret_is_known_by_its_variable() {
    let words = ["geheim", "Zwitschern"].map(str::to_owned);
    assert_eq!(line_with("greeted user=42\nall is well", &words), None);
    let log = "greeted user=42\nasked for Zwitschern\nall is well";
    assert_eq!(line_with(log, &words), Some("asked for Zwitschern"));
    let url = "postgres://droas:p%40ss@127.0.0.1:5432/test";
    assert_eq!(secret("DROAS_DATABASE_URL", url).as_deref(), Some("p%40ss"));
    assert_eq!(secret("DROAS_WEB_TOKEN", "geheim").as_deref(), Some("geheim"));
    assert_eq!(secret("DROAS_WEB_LISTEN", "127.0.0.1:0"), None);
}

fn end(child: &mut Child) {
    // It may have ended already.
    let _ = child.kill();
    let _ = child.wait();
}
