//! `droas db`: looks after the database that the bot runs on.

mod report;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use assets::{AssetOptions, Copied};
use bot::backups::{self, BackupFolder};
use serde_json::Value;
use store::upkeep::{self, BackupPlan, Unfinished, UpkeepError};
use store::{Place, PostgresUrl};

use crate::config::Kept;
use crate::exit::NeedsMending;
use crate::moment;
use crate::opening;
use crate::printed;

/// Back up, restore, migrate, tidy or look at the bot's database
///
/// The database is the one that `droas run` uses with the same configuration: call it in the same folder, with the same
/// environment. The token is not needed. backup, maintain, drop-unreadable and status may be called while the bot runs.
///
/// The bot makes backups by itself too, into the folder that backup.folder names: `droas db status` lists them.
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
    /// disk before FILE has its name, so there is either a whole backup or none. The pictures that servers gave go into the
    /// folder FILE.pictures beside it: move both together. Pictures in a bucket are left there.
    Backup {
        /// The file to make
        file: PathBuf,
        /// Let it take the place of a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Put a backup in the place of the database; the bot must be stopped
    ///
    /// FILE is looked through before anything is touched, and stays as it is. Pictures in the folder FILE.pictures are put
    /// back to where the bot reads them. The database that was there is kept beside it, under its name with the time behind
    /// it. A backup of an older version is brought up to date by the next start.
    ///
    /// A backup does not know what the bot did after it was made. So that nobody is greeted twice, welcomes that wait in it
    /// are dropped (they show as stale in the history), daily reports of days before are not made, and who joined before
    /// the restore is not looked for.
    Restore {
        /// A file that `droas db backup` or the bot itself made
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
    /// Forget the stored messages that cannot be read
    ///
    /// A SQLite file keeps messages for a moment before it counts them. Where it was damaged just there, the bot counts all
    /// others and keeps these aside; `droas db status` tells how many rows they are, and each start tries them again. They may
    /// be of anybody, so forget them when nobody is going to look at them.
    DropUnreadable,
    /// Tell where the database lies, its size, its version, its rows, what waits in it, and which backups there are
    Status,
    /// Bring a database of an older version up to date without starting the bot, which does the same at its start
    ///
    /// A SQLite file is backed up before, into the folder that backup.folder names; its bot must be stopped. On PostgreSQL make
    /// a backup yourself, with pg_dump.
    Migrate {
        /// Make no backup before: when the disk has no room for one, say
        #[arg(long)]
        without_backup: bool,
    },
    /// Take the database back by one version, for the droas of before an upgrade; the bot must be stopped
    ///
    /// It tells what is lost by it and asks. A SQLite file is backed up before, into the folder that backup.folder names; on
    /// PostgreSQL make a backup yourself, with pg_dump, and say so with --without-backup. Start the older droas then: this one
    /// would bring the database up to date again.
    ///
    /// To go back to the very data of before an upgrade, restore the backup that was made before it instead.
    Rollback {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Make no backup before
        #[arg(long)]
        without_backup: bool,
    },
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let kept = opening::kept(args.config.as_deref())?;
    let (text, json) = match (&args.command, &kept.database) {
        (Command::Status, place) => {
            let status = upkeep::database_status(place).await.map_err(refused)?;
            report::status(&shown(place), &status, backups_of(&kept).as_ref())
        }
        (Command::Maintain, place) => {
            let done = upkeep::maintain(place).await.map_err(refused)?;
            report::maintained(&shown(place), &done)
        }
        (Command::DropUnreadable, place) => {
            let rows = upkeep::drop_unreadable(place).await.map_err(refused)?;
            report::dropped(&shown(place), rows)
        }
        (Command::Backup { file, force }, Place::File(path)) => back_up(path, file, *force, &kept).await?,
        (
            Command::Restore {
                file,
                keep_unfinished,
            },
            Place::File(path),
        ) => restore(path, file, *keep_unfinished, &kept).await?,
        (Command::Backup { file, .. }, Place::Server(url)) => return Err(use_pg_dump(url, file)),
        (Command::Restore { file, .. }, Place::Server(url)) => return Err(use_pg_restore(url, file)),
        (Command::Migrate { without_backup }, _) => schema::migrate(&kept, *without_backup).await?,
        (Command::Rollback { yes, without_backup }, _) => {
            schema::roll_back(&kept, *yes, *without_backup).await?
        }
    };
    print(args.json, &text, &json)
}

async fn back_up(path: &Path, file: &Path, force: bool, kept: &Kept) -> anyhow::Result<(String, Value)> {
    let mut plan = BackupPlan::new(file.to_owned());
    plan.replace = force;
    if let Some(pictures) = opening::readable(kept.pictures.as_ref()) {
        plan.pictures = backups::pictures_beside(file, pictures);
    }
    let made = upkeep::back_up(path, plan).await.map_err(refused)?;
    let in_a_bucket = matches!(kept.pictures, Some(AssetOptions::S3(_)));
    Ok(report::backed_up(path, file, &made, in_a_bucket))
}

async fn restore(
    path: &Path,
    file: &Path,
    keep_unfinished: bool,
    kept: &Kept,
) -> anyhow::Result<(String, Value)> {
    let now = moment::now();
    let kept_suffix = format!(".before-restore-{}", backups::stamp(now));
    let unfinished = if keep_unfinished {
        Unfinished::Kept
    } else {
        Unfinished::DroppedAt(now)
    };
    let pictures: Arc<OnceLock<Copied>> = Arc::default();
    let told = Arc::clone(&pictures);
    let belongings = backups::put_back(file, kept.pictures.clone(), move |copied| {
        told.set(copied).expect("they are put back once");
    });
    let restored = upkeep::restore(file, path, &kept_suffix, unfinished, belongings)
        .await
        .map_err(refused)?;
    Ok(report::restored(path, file, &restored, pictures.get()))
}

/// The backups that the bot of this configuration makes; `None` where it makes none.
fn backups_of(kept: &Kept) -> Option<BackupFolder> {
    match (&kept.database, &kept.backup) {
        (Place::File(database), Some(settings)) => Some(BackupFolder::new(settings.folder.clone(), database)),
        _ => None,
    }
}

fn print(json: bool, text: &str, value: &Value) -> anyhow::Result<()> {
    if json {
        printed::line(value)
    } else {
        printed::line(text)
    }
}

/// A database, as people know it.
pub(crate) fn shown(place: &Place) -> String {
    match place {
        Place::File(path) => path.display().to_string(),
        Place::Server(url) => url.to_string(),
    }
}

/// The command with which a backup of a database on a server is made.
pub(crate) fn pg_dump(url: &PostgresUrl, file: &Path) -> String {
    let to = format!("--file={}", file.display());
    url.client_command("pg_dump", &["--format=custom", &to])
}

fn use_pg_dump(url: &PostgresUrl, file: &Path) -> anyhow::Error {
    NeedsMending(anyhow!(
        "the database is on a PostgreSQL server, whose own program makes its backups, also while the bot runs: {}",
        pg_dump(url, file)
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
pub(crate) fn refused(error: UpkeepError) -> anyhow::Error {
    // The sentence holds its causes already.
    let sentence = anyhow!(error.to_string());
    if error.may_pass() {
        sentence
    } else {
        NeedsMending(sentence).into()
    }
}
