//! `droas import`: brings over what other bots have stored, and takes it back.

mod file;
mod findings;
mod mee6;
mod report;
mod roas;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use domain::id::GuildId;
use store::{Import, ImportSource, Store};

use crate::config::Kept;
use crate::exit::NeedsMending;
use crate::moment;
use crate::opening;
use crate::printed;
use findings::Findings;

/// Bring over scores, message counts and settings from another bot
///
/// Without --apply nothing is written: the report tells what would be taken and what not, and why. With it, everything is
/// written in one transaction. The same file again changes nothing, a later file of the same bot adds only what is new in
/// it, and `droas import undo` takes the last import back. What servers have chosen here themselves always stays.
///
/// The database is the one that `droas run` uses with the same configuration: call it in the same folder, with the same
/// environment. A bot on SQLite must be stopped for --apply. Back up before it: `droas db backup`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file of the bot [default: droas.toml, when it exists]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Print the report as JSON, with every refused row
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// From a SQLite database of the Python Discord-ROAS-Bot
    ///
    /// That bot keeps activity and welcomes in two files: import both, one after the other. These tables are read, each
    /// where it is there:
    ///
    /// meter or activity_meter: a score, which fades by this bot's rules from the member's last message on. Several rows of
    /// a member become one, with the larger score and the later time. Who has a score here keeps the larger of the two, as
    /// they are at the same moment.
    ///
    /// daily: messages of days, added to the days and months here. Several rows of a member's day are added up: in files
    /// without a key each message is a row.
    ///
    /// report_channel, activity_meter_settings, welcome_settings: the channels, the report's hour, the message and the card's
    /// lines, with their placeholders in this bot's words, where the server has not chosen its own here.
    Roas {
        /// The database file; it is only read. Stop the other bot first
        file: PathBuf,
        /// Write it
        #[arg(long)]
        apply: bool,
    },
    /// From a list of levels as MEE6's leaderboard shows it, as JSON
    ///
    /// The file is an object with `guild` (of which the `id` is read) and `players`, or the list of players alone, with
    /// --guild. Of a player, `id` and `level` are read.
    ///
    /// MEE6's levels only rise, scores here are of the last days. So the highest level of the file becomes 100 points and
    /// every other its share of it (level 20 where the highest is 50: 40 points), and the scores fade from the moment of the
    /// import on, by the server's rules. XP and the count of messages are not taken: nobody knows on which days they were
    /// written.
    Mee6 {
        /// The JSON file
        file: PathBuf,
        /// The server's id, where the file does not tell it
        #[arg(long, value_name = "ID")]
        guild: Option<GuildId>,
        /// Write it
        #[arg(long)]
        apply: bool,
    },
    /// Take back the last import that was not taken back
    ///
    /// Members have again what they had, and messages that were counted since stay. A score that has gone on from an imported
    /// one over several silences cannot be told apart from it any more: with such members nothing is taken back, unless
    /// --keep-changed leaves those scores as they are.
    Undo {
        /// Write it
        #[arg(long)]
        apply: bool,
        /// Leave scores as they are that cannot be told apart from what was imported; they fade
        #[arg(long)]
        keep_changed: bool,
    },
    /// Tell what was imported, and when
    List,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let kept = opening::kept(args.config.as_deref())?;
    let place = &kept.database;
    let (text, json) = match &args.command {
        Command::Roas { file, apply } => {
            let findings = read(file, roas::read)?;
            bring(&kept, ImportSource::Roas, file, findings, *apply).await?
        }
        Command::Mee6 { file, guild, apply } => {
            let findings = read(file, |file| mee6::read(file, *guild))?;
            bring(&kept, ImportSource::Mee6, file, findings, *apply).await?
        }
        Command::Undo { apply, keep_changed } => undo(&kept, *apply, *keep_changed).await?,
        Command::List => {
            let records = store::import_records(place).await.map_err(unreadable)?;
            report::records(&records)
        }
    };
    if args.json {
        printed::line(json)
    } else {
        printed::line(text)
    }
}

fn read(
    path: &Path,
    read: impl FnOnce(&file::SourceFile) -> anyhow::Result<Findings>,
) -> anyhow::Result<(Findings, String)> {
    let source = file::SourceFile::read(path).map_err(NeedsMending)?;
    let findings = read(&source).map_err(NeedsMending)?;
    Ok((findings, source.hash))
}

async fn bring(
    kept: &Kept,
    source: ImportSource,
    path: &Path,
    (findings, file_hash): (Findings, String),
    apply: bool,
) -> anyhow::Result<(String, serde_json::Value)> {
    let file_name = path.file_name().unwrap_or(path.as_os_str());
    let import = Import {
        source,
        file_name: file_name.to_string_lossy().into_owned(),
        file_hash,
        at: moment::now(),
        members: findings.members,
        settings: findings.settings,
    };
    let imported = if apply {
        let store = open(kept).await?;
        let imported = store.import(import).await;
        store.close().await;
        imported.map_err(|error| anyhow!("nothing was imported: {error}"))?
    } else {
        store::preview_import(&kept.database, import)
            .await
            .map_err(unreadable)?
    };
    Ok(report::imported(source, path, &findings.tables, &imported, apply))
}

async fn undo(kept: &Kept, apply: bool, keep_changed: bool) -> anyhow::Result<(String, serde_json::Value)> {
    let undone = if apply {
        let store = open(kept).await?;
        let undone = store.undo_import(moment::now(), keep_changed).await;
        store.close().await;
        undone.map_err(|error| anyhow!("nothing was taken back: {error}"))?
    } else {
        store::preview_undo(&kept.database).await.map_err(unreadable)?
    };
    let Some(undone) = undone else {
        return Err(NeedsMending(anyhow!(
            "there is no import to take back; `droas import list` tells what there was"
        ))
        .into());
    };
    if apply && !undone.done {
        return Err(NeedsMending(anyhow!(report::not_undone(&undone))).into());
    }
    Ok(report::undone(&undone, apply))
}

/// Opens the database to write, as the bot does.
async fn open(kept: &Kept) -> anyhow::Result<Store> {
    opening::open(&kept.database, kept.backup.as_ref(), kept.pictures.as_ref()).await
}

fn unreadable(error: store::upkeep::UpkeepError) -> anyhow::Error {
    NeedsMending(anyhow!(error.to_string())).into()
}
