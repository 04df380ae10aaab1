//! Finds the bot's database and opens it. One of an older version is backed up before it is brought up to date.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use assets::{AssetOptions, AssetStore};
use bot::backups::{BackupFolder, Occasion};
use store::upkeep::{self, BackupPlan, UpkeepError};
use store::{OpenError, Place, ServerError, Store, StoreOptions};
use tracing::{info, warn};

use crate::config::{BackupSettings, Config, Environment, Kept};
use crate::db;
use crate::exit::NeedsMending;
use crate::moment;

/// What the bot that runs with this configuration keeps, and where.
///
/// # Errors
/// [`NeedsMending`]: the file or the environment cannot be read, or names no database.
pub(crate) fn kept(file: Option<&Path>) -> anyhow::Result<Kept> {
    let environment = Environment::read().map_err(|error| NeedsMending(error.into()))?;
    let kept = Config::load_kept(file, &environment).map_err(|error| NeedsMending(error.into()))?;
    Ok(kept)
}

/// Opens it to write.
///
/// # Errors
/// A sentence for the operator; [`NeedsMending`] where it will be the same in a minute.
pub(crate) async fn open(
    place: &Place,
    backup: Option<&BackupSettings>,
    pictures: Option<&AssetOptions>,
) -> anyhow::Result<Store> {
    let options = StoreOptions {
        migrate: false,
        ..StoreOptions::in_place(place.clone())
    };
    match Store::open(&options).await {
        Err(
            OpenError::Older { found, known, .. }
            | OpenError::Server(ServerError::Older { found, known, .. }),
        ) => bring_up_to_date(place, found, known, backup, pictures).await?,
        opened => return opened.map_err(|error| refused(error, place, backup)),
    }
    let opened = Store::open(&options).await;
    opened.map_err(|error| refused(error, place, backup))
}

async fn bring_up_to_date(
    place: &Place,
    found: u32,
    known: u32,
    backup: Option<&BackupSettings>,
    pictures: Option<&AssetOptions>,
) -> anyhow::Result<()> {
    match place {
        Place::Server(url) => warn!(
            from = found,
            to = known,
            "the database's schema is brought up to date, without a backup of ours: before the next upgrade, make one by {}",
            db::pg_dump(url, "droas.dump".as_ref())
        ),
        Place::File(_) if backup.is_none() => warn!(
            from = found,
            to = known,
            "the database's schema is brought up to date without a backup, since backup.folder is empty"
        ),
        Place::File(database) => {
            // No other bot runs: it would hold the database.
            if let Some(settings) = backup {
                BackupFolder::new(settings.folder.clone(), database).remove_unfinished();
            }
        }
    }
    match migrate(place, found, known, Occasion::Migration(found), backup, pictures).await {
        // Of several bots that start over one server, another one was first.
        Ok(_) | Err(UpkeepError::VersionChanged { .. }) => Ok(()),
        Err(error) => Err(not_migrated(error, place, found, known)),
    }
}

/// Brings the schema to another version, after a backup where `backup` is given; tells where that is.
pub(crate) async fn migrate(
    place: &Place,
    from: u32,
    to: u32,
    occasion: Occasion,
    backup: Option<&BackupSettings>,
    pictures: Option<&AssetOptions>,
) -> Result<Option<PathBuf>, UpkeepError> {
    let now = moment::now();
    let (Place::File(database), Some(settings)) = (place, backup) else {
        upkeep::migrate(place, from, to, None).await?;
        return Ok(None);
    };
    let folder = BackupFolder::new(settings.folder.clone(), database);
    let tidy = |just_made: &Path| {
        if let Err(error) = folder.tidy(settings.retention, just_made, now) {
            warn!(%error, "old backups cannot be removed now; they are another time");
        }
    };
    // Whoever dies or fails here again and again must not fill the disk.
    tidy(Path::new(""));
    let plan: BackupPlan = folder
        .plan(occasion, now, readable(pictures))
        .map_err(|error| UpkeepError::NotBackedUp(Box::new(error)))?;
    let file = plan.file.clone();
    let migrated = upkeep::migrate(place, from, to, Some(plan)).await;
    if file.exists() {
        info!(file = %file.display(), from, to, "the database was backed up before its schema was changed");
        tidy(&file);
    }
    migrated?;
    Ok(Some(file))
}

/// The pictures that go with a backup: those of a folder. Where there is none yet, there are no pictures.
pub(crate) fn readable(pictures: Option<&AssetOptions>) -> Option<AssetStore> {
    match pictures {
        Some(AssetOptions::Folder(folder)) => AssetStore::open_to_read(folder).ok(),
        _ => None,
    }
}

fn not_migrated(error: UpkeepError, place: &Place, found: u32, known: u32) -> anyhow::Error {
    let UpkeepError::NotBackedUp(why) = error else {
        return db::refused(error);
    };
    let sentence = anyhow!(
        "the database {} has version {found} and must be brought to {known}, but the backup that is made before failed: {why}. It \
         was left as it is; start again when that is mended, or go on without a backup: droas db migrate --without-backup",
        db::shown(place)
    );
    if why.may_pass() {
        sentence
    } else {
        NeedsMending(sentence).into()
    }
}

/// A database that must be looked at by a person, unless it may be well in a minute by itself: its server answers, space is
/// free again, another program lets go.
fn refused(error: OpenError, place: &Place, backup: Option<&BackupSettings>) -> anyhow::Error {
    // The sentence holds its causes already.
    let mut sentence = error.to_string();
    if let (OpenError::TooNew { known, .. }, Place::File(database), Some(settings)) = (&error, place, backup)
    {
        let folder = BackupFolder::new(settings.folder.clone(), database);
        let fitting = folder
            .list()
            .into_iter()
            .rfind(|backup| matches!(backup.occasion, Occasion::Migration(from) if from <= *known));
        if let Some(backup) = fitting {
            sentence.push_str(&format!(
                "; one was made on {}: {}",
                moment::for_people(backup.made_at),
                backup.path.display()
            ));
        }
    }
    let sentence = anyhow::Error::msg(sentence);
    if error.may_pass() {
        sentence
    } else {
        NeedsMending(sentence).into()
    }
}
