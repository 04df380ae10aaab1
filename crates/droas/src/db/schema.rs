//! The schema of the database, brought forward or taken back.

use std::io::{BufRead, IsTerminal};

use anyhow::anyhow;
use bot::backups::Occasion;
use serde_json::Value;
use store::Place;
use store::upkeep::{self, UpkeepError};

use super::{pg_dump, refused, report, shown};
use crate::config::Kept;
use crate::exit::NeedsMending;
use crate::opening;
use crate::printed;

/// Brings it up to date.
pub(super) async fn migrate(kept: &Kept, without_backup: bool) -> anyhow::Result<(String, Value)> {
    let place = &kept.database;
    let from = upkeep::version(place).await.map_err(refused)?;
    let to = upkeep::version_known();
    if from == 0 {
        return Err(refused(UpkeepError::NothingThere { place: shown(place) }));
    }
    if from == to {
        return Ok(report::up_to_date(&shown(place), to));
    }
    if !without_backup {
        backup_is_possible(kept, "migrate")?;
    }
    let backup = kept.backup.as_ref().filter(|_| !without_backup);
    let occasion = Occasion::Migration(from);
    let made = opening::migrate(place, from, to, occasion, backup, kept.pictures.as_ref())
        .await
        .map_err(|error| not_done(error, "migrate"))?;
    Ok(report::migrated(&shown(place), from, to, made.as_deref()))
}

/// Takes it back by one version.
pub(super) async fn roll_back(
    kept: &Kept,
    yes: bool,
    without_backup: bool,
) -> anyhow::Result<(String, Value)> {
    let place = &kept.database;
    let from = upkeep::version(place).await.map_err(refused)?;
    let Some(lost) = upkeep::lost_below(from) else {
        return Err(NeedsMending(anyhow!(
            "the database {} has version {from}, before which there is none; nothing was changed",
            shown(place)
        ))
        .into());
    };
    let to = from - 1;
    if !without_backup {
        backup_is_possible(kept, "rollback")?;
    }
    let question = format!(
        "The database {} is taken back from version {from} to {to}. What is lost by it: {lost}.",
        shown(place)
    );
    if !yes && !is_agreed(&question)? {
        return Err(anyhow!("nothing was changed"));
    }
    let backup = kept.backup.as_ref().filter(|_| !without_backup);
    let occasion = Occasion::Rollback(from);
    let made = opening::migrate(place, from, to, occasion, backup, kept.pictures.as_ref())
        .await
        .map_err(|error| not_done(error, "rollback"))?;
    Ok(report::rolled_back(
        &shown(place),
        from,
        to,
        lost,
        made.as_deref(),
    ))
}

/// Asks the person at the terminal.
fn is_agreed(question: &str) -> anyhow::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(NeedsMending(anyhow!(
            "nobody can be asked here, so nothing was changed. {question} To have it done, call `droas db rollback --yes`"
        ))
        .into());
    }
    printed::aside(format_args!("{question}\nType yes to go on:"));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// Where there would be no backup, that must be asked for.
fn backup_is_possible(kept: &Kept, command: &str) -> anyhow::Result<()> {
    let why = match &kept.database {
        Place::File(_) if kept.backup.is_some() => return Ok(()),
        Place::File(_) => "backup.folder is empty, so there would be no backup".to_owned(),
        Place::Server(url) => format!(
            "the database is on a PostgreSQL server, whose own program makes its backups: {}",
            pg_dump(url, "droas.dump".as_ref())
        ),
    };
    Err(NeedsMending(anyhow!(
        "{why}; nothing was changed. When you have a backup, or want none, call `droas db {command} --without-backup`"
    ))
    .into())
}

fn not_done(error: UpkeepError, command: &str) -> anyhow::Error {
    let UpkeepError::NotBackedUp(why) = &error else {
        return refused(error);
    };
    let sentence = anyhow!(
        "nothing was changed, because the backup that is made before failed: {why}. Mend that, or go on without a backup: droas db \
         {command} --without-backup"
    );
    if why.may_pass() {
        sentence
    } else {
        NeedsMending(sentence).into()
    }
}
