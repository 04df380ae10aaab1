//! The configuration: one struct, checked whole before anything connects.
//!
//! A value comes from the environment, else from the file, else from its default. The doc comments of [`schema`] are
//! also the comments of the example file.

mod assets;
mod backup;
mod cards;
mod database;
mod environment;
mod example;
mod hidden;
mod inspection;
mod names;
mod reference;
mod schema;
mod web;

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::assets::AssetOptions;
use bot::settings::SettingsOptions;
use bot::{CardDesign, WelcomePolicy};
use discord::{BreakerSettings, Endpoints, Token};
use domain::id::{ChannelId, GuildId};
use domain::join::JoinRules;
use domain::template::Template;
use serde::Deserialize;
use store::Place;
use toml::de::{DeTable, Deserializer};
use url::{Host, Url};

pub(crate) use backup::BackupSettings;
pub(crate) use environment::Environment;
pub(crate) use example::example;
pub(crate) use inspection::Inspection;
pub(crate) use reference::reference;
use schema::BreakerSection;
pub(crate) use schema::{CardSettings, LogFormat, Settings};

use crate::secret_files::SecretFile;

/// The file that is read when no other is named, when it exists.
pub(crate) const DEFAULT_FILE: &str = "droas.toml";

/// Everything that `droas run` needs to know, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// The bot's token.
    pub token: Token,
    /// Where Discord is.
    pub endpoints: Endpoints,
    /// When Discord is left alone.
    pub breaker: BreakerSettings,
    /// Requests a second that Discord allows over all routes.
    pub requests_per_second: u32,
    /// How many shards; `None` asks Discord.
    pub shard_count: Option<u32>,
    /// Where the data lies.
    pub database: Place,
    /// How backups of a file are made; `None` for not at all.
    pub backup: Option<BackupSettings>,
    /// Where the pictures of guilds are kept.
    pub assets: AssetOptions,
    /// How members are greeted.
    pub policy: WelcomePolicy,
    /// How much is kept of the guilds' settings.
    pub settings: SettingsOptions,
    /// By what cards are drawn.
    pub cards: CardSettings,
    /// How cards look and what they say.
    pub card_design: CardDesign,
    /// How long the bot waits for what.
    pub timing: bot::Timing,
    /// How many times shorter than usual everything else is waited for.
    pub haste: u32,
    /// How long what is in flight may take when the bot stops.
    pub stop_within: Duration,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Where operators speak to the bot; `None` where they cannot.
    pub control_socket: Option<PathBuf>,
    /// Where it is told over HTTP how the bot is; `None` for nowhere.
    pub web: Option<SocketAddr>,
    /// What must be shown there to see more than whether the bot is well.
    pub web_token: Option<::web::AccessToken>,
}

/// What is kept for the bot that runs with a configuration, and where.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Where the data lies.
    pub database: Place,
    /// Where its guilds' pictures lie, if that can be told.
    pub pictures: Option<AssetOptions>,
    /// How backups of a file are made; `None` for not at all.
    pub backup: Option<BackupSettings>,
}

/// What is wrong with a configuration: every mistake that was found, each a sentence.
#[derive(Debug)]
pub(crate) struct ConfigError {
    mistakes: Vec<String>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mistakes.as_slice() {
            [one] => f.write_str(one),
            many => {
                write!(f, "the configuration has {} mistakes:", many.len())?;
                many.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
            }
        }
    }
}

impl From<String> for ConfigError {
    fn from(mistake: String) -> Self {
        Self {
            mistakes: vec![mistake],
        }
    }
}

impl Config {
    /// Reads the file (the one named, else [`DEFAULT_FILE`] when there is one) and the environment, and checks all of it.
    ///
    /// # Errors
    /// [`ConfigError`] with a sentence for each mistake.
    pub(crate) fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        check(read_settings(file, environment)?, environment)
    }

    /// The files from which secrets are read, so that somebody can see to it that nobody else reads them. None where the
    /// configuration cannot be read.
    pub(crate) fn secret_files(file: Option<&Path>, environment: &Environment) -> Vec<SecretFile> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        read_settings(file, environment)
            .map(|settings| inspection::secret_files(path, &settings, environment))
            .unwrap_or_default()
    }

    /// Where operators speak to the bot that runs with this configuration; `None` where they cannot. Whoever asks need not
    /// know the token.
    ///
    /// # Errors
    /// [`ConfigError`]: the file or the environment cannot be read.
    pub(crate) fn load_control_socket(
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<Option<PathBuf>, ConfigError> {
        let Settings { database, run, .. } = read_settings(file, environment)?;
        Ok(control_socket(&database.path, &run.control_socket))
    }

    /// What the bot that runs with this configuration keeps. Whoever looks after the database need not know the token.
    ///
    /// # Errors
    /// [`ConfigError`]: the file or the environment cannot be read, or names no database.
    pub(crate) fn load_kept(file: Option<&Path>, environment: &Environment) -> Result<Kept, ConfigError> {
        let Settings {
            database,
            backup,
            assets,
            ..
        } = read_settings(file, environment)?;
        let mut mistakes = Vec::new();
        let place = database::place(&database, &mut mistakes);
        let place = place.ok_or(ConfigError { mistakes })?;
        Ok(Kept {
            database: place,
            pictures: assets::place(&assets, &database.path, environment, &mut Vec::new()),
            backup: backup::settings(&backup, &database.path),
        })
    }
}

fn read_settings(file: Option<&Path>, environment: &Environment) -> Result<Settings, ConfigError> {
    let named = file.is_some();
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => String::new(),
        Err(error) => {
            return Err(format!(
                "the configuration file {} cannot be read ({error}); name an existing file with --config, or leave the option \
                 out to run without one",
                path.display()
            )
            .into());
        }
    };
    let sentence = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        let message = error.message().trim().replace('\n', " ");
        format!(
            "{}, line {line}: {message}; `droas config` prints every key with its meaning",
            path.display()
        )
    };
    let file = DeTable::parse(&text).map_err(sentence)?;
    let mut mistakes = names::unknown_in_file(path, &text, file.get_ref());
    let mut table = toml::Table::deserialize(Deserializer::from(file)).map_err(sentence)?;
    environment.overlay(&mut table, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(ConfigError { mistakes });
    }
    toml::from_str::<Settings>(&text).map_err(sentence)?;
    table
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::from(error.message().trim().to_owned()))
}

fn check(settings: Settings, environment: &Environment) -> Result<Config, ConfigError> {
    let mut mistakes = Vec::new();
    let Settings {
        discord,
        breaker,
        database,
        backup,
        assets,
        welcome,
        cards,
        settings,
        web,
        run,
    } = settings;

    let token = match read_token(&discord.token_file, environment) {
        Ok(token) => Some(token),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    };
    let mut url = |key: &str, text: &str, schemes: &[&str]| match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Some(url),
        _ => {
            mistakes.push(format!(
                "{key} is {text:?}, but must be a URL that starts with {}://",
                schemes.join(":// or ")
            ));
            None
        }
    };
    let api = url("discord.api_url", &discord.api_url, &["https", "http"]);
    let cdn = url("discord.cdn_url", &discord.cdn_url, &["https", "http"]);
    let gateway = match discord.gateway_url.as_str() {
        "" => Some(None),
        text => url("discord.gateway_url", text, &["wss", "ws"]).map(Some),
    };
    let message = Template::parse(&welcome.message)
        .map_err(|error| mistakes.push(format!("welcome.message: {error}")))
        .ok();
    let card_design = cards::design(&cards, &mut mistakes);
    let assets = assets::place(&assets, &database.path, environment, &mut mistakes);
    let channels = read_channels(&welcome.channels, &mut mistakes);
    let mut within = |key: &str, value: u64, min: u64, max: u64| {
        if !(min..=max).contains(&value) {
            mistakes.push(format!("{key} is {value}, but must be from {min} to {max}"));
        }
    };
    within(
        "discord.requests_per_second",
        discord.requests_per_second.into(),
        1,
        100_000,
    );
    within("discord.shards", discord.shards.into(), 0, 65_536);
    within("breaker.window_s", breaker.window_s, 1, 600);
    within("breaker.calls_min", breaker.calls_min, 1, 100_000);
    within("breaker.failure_percent", breaker.failure_percent, 1, 100);
    within("breaker.slow_percent", breaker.slow_percent, 1, 100);
    within("breaker.slow_after_ms", breaker.slow_after_ms, 1, 60_000);
    within("breaker.open_min_ms", breaker.open_min_ms, 10, 600_000);
    let open_max_least = breaker.open_min_ms.clamp(10, 600_000);
    within(
        "breaker.open_max_ms",
        breaker.open_max_ms,
        open_max_least,
        3_600_000,
    );
    within("breaker.probes", breaker.probes, 1, 100);
    within("backup.every_hours", backup.every_hours, 0, 720);
    within("backup.keep", backup.keep, 1, 1000);
    within("backup.keep_weekly", backup.keep_weekly, 0, 520);
    within("welcome.stale_after_hours", welcome.stale_after_hours, 1, 720);
    within("welcome.group_from", welcome.group_from, 2, 300);
    within("welcome.history_days", welcome.history_days, 31, 3650);
    within("cards.threads", cards.threads, 1, 64);
    within("cards.queue_len_max", cards.queue_len_max, 1, 10_000);
    within("settings.cache_mib", settings.cache_mib, 1, 65_536);
    within("settings.time_to_live_s", settings.time_to_live_s, 10, 604_800);
    within("run.stop_within_s", run.stop_within_s, 1, 600);
    within("run.haste", run.haste, 1, 1000);
    if run.haste > 1 && api.as_ref().is_some_and(|api| !is_on_this_machine(api)) {
        mistakes.push(format!(
            "run.haste is {}, but more than 1 is for rehearsals against the simulator alone; set it to 1, or discord.api_url to an \
             address on this machine",
            run.haste
        ));
    }
    let place = database::place(&database, &mut mistakes);
    let web_token = web::token(&web, environment, &mut mistakes);
    let web = web::listen(&web, &mut mistakes);

    let control_socket = control_socket(&database.path, &run.control_socket);
    // More than it can be is a mistake already.
    let haste = u32::try_from(run.haste).unwrap_or(u32::MAX);
    match (token, api, cdn, gateway, message, card_design, assets, place) {
        (
            Some(token),
            Some(api),
            Some(cdn),
            Some(gateway),
            Some(message),
            Some(card_design),
            Some(assets),
            Some(place),
        ) if mistakes.is_empty() => Ok(Config {
            token,
            endpoints: Endpoints { api, cdn, gateway },
            breaker: read_breaker(&breaker),
            requests_per_second: discord.requests_per_second,
            shard_count: (discord.shards > 0).then_some(discord.shards),
            database: place,
            backup: backup::settings(&backup, &database.path),
            assets,
            policy: WelcomePolicy {
                message,
                channels,
                rules: JoinRules::default(),
                stale_after: Duration::from_secs(welcome.stale_after_hours * 3600),
                after_screening: welcome.after_screening,
                raids: bot::RaidPolicy {
                    hold_back: welcome.raids == schema::Raids::Hold,
                    group_from: usize::try_from(welcome.group_from).expect("checked: at most 300"),
                    ..bot::RaidPolicy::default()
                },
                history: Duration::from_secs(welcome.history_days * 86_400),
            },
            settings: SettingsOptions {
                cache_bytes_max: usize::try_from(settings.cache_mib << 20).expect("checked: at most 64 GiB"),
                time_to_live: Duration::from_secs(settings.time_to_live_s),
            },
            cards,
            card_design,
            timing: bot::Timing::default().hastened(haste),
            haste,
            stop_within: Duration::from_secs(run.stop_within_s),
            log_format: run.log_format,
            control_socket,
            web,
            web_token,
        }),
        _ => Err(ConfigError { mistakes }),
    }
}

/// The socket's place: beside the database, unless it names one of its own.
fn control_socket(database: &Path, named: &Path) -> Option<PathBuf> {
    (!named.as_os_str().is_empty()).then(|| database.with_file_name("").join(named))
}

/// Whether a URL's host is this machine's own, by its name or as a number.
fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The breaker's settings, from keys that are within their bounds.
fn read_breaker(keys: &BreakerSection) -> BreakerSettings {
    let count = |value: u64| u32::try_from(value).expect("checked: at most 100000");
    let percent = |value: u64| u8::try_from(value).expect("checked: at most 100");
    BreakerSettings {
        window: Duration::from_secs(keys.window_s),
        calls_min: count(keys.calls_min),
        failure_percent: percent(keys.failure_percent),
        slow_percent: percent(keys.slow_percent),
        slow_after: Duration::from_millis(keys.slow_after_ms),
        open_min: Duration::from_millis(keys.open_min_ms),
        open_max: Duration::from_millis(keys.open_max_ms),
        probes: count(keys.probes),
    }
}

fn read_token(token_file: &Path, environment: &Environment) -> Result<Token, String> {
    if let Some(token) = environment.get(environment::TOKEN) {
        return Token::parse(token).map_err(|error| format!("DISCORD_TOKEN: {error}"));
    }
    if token_file.as_os_str().is_empty() {
        return Err("there is no token: set the environment variable DISCORD_TOKEN (a line in the file .env will do) to the one from \
             https://discord.com/developers/applications, your application, page \"Bot\", button \"Reset Token\"; \
             to try the bot without a token, run `droas demo`"
            .to_owned());
    }
    let text = std::fs::read_to_string(token_file).map_err(|error| {
        format!(
            "the file {} of discord.token_file cannot be read: {error}",
            token_file.display()
        )
    })?;
    // An editor ends a file with a line break, which is not part of the token.
    let token = text.strip_suffix('\n').unwrap_or(&text);
    Token::parse(token.strip_suffix('\r').unwrap_or(token))
        .map_err(|error| format!("the file {} of discord.token_file: {error}", token_file.display()))
}

fn read_channels(named: &HashMap<String, String>, mistakes: &mut Vec<String>) -> HashMap<GuildId, ChannelId> {
    let mut channels = HashMap::new();
    for (guild, channel) in named {
        match (guild.parse(), channel.parse()) {
            (Ok(guild), Ok(channel)) => {
                channels.insert(guild, channel);
            }
            _ => mistakes.push(format!(
                "welcome.channels has {guild:?} = {channel:?}, but both must be ids, numbers of 17 to 20 digits: in Discord, turn on \
                 Settings > Advanced > Developer Mode, right-click the server or the channel and choose \"Copy ID\""
            )),
        }
    }
    channels
}

#[cfg(test)]
mod tests;
