//! A million guilds with what guilds choose.

use std::path::Path;
use std::sync::Arc;

use bot::clock::SystemClock;
use bot::settings::{Settings, SettingsOptions};
use domain::id::GuildId;
use store::Store;

use crate::database::{self, Database};

pub(crate) const COUNT: u64 = 1_000_000;
/// By a statement to a server; divides [`COUNT`].
const WRITTEN_AT_ONCE: usize = 10_000;

/// The `n`-th guild's id, as if made over some years.
pub(crate) fn guild(n: u64) -> GuildId {
    GuildId((n * 97_003 + 1) << 22)
}

/// Makes the database, and writes all of them at once.
pub(crate) fn write(database: &Database) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        database.open().await.close().await;
        match database {
            Database::File(path) => write_file(path),
            Database::Server(url) => write_server(url).await,
        }
    });
}

fn write_file(path: &Path) {
    let mut db = rusqlite::Connection::open(path).expect("a database");
    let tx = db.transaction().expect("begun");
    {
        let mut insert = tx
            .prepare(
                "INSERT INTO guild_config (guild_id, version, language, settings, updated_at, updated_by)
                 VALUES (?1, 2, 'zh-TW', ?2, 1790000000000, ?1 + 9)",
            )
            .expect("a statement");
        for n in 0..COUNT {
            insert.execute(row(n)).expect("written");
        }
    }
    tx.commit().expect("written");
}

async fn write_server(url: &str) {
    let client = database::connect(url).await;
    client.batch_execute("BEGIN").await.expect("begun");
    for first in (0..COUNT).step_by(WRITTEN_AT_ONCE) {
        let (ids, settings): (Vec<i64>, Vec<String>) =
            (first..first + WRITTEN_AT_ONCE as u64).map(row).unzip();
        client
            .execute(
                "INSERT INTO guild_config (guild_id, version, language, settings, updated_at, updated_by)
                 SELECT id, 2, 'zh-TW', settings, 1790000000000, id + 9
                 FROM unnest($1::bigint[], $2::text[]) AS guild (id, settings)",
                &[&ids, &settings],
            )
            .await
            .expect("written");
    }
    client.batch_execute("COMMIT").await.expect("written");
    // What the server would do soon by itself, and then in the middle of a measurement.
    for tidying in ["VACUUM ANALYZE guild_config", "CHECKPOINT"] {
        client.batch_execute(tidying).await.expect("done");
    }
}

/// The number of the `n`-th guild in a database, and what the column `settings` has of it.
fn row(n: u64) -> (i64, String) {
    let id = guild(n).0.cast_signed();
    let mut settings = format!("{{\"welcome.channel\":\"{}\"", id + 5);
    if n.is_multiple_of(10) {
        let text = "Welcome {mention} to {guild}! Read the rules, and say hello. ".repeat(4);
        settings += &format!(",\"welcome.texts\":\"{}\"", &text[..200]);
    }
    settings.push('}');
    (id, settings)
}

/// The settings of a store, in a cache of so many bytes.
pub(crate) fn settings(store: &Store, cache_bytes_max: usize) -> Settings {
    let options = SettingsOptions {
        cache_bytes_max,
        ..SettingsOptions::default()
    };
    Settings::new(store.clone(), Arc::new(SystemClock), options)
}
