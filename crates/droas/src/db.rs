//! `droas db`: looks after the database that the bot runs on.

mod report;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use assets::AssetOptions;
use serde_json::Value;
use store::upkeep::{self, Unfinished, UpkeepError};
use store::{OpenError, Place, PostgresUrl, ServerError};

use crate::config::{Config, Environment};
use crate::exit::NeedsMending;
use crate::moment;

/// Back up, restore, tidy or look at the bot's database
///
/// The database is the one that `droas run` uses with the same configuration: call it in the same folder, with the same
/// environment. The token is not needed. backup, maintain and status may be called while the bot runs.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file of the bot [default: droas.toml, when it exists]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Print what was done or found as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Copy the database to a new file, while the bot runs
    ///
    /// The copy is the database of one moment. It is looked through (its structure, and the rows of every table) and on the
    /// disk before FILE has its name, so there is either a whole backup or none. The pictures that servers gave lie outside
    /// of the database: copy their folder after it.
    Backup {
        /// The file to make
        file: PathBuf,
        /// Let it take the place of a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Put a backup in the place of the database; the bot must be stopped
    ///
    /// FILE is looked through before anything is touched, and stays as it is. The database that was there is kept beside it,
    /// under its name with the time behind it.
    ///
    /// A backup does not know what the bot did after it was made. So that nobody is greeted twice, welcomes that wait in it
    /// are dropped (they show as stale in the history), daily reports of days before are not made, and who joined before
    /// the restore is not looked for.
    Restore {
        /// A file that `droas db backup` made
        file: PathBuf,
        /// Go on with what waits in the backup and look for joins since: only where the bot has not run since
        /// it was made, as when it moves to another machine
        #[arg(long)]
        keep_unfinished: bool,
    },
    /// Look the database through, and tidy it
    ///
    /// On SQLite: integrity and foreign keys are checked, then unused space is given back (VACUUM), what queries are planned
    /// by is renewed (ANALYZE, optimize), and the log is moved into the file. While the bot runs, only the checks and as much
    /// of the log as nobody reads; it says so. On PostgreSQL: VACUUM (ANALYZE), beside running bots.
    Maintain,
    /// Tell where the database lies, its size, its version, its rows and what waits in it
    Status,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let environment = Environment::read().map_err(|error| NeedsMending(error.into()))?;
    let (place, pictures) = Config::load_database(args.config.as_deref(), &environment)
        .map_err(|error| NeedsMending(error.into()))?;
    let (text, json) = match (&args.command, &place) {
        (Command::Status, place) => {
            let status = upkeep::database_status(place).await.map_err(refused)?;
            report::status(&shown(place), &status)
        }
        (Command::Maintain, place) => {
            let done = upkeep::maintain(place).await.map_err(refused)?;
            report::maintained(&shown(place), &done)
        }
        (Command::Backup { file, force }, Place::File(path)) => {
            let made = upkeep::back_up(path, file, *force).await.map_err(refused)?;
            report::backed_up(path, file, &made, pictures.as_ref().map(pictures_of).as_deref())
        }
        (
            Command::Restore {
                file,
                keep_unfinished,
            },
            Place::File(path),
        ) => restore(path, file, *keep_unfinished).await?,
        (Command::Backup { file, .. }, Place::Server(url)) => return Err(use_pg_dump(url, file)),
        (Command::Restore { file, .. }, Place::Server(url)) => return Err(use_pg_restore(url, file)),
    };
    print(args.json, &text, &json);
    Ok(())
}

async fn restore(path: &Path, file: &Path, keep_unfinished: bool) -> anyhow::Result<(String, Value)> {
    let now = moment::now();
    let kept_suffix = format!(".before-restore-{}", moment::for_names(now));
    let unfinished = if keep_unfinished {
        Unfinished::Kept
    } else {
        Unfinished::DroppedAt(now)
    };
    let restored = upkeep::restore(file, path, &kept_suffix, unfinished)
        .await
        .map_err(refused)?;
    Ok(report::restored(path, file, &restored))
}

fn print(json: bool, text: &str, value: &Value) {
    if json {
        println!("{value}");
    } else {
        println!("{text}");
    }
}

/// A database, as people know it.
pub(crate) fn shown(place: &Place) -> String {
    match place {
        Place::File(path) => path.display().to_string(),
        Place::Server(url) => url.to_string(),
    }
}

fn pictures_of(options: &AssetOptions) -> String {
    match options {
        AssetOptions::Folder(folder) => format!("the folder {}", folder.display()),
        AssetOptions::S3(_) => "the bucket that assets.url names".to_owned(),
    }
}

fn use_pg_dump(url: &PostgresUrl, file: &Path) -> anyhow::Error {
    let to = format!("--file={}", file.display());
    NeedsMending(anyhow!(
        "the database is on a PostgreSQL server, whose own program makes its backups, also while the bot runs: {}",
        url.client_command("pg_dump", &["--format=custom", &to])
    ))
    .into()
}

fn use_pg_restore(url: &PostgresUrl, file: &Path) -> anyhow::Error {
    let from = file.display().to_string();
    let arguments = [
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
        &from,
    ];
    NeedsMending(anyhow!(
        "the database is on a PostgreSQL server, whose own program restores its backups; stop every bot that uses it, then: {}",
        url.client_command("pg_restore", &arguments)
    ))
    .into()
}

/// What only a person can mend, and what may be well in a minute.
fn refused(error: UpkeepError) -> anyhow::Error {
    // The sentence holds its causes already.
    let sentence = anyhow!(error.to_string());
    match error {
        UpkeepError::Open(OpenError::Server(ServerError::Unreachable { .. }) | OpenError::Locked { .. })
        | UpkeepError::NotWritten { .. }
        | UpkeepError::Store(_) => sentence,
        _ => NeedsMending(sentence).into(),
    }
}
