//! `droas run`: hosts the bot.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use assets::{AssetError, AssetOptions, AssetStore};
use bot::backups::{BackupFolder, Backups};
use bot::clock::{Clock, SteadyClock};
use bot::control::Control;
use bot::settings::Settings;
use bot::{Fatal, Parts, Tally};
use discord::{Cdn, Rest, RestOptions};
use fetch::{FetchOptions, Fetcher};
use store::Place;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::config::{Config, Environment};
use crate::control_socket::{self, ControlSocket};
use crate::db;
use crate::exit::NeedsMending;
use crate::logging;
use crate::opening;
use crate::secret_files::{self, SecretFile};

/// Host the bot until it is told to stop (SIGTERM or Ctrl-C)
///
/// The token comes from the environment variable DISCORD_TOKEN, from a line in the file .env, or from the file that
/// discord.token_file names. The database is one SQLite file, made at the first start,
/// or one on a PostgreSQL server. `droas config` prints all settings.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file [default: droas.toml, when it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let (config, secret_files) = load(&args).map_err(NeedsMending)?;
    logging::start(config.log_format);
    secret_files::warn_of_exposed(&secret_files);
    let stop = stop_on_signals()?;
    let store = opening::open(&config.database, config.backup.as_ref(), Some(&config.assets)).await?;
    let assets = open_assets(&config.assets)
        .await
        .map_err(|error| NeedsMending(error.into()))?;
    let socket = match &config.control_socket {
        Some(path) => ControlSocket::bind(path).map_err(|error| NeedsMending(error.into()))?,
        None => None,
    };
    let painters = card::Pool::start(
        usize::try_from(config.cards.threads).expect("checked: at most 64"),
        usize::try_from(config.cards.queue_len_max).expect("checked: at most 10000"),
    );
    let clock = Arc::new(SteadyClock::default());
    let backups = backups(&config, &assets, clock.clone());
    let options = RestOptions {
        requests_per_second: config.requests_per_second,
        breaker: config.breaker,
        ..RestOptions::default()
    }
    .hastened(config.haste);
    let parts = Parts {
        settings: Settings::new(store.clone(), clock.clone(), config.settings),
        store,
        cdn: Cdn::with_breaker(&config.endpoints, options.breaker.clone(), rand::random())?,
        rest: Rest::with_options(config.token.clone(), &config.endpoints, options)?,
        painters,
        cards: config.card_design,
        assets,
        fetcher: Fetcher::new(FetchOptions::default()),
        endpoints: config.endpoints,
        token: config.token,
        shard_count: config.shard_count,
        policy: config.policy,
        clock,
        timing: config.timing,
        seed: rand::random(),
        stop_within: config.stop_within,
    };
    let told = web::Options {
        version: env!("CARGO_PKG_VERSION"),
        token: config.web_token,
        haste: config.haste,
    };
    let control = Control::of(&parts, Arc::new(Tally::default()));
    let telling = tell_over_http(config.web, told, &control, &stop).await;
    if let Some(backups) = backups {
        // Not waited for at the stop: a backup that is being made then has no name yet.
        tokio::spawn(bot::backups::run(
            backups,
            control.backups().clone(),
            stop.clone(),
        ));
    }
    let answering = tokio::spawn(control_socket::serve(socket, control.clone(), stop.clone()));
    let result = bot::run_under_control(parts, control, stop.clone()).await;
    // The socket is removed when nobody answers at it any more, however the bot ended.
    stop.cancel();
    answering.await.context("the control socket's task panicked")?;
    if let Some(telling) = telling {
        telling.await.context("the HTTP server's task panicked")?;
    }
    result.map_err(ended)?;
    info!("stopped; the session can be resumed for a few minutes");
    Ok(())
}

fn load(args: &Args) -> anyhow::Result<(Config, Vec<SecretFile>)> {
    let (file, environment) = (args.config.as_deref(), Environment::read()?);
    let config = Config::load(file, &environment)?;
    Ok((config, Config::secret_files(file, &environment)))
}

fn ended(fatal: Fatal) -> anyhow::Error {
    match fatal {
        Fatal::TokenRefused | Fatal::Gateway(_) => NeedsMending(fatal.into()).into(),
        Fatal::DatabaseLost(lost) if !lost.may_start_again() => NeedsMending(lost.into()).into(),
        other => other.into(),
    }
}

/// Where guilds' pictures are kept. What only an operator can mend is found now and not by a guild; a server that does not
/// answer may do so in a minute.
async fn open_assets(options: &AssetOptions) -> Result<AssetStore, AssetError> {
    let assets = AssetStore::open(options)?;
    match assets.probe().await {
        Err(error @ AssetError::Unavailable { .. }) => warn!(%error, "guilds' pictures cannot be read now"),
        answer => answer?,
    }
    Ok(assets)
}

/// The backups that are made while the bot runs; `None` where there are none.
fn backups(config: &Config, assets: &AssetStore, clock: Arc<dyn Clock>) -> Option<Backups> {
    let database = match &config.database {
        Place::File(path) => path,
        Place::Server(url) => {
            info!(
                "backups of the database are left to its server; make them by {}",
                db::pg_dump(url, "droas.dump".as_ref())
            );
            return None;
        }
    };
    let Some(settings) = &config.backup else {
        info!("no backups are made, since backup.folder is empty");
        return None;
    };
    Some(Backups {
        folder: BackupFolder::new(settings.folder.clone(), database),
        database: database.clone(),
        pictures: matches!(config.assets, AssetOptions::Folder(_)).then(|| assets.clone()),
        every: settings.every?,
        retention: settings.retention,
        clock,
        haste: config.haste,
        seed: rand::random(),
    })
}

/// Tells over HTTP how the bot is, where that was asked for and can be: welcomes go out without it.
async fn tell_over_http(
    at: Option<SocketAddr>,
    told: web::Options,
    control: &Control,
    stop: &CancellationToken,
) -> Option<JoinHandle<()>> {
    let at = at?;
    match web::Server::bind(at).await {
        Ok(server) => Some(tokio::spawn(web::serve(
            server,
            control.clone(),
            told,
            stop.clone(),
        ))),
        Err(error) => {
            warn!(%error, "nobody can read the status page, /healthz, /readyz and /metrics: {at} cannot be listened at; set web.listen to another \
                address, or to \"\" to go without");
            None
        }
    }
}

/// A token that is cancelled by SIGTERM or SIGINT.
fn stop_on_signals() -> anyhow::Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened to")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened to")?;
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        info!("told to stop: finishing what is in flight");
        told.cancel();
    });
    Ok(stop)
}
