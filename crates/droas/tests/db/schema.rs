//! The schema, brought forward after a backup and taken back, on both databases.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;
use store::upkeep::version_known;
use store::{Place, Store, StoreOptions};

use crate::scene::*;

fn set_version(scene: &Scene, version: u32) {
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    db.pragma_update(None, "user_version", version).expect("set");
    db.close().expect("closed");
}

fn version(scene: &Scene, file: &str) -> i64 {
    number(&scene.path(file), "PRAGMA user_version")
}

/// One step back, without asking and without a backup.
const BACK: [&str; 4] = ["db", "rollback", "--yes", "--without-backup"];

#[tokio::test]
async fn older_database_is_backed_up_and_brought_up_to_date_with_all_its_rows() {
    let scene = Scene::new();
    scene.filled().await;
    let newest = version_known();
    scene.json(&BACK);
    scene.json(&BACK);
    let before = scene.json(&["db", "status"]);
    assert_eq!(before["version"], newest - 2);
    let told = scene.json(&["db", "migrate"]);
    assert_eq!(
        (&told["from"], &told["to"]),
        (&(newest - 2).into(), &newest.into())
    );
    let made = scene.backups();
    let named = format!("droas-before-migration-from-{}-20", newest - 2);
    assert!(made.len() == 1 && made[0].starts_with(&named), "{made:?}");
    let backup = format!("backups/{}", made[0]);
    assert!(
        told["backup"]
            .as_str()
            .is_some_and(|told| told.ends_with(&made[0])),
        "{told}"
    );
    assert_eq!(version(&scene, &backup), i64::from(newest - 2));
    let after = scene.json(&["db", "status"]);
    assert_eq!(
        (&after["version"], &after["rows"]["welcome"]),
        (&newest.into(), &2.into())
    );
    let said = text(&scene.droas(&["db", "migrate"]).stdout);
    assert!(said.contains("already"), "{said}");
    assert_eq!(scene.backups().len(), 1);

    // The backup of before, put back: the next start brings it up to date, after a backup again.
    let said = text(
        &scene
            .droas(&["db", "restore", &backup, "--keep-unfinished"])
            .stdout,
    );
    assert!(
        said.contains("the next start of this droas brings it to"),
        "{said}"
    );
    assert_eq!(version(&scene, "droas.sqlite"), i64::from(newest - 2));
    scene.json(&["db", "migrate"]);
    assert_eq!(scene.json(&["db", "status"])["rows"], after["rows"]);
    let status = scene.json(&["db", "status"]);
    let listed = status["backups"].as_array().expect("a list");
    assert!(
        listed.len() == 2 && listed[0]["occasion"] == "before_migration",
        "{status}"
    );
}

#[tokio::test]
async fn without_a_backup_nothing_is_migrated_unless_that_is_asked_for() {
    let scene = Scene::new();
    scene.filled().await;
    scene.json(&BACK);
    let old = version(&scene, "droas.sqlite");
    let database = scene.bytes("droas.sqlite");
    // A disk with room for what SQLite needs to read, and not for a copy; then a folder that cannot be one.
    for disk_is_full in [true, false] {
        if !disk_is_full {
            drop(fs::remove_dir_all(scene.path("backups")));
            fs::write(scene.path("backups"), "a file").expect("written");
        }
        for command in ["run", "db migrate", "db rollback --yes"] {
            let limit = if disk_is_full {
                "trap '' XFSZ; ulimit -f 128; "
            } else {
                ""
            };
            let line = format!("{limit}exec {} {command}", env!("CARGO_BIN_EXE_droas"));
            let mut shell = std::process::Command::new("sh");
            shell
                .args(["-c", &line])
                .current_dir(scene.folder.path())
                .env_clear()
                .env(
                    "DISCORD_TOKEN",
                    "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB",
                )
                .env("DROAS_DISCORD_API_URL", "http://127.0.0.1:9/api")
                .env("RUST_LOG", "off");
            let told = sentence(&shell.output().expect("a shell"), 1);
            for part in ["backups", "could not be written", "--without-backup"] {
                assert!(told.contains(part), "{command}: {told}");
            }
            assert!(scene.bytes("droas.sqlite") == database, "{command}: not a byte");
            assert!(
                !disk_is_full || scene.backups().is_empty(),
                "{:?}",
                scene.backups()
            );
        }
    }
    scene.json(&["db", "migrate", "--without-backup"]);
    assert_eq!(version(&scene, "droas.sqlite"), old + 1);

    // Nor where there is no folder for backups: a start goes on, since that was chosen, but a command asks.
    fs::write(scene.path("droas.toml"), "[backup]\nfolder = \"\"\n").expect("written");
    let told = scene.refused(&["db", "rollback", "--yes"]);
    assert!(
        told.contains("backup.folder is empty") && told.contains("--without-backup"),
        "{told}"
    );
    assert_eq!(version(&scene, "droas.sqlite"), old + 1);
}

#[tokio::test]
async fn migration_that_fails_again_and_again_does_not_fill_the_folder_with_backups() {
    let scene = Scene::new();
    scene.filled().await;
    let newest = version_known();
    // A step that makes a table finds another one in its place.
    let tables = || -> Vec<String> {
        let rows = scene.json(&["db", "status"])["rows"].clone();
        rows.as_object().expect("an object").keys().cloned().collect()
    };
    let all = tables();
    let mut missing = Vec::new();
    while missing.is_empty() {
        scene.json(&BACK);
        let left = tables();
        missing = all
            .iter()
            .filter(|table| !left.contains(table))
            .cloned()
            .collect();
    }
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    db.execute_batch(&format!("CREATE TABLE {} (n INTEGER)", missing[0]))
        .expect("made");
    db.close().expect("closed");
    let before = scene.json(&["db", "status"])["version"].clone();
    assert!(before.as_u64() < Some(u64::from(newest)));
    let mut tried = Vec::new();
    for _ in 0..5 {
        let told = scene.refused(&["db", "migrate"]);
        for part in [
            "droas.sqlite",
            "and is as it was",
            &format!("table {} already exists", missing[0]),
            "something else than droas has changed them",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(!told.contains("disk"), "{told}");
        tried.push(scene.backups());
    }
    assert_eq!(scene.json(&["db", "status"])["version"], before);
    assert_eq!(tried.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 3, 3, 3]);
}

#[tokio::test]
async fn every_step_back_says_what_is_lost_and_leaves_a_database_that_comes_forward_again() {
    let scene = Scene::new();
    scene.filled().await;
    let store = scene.store().await;
    let told = scene.refused(&["db", "rollback", "--yes"]);
    assert!(told.contains("another droas is using the database"), "{told}");
    store.close().await;
    let newest = version_known();
    let told = scene.refused(&["db", "rollback"]);
    assert!(
        told.contains("What is lost by it: ") && told.contains("--yes"),
        "nobody can be asked: {told}"
    );
    assert_eq!(version(&scene, "droas.sqlite"), i64::from(newest));
    for to in (1..newest).rev() {
        let told = scene.json(&["db", "rollback", "--yes"]);
        assert_eq!((&told["from"], &told["to"]), (&(to + 1).into(), &to.into()));
        assert!(
            told["lost"].as_str().is_some_and(|lost| lost.len() > 10),
            "{told}"
        );
        assert_eq!(version(&scene, "droas.sqlite"), i64::from(to));
    }
    let welcomes = number(&scene.path("droas.sqlite"), "SELECT count(*) FROM welcome");
    assert_eq!(welcomes, 2);
    let told = scene.refused(&["db", "rollback", "--yes"]);
    assert!(told.contains("version 1, before which there is none"), "{told}");
    // Of so many steps the last backups are kept.
    let kept = scene.backups();
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert!(
        kept.iter()
            .any(|name| name.starts_with("droas-before-rollback-from-2-")),
        "{kept:?}"
    );
    scene.json(&["db", "migrate"]);
    let store = scene.store().await;
    assert!(store.welcome(waiting()).await.expect("read").is_some());
    store.close().await;
}

#[tokio::test]
async fn newer_database_is_refused_with_both_versions_and_the_ways_out() {
    let scene = Scene::new();
    scene.filled().await;
    scene.json(&BACK);
    scene.json(&["db", "migrate"]);
    let newest = version_known();
    set_version(&scene, newest + 1);
    // Readers leave what belongs to the log.
    let files = || {
        let mut files = scene.files();
        files.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        files
    };
    let (database, before) = (scene.bytes("droas.sqlite"), files());
    let run = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        command.env(
            "DISCORD_TOKEN",
            "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB",
        );
        sentence(&command.output().expect("the binary runs"), NEEDS_MENDING)
    };
    for arguments in [
        vec!["run"],
        vec!["db", "backup", "a"],
        vec!["db", "maintain"],
        vec!["db", "migrate"],
        vec!["db", "rollback", "--yes"],
    ] {
        let told = run(&arguments);
        for part in [
            &format!("version {}", newest + 1),
            &format!("versions up to {newest}"),
            env!("CARGO_PKG_VERSION"),
            "run the newer droas",
            "droas db rollback",
            "droas db restore",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        if arguments == ["run"] {
            assert!(
                told.contains("backups/droas-before-migration-from-"),
                "one to restore: {told}"
            );
        }
        assert!(
            scene.bytes("droas.sqlite") == database,
            "{arguments:?}: not a byte"
        );
        assert_eq!(files(), before, "{arguments:?}");
    }
}

#[test]
fn server_is_migrated_and_taken_back_when_no_bot_is_connected_and_a_backup_is_promised() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    let scene = Scene::new();
    let url: store::PostgresUrl = database.url().parse().expect("a URL");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let open = || {
        let options = StoreOptions::in_place(Place::Server(url.clone()));
        runtime.block_on(async { Store::open(&options).await.expect("opens") })
    };
    let run = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        command.env("DROAS_DATABASE_URL", database.url()).env(
            "DISCORD_TOKEN",
            "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB",
        );
        command.output().expect("the binary runs")
    };
    let refused = |arguments: &[&str]| sentence(&run(arguments), NEEDS_MENDING);
    let json = |arguments: &[&str]| -> Value {
        let output = run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let store = open();
    runtime.block_on(fill(&store));
    let newest = version_known();
    let told = refused(&["db", "rollback", "--yes"]);
    assert!(
        told.contains("pg_dump") && told.contains("--without-backup"),
        "{told}"
    );
    let told = refused(&BACK);
    assert!(
        told.contains("connections to the database") && told.contains("stop every bot"),
        "{told}"
    );
    runtime.block_on(store.close());

    for to in (1..newest).rev() {
        assert_eq!(json(&BACK)["to"], to);
    }
    assert!(refused(&BACK).contains("before which there is none"));
    let told = refused(&["db", "migrate"]);
    assert!(
        told.contains("pg_dump") && told.contains("db migrate --without-backup"),
        "{told}"
    );
    let told = json(&["db", "migrate", "--without-backup"]);
    assert_eq!((&told["from"], &told["to"]), (&1.into(), &newest.into()));
    assert_eq!(json(&["db", "status"])["rows"]["welcome"], 2);

    json(&BACK);
    runtime.block_on(open().close());
    assert_eq!(json(&["db", "status"])["version"], newest, "a start does it too");
    let newer = format!("UPDATE droas_schema SET version = {}", newest + 1);
    runtime.block_on(execute(&database.url(), &newer));
    for arguments in [
        vec!["run"],
        vec!["db", "status"],
        vec!["db", "migrate"],
        BACK.to_vec(),
    ] {
        let told = refused(&arguments);
        for part in [
            &format!("version {}", newest + 1),
            &format!("versions up to {newest}"),
            "run the newer droas",
            "droas db rollback",
            "pg_restore",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }
    assert_eq!(scene.files(), Vec::<String>::new());
}

async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the server answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("done");
    drop(client);
    connection.await.expect("it ends well").expect("no error");
}
