//! Backups, restores and tidying, beside a bot that writes and without one.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::id::UserId;
use domain::welcome::{SkipReason, WelcomeState};
use rusqlite::Connection;
use serde_json::Value;
use store::{Store, StoreOptions};

use crate::scene::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backup_beside_a_writing_bot_is_of_one_moment_and_holds_all_from_before_it() {
    let scene = Scene::new();
    let store = scene.store().await;
    fill(&store).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (written, mut progress) = tokio::sync::watch::channel(0_u64);
    let writing = {
        let (store, stop) = (store.clone(), stop.clone());
        tokio::spawn(async move {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                commit(&store, vec![message(count)]).await;
                count += 1;
                written.send_replace(count);
            }
            count
        })
    };
    for round in 1..=3_u64 {
        // The writer goes on meanwhile: every round has written more than the one before.
        let at_least = round * 200;
        progress
            .wait_for(|count| *count >= at_least)
            .await
            .expect("it writes");
        let before = *progress.borrow();
        let name = format!("{round}.backup");
        let told = tokio::task::block_in_place(|| scene.json(&["db", "backup", &name]));
        let path = scene.path(&name);
        for table in ["activity_meter", "welcome", "config_audit", "guild"] {
            let rows = number(&path, &format!("SELECT count(*) FROM {table}"));
            assert_eq!(told["rows"][table], rows, "{table}");
        }
        assert_eq!(
            number(
                &path,
                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"
            ),
            1
        );
        settle(&path).await;
        let days = number(&path, "SELECT sum(messages) FROM activity_daily");
        let months = number(&path, "SELECT sum(messages) FROM activity_monthly");
        assert_eq!(days, months, "of one moment");
        assert!(days >= before.cast_signed(), "{days} of {before}");
    }
    stop.store(true, Ordering::Relaxed);
    let count = writing.await.expect("it ends well");
    store.close().await;
    let total = number(
        &scene.path("droas.sqlite"),
        "SELECT sum(messages) FROM activity_daily",
    );
    assert_eq!(
        total,
        count.cast_signed(),
        "the backups took nothing from the bot"
    );
    assert!(
        !scene.files().iter().any(|name| name.contains("partial")),
        "{:?}",
        scene.files()
    );
}

#[tokio::test]
async fn backup_takes_no_name_that_is_taken_and_leaves_nothing_half_done() {
    let scene = Scene::new();
    assert!(scene.refused(&["db", "backup", "a"]).contains("no database"));
    assert_eq!(scene.files(), Vec::<String>::new());
    scene.filled().await;
    fs::write(scene.path("a"), "a diary").expect("written");
    fs::create_dir(scene.path("folder")).expect("made");
    let told = scene.refused(&["db", "backup", "a"]);
    assert!(told.contains("a exists") && told.contains("--force"), "{told}");
    for (name, named) in [
        ("droas.sqlite", "the database itself"),
        ("droas.sqlite.lock", "the database itself"),
        ("folder", "not a file"),
    ] {
        let told = scene.refused(&["db", "backup", name, "--force"]);
        assert!(told.contains(named), "{told}");
    }
    let told = sentence(&scene.droas(&["db", "backup", "no/such/a"]), 1);
    assert!(
        told.contains("could not be written") && told.contains("make its folder"),
        "{told}"
    );

    // A disk that takes no more than some kilobytes. The shell ignores the signal, and so does what it becomes.
    let bot = scene.store().await;
    let files = scene.files();
    for force in ["", "--force"] {
        let name = if force.is_empty() { "b" } else { "a" };
        let line = format!(
            "trap '' XFSZ; ulimit -f 8; exec {} db backup {name} {force}",
            env!("CARGO_BIN_EXE_droas")
        );
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &line])
            .current_dir(scene.folder.path())
            .env_clear();
        let told = sentence(&shell.output().expect("a shell"), 1);
        assert!(
            told.contains("could not be written") && told.contains("room"),
            "{told}"
        );
    }
    assert_eq!(scene.files(), files);
    assert_eq!(scene.bytes("a"), b"a diary");
    bot.close().await;

    let told = scene.json(&["db", "backup", "a", "--force"]);
    assert_eq!(told["rows"]["welcome"], 2);
    assert_eq!(number(&scene.path("a"), "SELECT count(*) FROM welcome"), 2);
}

#[tokio::test]
async fn restore_puts_a_backup_in_place_keeps_what_was_there_and_greets_nobody_twice() {
    let scene = Scene::new();
    scene.filled().await;
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    db.execute_batch(
        "INSERT INTO activity_report_schedule SELECT guild_id, 1, 5, 20000 FROM guild_config;
         INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at)
             SELECT guild_id, 19999, 1, 'pending', 1 FROM guild_config",
    )
    .expect("a report waits");
    drop(db);
    scene.json(&["db", "backup", "a.backup"]);
    let backup = scene.bytes("a.backup");
    let store = scene.store().await;
    commit(&store, vec![message(1)]).await;
    let told = scene.refused(&["db", "restore", "a.backup"]);
    assert!(told.contains("another droas is using the database"), "{told}");
    store.close().await;
    assert_eq!(
        number(&scene.path("droas.sqlite"), "SELECT count(*) FROM activity_daily"),
        1
    );

    let restored = scene.json(&["db", "restore", "a.backup"]);
    assert_eq!(
        (&restored["rows"]["welcome"], &restored["welcomes_dropped"]),
        (&2.into(), &1.into())
    );
    assert!(scene.bytes("a.backup") == backup, "it stays as it is");
    let kept = restored["kept"].as_str().expect("a path");
    assert!(kept.contains("droas.sqlite.before-restore-"), "{kept}");
    assert_eq!(number(Path::new(kept), "SELECT count(*) FROM activity_daily"), 1);
    let store = scene.store().await;
    let welcome = store.welcome(waiting()).await.expect("read").expect("there");
    assert_eq!(welcome.state, WelcomeState::Skipped(SkipReason::Stale));
    assert_eq!(store.checkpoints().await.expect("read"), []);
    store.close().await;
    let report = "SELECT count(*) FROM activity_report WHERE state = 'skipped' AND skip_reason = 'late'";
    assert_eq!(number(&scene.path("droas.sqlite"), report), 1);
    let begun = "SELECT count(*) FROM activity_report_schedule WHERE next_day IS NULL AND revision = 2";
    assert_eq!(
        number(&scene.path("droas.sqlite"), begun),
        1,
        "no report of a day before"
    );
    let since = number(&scene.path("droas.sqlite"), "SELECT since FROM join_watch");
    assert!(since > NOW.0, "joins before the restore are not looked for");

    // A move to another machine.
    fs::remove_file(scene.path("droas.sqlite")).expect("removed");
    let moved = scene.json(&["db", "restore", "a.backup", "--keep-unfinished"]);
    assert_eq!(
        (&moved["kept"], &moved["welcomes_dropped"]),
        (&Value::Null, &0.into())
    );
    let store = scene.store().await;
    let welcome = store.welcome(waiting()).await.expect("read").expect("there");
    assert_eq!(welcome.state, WelcomeState::Pending);
    assert_eq!(store.checkpoints().await.expect("read").len(), 1);
    store.close().await;
}

#[tokio::test]
async fn file_that_is_no_sound_backup_is_refused_before_anything_is_touched() {
    let scene = Scene::new();
    scene.filled().await;
    scene.json(&["db", "backup", "a.backup"]);
    let change = |name: &str, sql: &str| {
        fs::copy(scene.path("a.backup"), scene.path(name)).expect("copied");
        let db = Connection::open(scene.path(name)).expect("opens");
        db.execute_batch(sql).expect("changed");
    };
    change("newer", "PRAGMA user_version = 999");
    change("other", "PRAGMA application_id = 5");
    change(
        "orphan",
        "PRAGMA foreign_keys = off; INSERT INTO config_audit (guild_id, version, at, field) VALUES (999, 1, 1, 'language')",
    );
    let backup = scene.bytes("a.backup");
    fs::write(scene.path("truncated"), &backup[..backup.len() - 3 * 4096]).expect("written");
    let mut broken = backup.clone();
    broken[4 * 4096..].fill(0xaa);
    fs::write(scene.path("broken"), broken).expect("written");
    fs::write(
        scene.path("text"),
        "not a database, but longer than the header of one is, by some more words".repeat(3),
    )
    .expect("written");
    fs::write(scene.path("empty"), "").expect("written");
    let (database, files) = (scene.bytes("droas.sqlite"), scene.files());
    for (name, named) in [
        ("newer", "version 999"),
        ("other", "another program"),
        ("orphan", "damaged"),
        ("truncated", "damaged"),
        ("broken", "damaged"),
        ("text", "not a SQLite database"),
        ("empty", "empty"),
        ("nowhere", "no file"),
        ("no/such/folder", "no file"),
        ("droas.sqlite", "itself"),
    ] {
        let told = scene.refused(&["db", "restore", name]);
        assert!(told.contains(name) && told.contains(named), "{told}");
        assert!(scene.bytes("droas.sqlite") == database, "{name}: not a byte");
        assert_eq!(scene.files(), files, "{name}");
    }
}

#[tokio::test]
async fn damaged_database_is_told_and_can_be_replaced_by_a_backup() {
    let scene = Scene::new();
    scene.filled().await;
    scene.json(&["db", "backup", "a.backup"]);
    let mut broken = scene.bytes("droas.sqlite");
    broken[4 * 4096..].fill(0xaa);
    fs::write(scene.path("droas.sqlite"), &broken).expect("written");
    for arguments in [["db", "maintain"], ["db", "backup"]] {
        let mut arguments = arguments.to_vec();
        if arguments[1] == "backup" {
            arguments.push("b.backup");
        }
        let told = scene.refused(&arguments);
        assert!(told.contains("damaged"), "{told}");
    }
    assert!(!scene.path("b.backup").exists());
    let restored = scene.json(&["db", "restore", "a.backup"]);
    let kept = restored["kept"].as_str().expect("a path");
    assert!(
        fs::read(kept).expect("readable") == broken,
        "whatever it is worth"
    );
    assert_eq!(scene.json(&["db", "status"])["rows"]["welcome"], 2);

    fs::write(scene.path("droas.sqlite"), vec![b'x'; 9000]).expect("written");
    scene.json(&["db", "restore", "a.backup"]);
    assert_eq!(scene.json(&["db", "status"])["rows"]["welcome"], 2);
}

#[tokio::test]
async fn maintain_gives_space_back_and_beside_a_bot_only_looks() {
    let scene = Scene::new();
    let store = scene.store().await;
    fill(&store).await;
    commit(&store, (0..1000).map(message).collect()).await;
    let told = scene.json(&["db", "maintain"]);
    assert_eq!(told["beside_a_bot"], true);
    let done = told["done"].to_string();
    assert!(done.contains("integrity") && !done.contains("VACUUM"), "{done}");
    let said = text(&scene.droas(&["db", "maintain"]).stdout);
    assert!(said.contains("left out"), "{said}");
    commit(&store, vec![message(1)]).await;
    for user in 1..=1000 {
        store.reset_activity(TEA, UserId(user)).await.expect("reset");
    }
    store.close().await;
    let told = scene.json(&["db", "maintain"]);
    assert_eq!(told["beside_a_bot"], false);
    let size = |key: &str| told[key].as_u64().expect("a number");
    assert!(size("after_bytes") < size("before_bytes"), "{told}");
    assert_eq!(scene.json(&["db", "status"])["free_bytes"], 0);
}

#[tokio::test]
async fn messages_that_cannot_be_read_are_told_until_they_are_dropped() {
    let scene = Scene::new();
    assert!(scene.refused(&["db", "drop-unreadable"]).contains("no database"));
    scene.filled().await;
    assert_eq!(scene.json(&["db", "drop-unreadable"])["rows_dropped"], 0);
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    db.execute_batch("INSERT INTO activity_journal (encoding, entries) VALUES (1, x'0102'), (1, x'')")
        .expect("damaged");
    drop(db);
    let store = scene.store().await;
    let told = scene.json(&["db", "status"]);
    assert_eq!(told["unreadable_rows"], 2);
    let said = text(&scene.droas(&["db", "status"]).stdout);
    assert!(said.contains("rows: 2; not counted"), "{said}");
    let checked = text(&scene.droas(&["check", "--offline"]).stdout);
    for part in ["some cannot be read (rows: 2)", "`droas db drop-unreadable`"] {
        assert!(checked.contains(part), "{part} in {checked}");
    }
    let said = text(&scene.droas(&["db", "drop-unreadable"]).stdout);
    assert!(said.contains("The 2 rows of messages in droas.sqlite"), "{said}");
    assert_eq!(scene.json(&["db", "status"])["unreadable_rows"], 0);
    let checked = text(&scene.droas(&["check", "--offline"]).stdout);
    assert!(!checked.contains("stored messages"), "{checked}");
    store.close().await;
}

#[tokio::test]
async fn status_tells_what_waits_beside_a_bot_and_without_one() {
    let scene = Scene::new();
    assert!(
        scene
            .refused(&["db", "status"])
            .contains("no database at droas.sqlite")
    );
    fs::write(scene.path("droas.toml"), "[database]\npath = \"tea.sqlite\"\n").expect("written");
    assert!(scene.refused(&["db", "status"]).contains("tea.sqlite"));
    fs::remove_file(scene.path("droas.toml")).expect("removed");
    let store = scene.store().await;
    fill(&store).await;
    let told = scene.json(&["db", "status"]);
    assert_eq!(
        (&told["in_use"], &told["rows"]["welcome"]),
        (&true.into(), &2.into())
    );
    assert_eq!(told["version"], told["version_known"]);
    assert_eq!(told["oldest_pending_at_ms"], NOW.0);
    assert_eq!(told["last_sent_at_ms"], Value::Null);
    assert!(told["log_bytes"].as_u64().is_some_and(|log| log > 0), "{told}");
    store.close().await;
    let before = scene.bytes("droas.sqlite");
    assert_eq!(scene.json(&["db", "status"])["in_use"], false);
    assert!(scene.bytes("droas.sqlite") == before, "it only looks");
    let table = text(&scene.droas(&["db", "status"]).stdout);
    assert!(
        table.contains("nobody") && table.contains("2026-11-18"),
        "{table}"
    );
}

#[test]
fn servers_own_programs_are_named_for_its_backups_and_the_password_is_not() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    let scene = Scene::new();
    let url = database.url();
    let (_, password) = url
        .split_once("//")
        .and_then(|(_, user)| user.split_once(':'))
        .expect("a password");
    let (password, _) = password.split_once('@').expect("a host");
    let run = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        command.env("DROAS_DATABASE_URL", database.url());
        command.output().expect("the binary runs")
    };
    let told = sentence(&run(&["db", "status"]), NEEDS_MENDING);
    assert!(told.contains("holds nothing of droas yet"), "{told}");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = database.url().parse().expect("a URL");
    runtime.block_on(async {
        let store = Store::open(&StoreOptions::in_place(store::Place::Server(url)))
            .await
            .expect("opens");
        fill(&store).await;
        store.close().await;
    });
    for (arguments, program) in [
        (vec!["db", "backup", "a"], "pg_dump"),
        (vec!["db", "restore", "a"], "pg_restore"),
    ] {
        let told = sentence(&run(&arguments), NEEDS_MENDING);
        assert!(told.contains(program) && told.contains("--dbname="), "{told}");
        assert!(!told.contains(password), "{told}");
    }
    assert_eq!(scene.files(), Vec::<String>::new());
    let json = |arguments: &[&str]| -> Value {
        let output = run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let status = json(&["db", "status"]);
    assert_eq!(
        (&status["rows"]["welcome"], &status["oldest_pending_at_ms"]),
        (&2.into(), &NOW.0.into())
    );
    assert!(!status.to_string().contains(password), "{status}");
    assert_eq!(json(&["db", "maintain"])["done"][0], "VACUUM (ANALYZE)");
}
