//! A million guilds with what guilds choose.

use std::path::Path;
use std::sync::Arc;

use bot::clock::SystemClock;
use bot::settings::{Settings, SettingsOptions};
use domain::id::GuildId;
use store::{Store, StoreOptions};

pub(crate) const COUNT: u64 = 1_000_000;

/// The `n`-th guild's id, as if made over some years.
pub(crate) fn guild(n: u64) -> GuildId {
    GuildId((n * 97_003 + 1) << 22)
}

/// Makes the database, and writes all of them at once.
pub(crate) fn write(database: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        open(database).await.close().await;
    });
    let mut db = rusqlite::Connection::open(database).expect("a database");
    let tx = db.transaction().expect("begun");
    {
        let mut insert = tx
            .prepare(
                "INSERT INTO guild_config (guild_id, version, language, settings, updated_at, updated_by)
                 VALUES (?1, 2, ?2, ?3, 1790000000000, ?4)",
            )
            .expect("a statement");
        for n in 0..COUNT {
            let id = guild(n).0.cast_signed();
            let mut settings = format!("{{\"welcome.channel\":\"{}\"", id + 5);
            if n % 10 == 0 {
                let text = "Welcome {mention} to {guild}! Read the rules, and say hello. ".repeat(4);
                settings += &format!(",\"welcome.texts\":\"{}\"", &text[..200]);
            }
            settings.push('}');
            insert.execute((id, "zh-TW", settings, id + 9)).expect("written");
        }
    }
    tx.commit().expect("written");
}

pub(crate) async fn open(database: &Path) -> Store {
    Store::open(&StoreOptions::at(database)).await.expect("opens")
}

/// The settings of a store, in a cache of so many bytes.
pub(crate) fn settings(store: &Store, cache_bytes_max: usize) -> Settings {
    let options = SettingsOptions {
        cache_bytes_max,
        ..SettingsOptions::default()
    };
    Settings::new(store.clone(), Arc::new(SystemClock), options)
}
