//! What a restore brings back, counted; and what is there when it is killed in the middle.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use assets::{AssetOptions, AssetStore};
use bytes::Bytes;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;
use store::{Asset, Store};

use crate::scene::*;

/// Every table's rows, after the file was looked through.
fn counted(path: &Path) -> BTreeMap<String, i64> {
    let db = Connection::open(path).expect("opens");
    let sound: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("readable");
    assert_eq!(sound, "ok");
    let orphans = db
        .prepare("PRAGMA foreign_key_check")
        .expect("valid")
        .exists([])
        .expect("readable");
    assert!(!orphans);
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .expect("valid")
        .query_map([], |row| row.get(0))
        .expect("readable")
        .collect::<Result<_, _>>()
        .expect("names");
    let count = |table: &String| {
        db.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))
            .expect("a number")
    };
    tables.iter().map(|table| (table.clone(), count(table))).collect()
}

/// Everything that a table can hold, so that no count is nothing.
fn fill_every_table(path: &Path) {
    let db = Connection::open(path).expect("opens");
    db.execute_batch(
        "INSERT INTO activity_report_schedule SELECT guild_id, 1, 5, 20000 FROM guild_config;
         INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at)
             SELECT guild_id, 19999, 1, 'pending', 1 FROM guild_config;
         INSERT INTO level_role_guild SELECT guild_id, 1 FROM guild_config;
         INSERT INTO level_role SELECT guild_id, 1, 2, 'given', 3 FROM guild_config;
         INSERT INTO activity_rescore SELECT guild_id, 1 FROM guild_config;",
    )
    .expect("filled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restored_backup_of_a_writing_bot_has_every_row_that_was_told_of_it() {
    let scene = Scene::new();
    scene.filled().await;
    fill_every_table(&scene.path("droas.sqlite"));
    let store = scene.store().await;
    commit(&store, (0..5000).map(message).collect()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (written, mut progress) = tokio::sync::watch::channel(0_u64);
    let writing = {
        let (store, stop) = (store.clone(), stop.clone());
        tokio::spawn(async move {
            let mut count = 5000;
            while !stop.load(Ordering::Relaxed) {
                commit(&store, vec![message(count)]).await;
                count += 1;
                written.send_replace(count);
            }
            count
        })
    };
    progress.wait_for(|count| *count > 5100).await.expect("it writes");
    let told = tokio::task::block_in_place(|| scene.json(&["db", "backup", "a.backup"]));
    progress.borrow_and_update();
    progress.changed().await.expect("it goes on writing");
    stop.store(true, Ordering::Relaxed);
    let count = writing.await.expect("it ends well");
    store.close().await;
    let in_the_backup = counted(&scene.path("a.backup"));
    assert!(in_the_backup.len() > 15, "{in_the_backup:?}");
    for (table, rows) in &in_the_backup {
        assert_eq!(told["rows"][table], *rows, "{table}");
    }
    let messages = "SELECT sum(messages) FROM activity_daily";
    fs::copy(scene.path("a.backup"), scene.path("settled")).expect("copied");
    settle(&scene.path("settled")).await;
    let saved = number(&scene.path("settled"), messages);
    assert!((5100..count.cast_signed()).contains(&saved), "{saved} of {count}");

    // As it was made, and with what waited in it dropped.
    for arguments in [
        ["db", "restore", "a.backup", "--keep-unfinished"].as_slice(),
        &["db", "restore", "a.backup"],
    ] {
        let restored = scene.json(arguments);
        let mut found = counted(&scene.path("droas.sqlite"));
        for (table, rows) in &found {
            assert_eq!(restored["rows"][table], told["rows"][table], "{table}");
            assert!(*rows <= in_the_backup[table], "{table}");
        }
        if arguments.len() == 3 {
            // A session is not gone on with, nor a search; everything else is there.
            for table in ["gateway_session", "missed_search"] {
                found.insert(table.to_owned(), in_the_backup[table]);
            }
        }
        assert_eq!(found, in_the_backup);
        settle(&scene.path("droas.sqlite")).await;
        assert_eq!(number(&scene.path("droas.sqlite"), messages), saved);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restore_that_is_killed_leaves_the_old_database_or_the_new_one() {
    let scene = Scene::new();
    let database = scene.path("droas.sqlite");
    scene.filled().await;
    let store = scene.store().await;
    // Big enough for a restore to take a while.
    for part in 0..4 {
        commit(&store, (part * 5000..(part + 1) * 5000).map(message).collect()).await;
    }
    store.close().await;
    let pad = Connection::open(&database).expect("opens");
    pad.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO config_audit (guild_id, version, at, field, after_text)
             SELECT (SELECT guild_id FROM guild_config), i, i, 'welcome.message', hex(randomblob(100)) FROM n",
    )
    .expect("padded");
    pad.close().expect("closed");
    scene.json(&["db", "backup", "new.backup"]);
    let messages = "SELECT sum(messages) FROM activity_daily";
    let new = number(&database, messages);
    let store = scene.store().await;
    commit(&store, (0..100).map(message).collect()).await;
    store.close().await;
    let old = number(&database, messages);
    assert_eq!(old, new + 100);
    let old_bytes = scene.bytes("droas.sqlite");
    let begun = Instant::now();
    scene.json(&["db", "restore", "new.backup", "--keep-unfinished"]);
    let whole = begun.elapsed();
    let seed: u64 = 2026;
    let mut random = SmallRng::seed_from_u64(seed);
    for round in 0..24 {
        fs::write(&database, &old_bytes).expect("written");
        let mut restoring = scene
            .command(&["db", "restore", "new.backup", "--keep-unfinished"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the binary runs");
        // The moment of the kill is what is tried, so it is waited for by the clock.
        let moment = Duration::from_micros(random.random_range(0..=whole.as_micros() as u64));
        std::thread::sleep(moment);
        restoring.kill().expect("killed, or ended by itself");
        restoring.wait().expect("it has ended");
        let found = number(&database, messages);
        assert!(
            found == old || found == new,
            "round {round} of seed {seed}: {found}"
        );
        counted(&database);
        for name in scene
            .files()
            .iter()
            .filter(|name| name.contains(".before-restore-"))
        {
            // Whatever was kept is whole as well, if its name is there.
            assert_eq!(number(&scene.path(name), messages), old, "round {round}: {name}");
            fs::remove_file(scene.path(name)).expect("removed");
        }
        for leftover in ["droas.sqlite-wal", "droas.sqlite-shm"] {
            drop(fs::remove_file(scene.path(leftover)));
        }
    }
    // What the killed ones left behind goes with the next start.
    let store: Store = scene.store().await;
    store.close().await;
    let files = scene.files();
    assert!(!files.iter().any(|name| name.contains(".partial")), "{files:?}");
}

#[tokio::test]
async fn pictures_go_with_a_backup_and_come_back_with_it() {
    let scene = Scene::new();
    let folder = |name: &str| AssetOptions::Folder(scene.path(name));
    let pictures = AssetStore::open(&folder("assets")).expect("a folder");
    let store = scene.store().await;
    fill(&store).await;
    let mut hashes = Vec::new();
    for bytes in [b"first".as_slice(), b"second", b"third"] {
        let hash = pictures.put(Bytes::copy_from_slice(bytes)).await.expect("kept");
        let asset = Asset {
            hash: hash.to_string(),
            media_type: "image/jpeg".to_owned(),
            size_bytes: bytes.len() as u64,
            width_px: 1,
            height_px: 1,
            created_at: NOW,
        };
        store.put_asset(asset).await.expect("noted");
        hashes.push(hash);
    }
    pictures.put(Bytes::from_static(b"nobody's")).await.expect("kept");
    store.close().await;
    let said = text(&scene.droas(&["db", "backup", "a.backup"]).stdout);
    assert!(said.contains("a.backup.pictures"), "{said}");
    let beside = AssetStore::open_to_read(&scene.path("a.backup.pictures")).expect("it is there");
    assert_eq!(
        beside.list().await.expect("readable").len(),
        3,
        "those that it names"
    );

    // All is gone but the backup, of which one picture is damaged.
    fs::remove_dir_all(scene.path("assets")).expect("removed");
    fs::remove_file(scene.path("droas.sqlite")).expect("removed");
    let third = hashes[2].to_string();
    let third = scene.path("a.backup.pictures").join(&third[..2]).join(&third);
    fs::write(&third, "th").expect("damaged");
    let said = text(&scene.droas(&["db", "restore", "a.backup"]).stdout);
    assert!(
        said.contains("put back or were there: 2") && said.contains("left out: 1"),
        "{said}"
    );
    let pictures = AssetStore::open(&folder("assets")).expect("a folder");
    assert_eq!(pictures.get(&hashes[0]).await.expect("there"), "first");
    assert_eq!(pictures.get(&hashes[1]).await.expect("there"), "second");
    assert!(pictures.get(&hashes[2]).await.is_err());

    // A place for them that cannot be used leaves the database as it was.
    let database = scene.bytes("droas.sqlite");
    fs::remove_dir_all(scene.path("assets")).expect("removed");
    fs::write(scene.path("assets"), "a file").expect("written");
    let told = sentence(&scene.droas(&["db", "restore", "a.backup"]), 1);
    assert!(
        told.contains("could not be put back") && told.contains("as it was"),
        "{told}"
    );
    assert!(scene.bytes("droas.sqlite") == database);
}
