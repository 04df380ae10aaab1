//! `droas import`, as an operator calls it, on files that hold anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use domain::zone::Zone;
use rusqlite::Connection;
use serde_json::Value;
use store::{Batch, SettingsChange, Store, StoreOptions};
use tempfile::TempDir;

/// The exit status for what a person must mend.
const NEEDS_MENDING: i32 = 2;

/// 2026-11-01 00:00:00 UTC.
const NOVEMBER: i64 = 1_793_491_200;
const TEA: u64 = 700_000_000_000_000_001;

struct Scene {
    folder: TempDir,
    url: Option<String>,
}

impl Scene {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            url: None,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("our name")
            })
            .collect();
        names.sort();
        names
    }

    /// A database of the other bot.
    fn roas(&self, name: &str, sql: &str) -> PathBuf {
        let path = self.path(name);
        let db = Connection::open(&path).expect("a new file");
        db.execute_batch(sql).expect("written");
        path
    }

    fn droas(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        if let Some(url) = &self.url {
            command.env("DROAS_DATABASE_URL", url);
        }
        command.output().expect("the binary runs")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.droas(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The sentence with which it ends.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.droas(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(NEEDS_MENDING), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "one sentence: {stderr}");
        assert!(
            stderr.starts_with("droas: ") && !stderr.contains("panicked"),
            "{stderr}"
        );
        stderr
    }

    fn options(&self) -> StoreOptions {
        StoreOptions::at(self.path("droas.sqlite"))
    }

    /// Everything that the database says of activity and settings.
    fn stored(&self) -> Vec<String> {
        let db = Connection::open(self.path("droas.sqlite")).expect("opens");
        [
            "SELECT 'meter', * FROM activity_meter ORDER BY 2, 3",
            "SELECT 'day', * FROM activity_daily ORDER BY 2, 3, 4",
            "SELECT 'month', * FROM activity_monthly ORDER BY 2, 3, 4",
            "SELECT 'settings', guild_id, language, settings FROM guild_config ORDER BY 2",
        ]
        .iter()
        .flat_map(|sql| rows(&db, sql))
        .collect()
    }
}

fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).expect("prepared");
    let count = statement.column_count();
    let line = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
        let values: Vec<String> = (0..count)
            .map(|column| match row.get_ref(column).expect("a value") {
                rusqlite::types::ValueRef::Text(bytes) => text(bytes),
                other => format!("{other:?}"),
            })
            .collect();
        Ok(values.join(" "))
    };
    statement
        .query_map([], line)
        .expect("read")
        .collect::<Result<_, _>>()
        .expect("rows")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// What an import told of a table.
fn table<'a>(report: &'a Value, name: &str) -> &'a Value {
    let tables = report["tables"].as_array().expect("a list");
    let found = tables.iter().find(|table| table["table"] == name);
    found.unwrap_or_else(|| panic!("{name} in {report}"))
}

fn counts(table: &Value) -> [u64; 5] {
    let count = |key: &str| table[key].as_u64().expect("a number");
    let refused = table["refused"].as_array().expect("a list").len() as u64;
    [
        count("rows"),
        count("taken"),
        count("merged"),
        count("empty"),
        refused,
    ]
}

/// A message of a member, counted as the bot does.
async fn write(store: &Store, user: u64, at: i64) {
    let at = UnixMs(at * 1000);
    let member = MemberActivity {
        guild: GuildId(TEA),
        user: UserId(user),
        days: vec![(Day::at(at, Zone::utc()), 1)],
        runs: vec![Run::one(at, Weight::Normal)],
        rules: ScoreRules::default(),
    };
    let batch = Batch {
        at,
        effects: vec![Effect::CountActivity(vec![member])],
        checkpoint: None,
    };
    store.commit(batch).await.expect("committed");
}

/// As an older version made it: nothing keeps a row from being there twice.
const OLD_TABLES: &str = "
    CREATE TABLE meter (guild_id INTEGER, user_id INTEGER, score REAL, last_msg INTEGER);
    CREATE TABLE daily (ymd TEXT, guild_id INTEGER, user_id INTEGER, msg_cnt INTEGER);
    CREATE TABLE report_channel (guild_id INTEGER, channel_id INTEGER);";

#[test]
fn rows_of_any_kind_are_taken_or_refused_one_by_one() {
    let scene = Scene::new();
    let file = scene.roas(
        "hostile.db",
        &format!(
            "{OLD_TABLES}
             INSERT INTO meter (rowid, guild_id, user_id, score, last_msg) VALUES
                 (1, {TEA}, 21, 40.5, {NOVEMBER}),
                 (2, {TEA}, 21, 30.0, {NOVEMBER} + 60),
                 (3, {TEA}, 21, 40.5, {NOVEMBER}),
                 (4, '{TEA}', '22', '12.5', '{NOVEMBER}'),
                 (5, {TEA}, 23, 100.0000001, {NOVEMBER}.75),
                 (6, {TEA}, 24, 10, {NOVEMBER}000),
                 (7, {TEA}, 25, 0, 0),
                 (10, NULL, 30, 1, {NOVEMBER}),
                 (11, {TEA}, NULL, 1, {NOVEMBER}),
                 (12, {TEA}, 'Anna', 1, {NOVEMBER}),
                 (13, -{TEA}, 30, 1, {NOVEMBER}),
                 (14, {TEA}, 0, 1, {NOVEMBER}),
                 (15, {TEA}, 30.5, 1, {NOVEMBER}),
                 (16, {TEA}, 9.5e18, 1, {NOVEMBER}),
                 (17, {TEA}, x'00ff', 1, {NOVEMBER}),
                 (18, {TEA}, '99999999999999999999', 1, {NOVEMBER}),
                 (20, {TEA}, 30, NULL, {NOVEMBER}),
                 (21, {TEA}, 30, 'a lot', {NOVEMBER}),
                 (22, {TEA}, 30, 9e999, {NOVEMBER}),
                 (23, {TEA}, 30, -9e999, {NOVEMBER}),
                 (24, {TEA}, 30, 'nan', {NOVEMBER}),
                 (25, {TEA}, 30, 1e300, {NOVEMBER}),
                 (26, {TEA}, 30, -0.5, {NOVEMBER}),
                 (27, {TEA}, 30, 100.5, {NOVEMBER}),
                 (28, {TEA}, 30, x'41', {NOVEMBER}),
                 (30, {TEA}, 30, 1, NULL),
                 (31, {TEA}, 30, 1, 'yesterday'),
                 (32, {TEA}, 30, 1, 4102444800),
                 (33, {TEA}, 30, 1, -{NOVEMBER}),
                 (34, {TEA}, 30, 1, 0),
                 (35, {TEA}, 30, 1, 9223372036854775807),
                 (36, {TEA}, 30, 1, 1e300),
                 (37, {TEA}, 30, 1, 9e999);
             INSERT INTO daily (rowid, ymd, guild_id, user_id, msg_cnt) VALUES
                 (1, '20261031', {TEA}, 21, 5),
                 (2, '20261031', {TEA}, 21, 1),
                 (3, 20261030, {TEA}, 21, '7'),
                 (4, '2026-10-29', {TEA}, 21, 2.0),
                 (5, '20261028', {TEA}, 21, 0),
                 (6, '20261031', {TEA}, 26, 3),
                 (10, NULL, {TEA}, 21, 1),
                 (11, '20261301', {TEA}, 21, 1),
                 (12, '20260230', {TEA}, 21, 1),
                 (13, 'today', {TEA}, 21, 1),
                 (14, '19700101', {TEA}, 21, 1),
                 (15, '29990101', {TEA}, 21, 1),
                 (16, '20261027', {TEA}, 21, NULL),
                 (17, '20261027', {TEA}, 21, -4),
                 (18, '20261027', {TEA}, 21, 9223372036854775807),
                 (19, '20261027', {TEA}, 21, 1.5),
                 (20, '20261027', {TEA}, 21, 'many'),
                 (21, '20261027', -1, 21, 1);
             INSERT INTO report_channel (rowid, guild_id, channel_id) VALUES
                 (1, {TEA}, 31), (2, {TEA}, 32), (3, 5, -7), (4, NULL, 31), (5, 6, NULL);"
        ),
    );
    let report = scene.json(&["import", "roas", name(&file), "--apply"]);
    let refused = |table: &Value| -> Vec<i64> {
        let rows = table["refused"].as_array().expect("a list").iter();
        rows.map(|refused| {
            let reason = refused["reason"].as_str().expect("a text");
            assert!(!reason.is_empty() && !reason.contains('\n'), "{reason}");
            refused["row"].as_i64().expect("a number")
        })
        .collect()
    };
    let meter = table(&report, "meter");
    assert_eq!(counts(meter), [33, 4, 2, 1, 26]);
    let rows: Vec<i64> = (10..=18).chain(20..=28).chain(30..=37).collect();
    assert_eq!(refused(meter), rows);
    let daily = table(&report, "daily");
    assert_eq!(counts(daily), [18, 4, 1, 1, 12]);
    assert_eq!(refused(daily), (10..=21).collect::<Vec<i64>>());
    let channels = table(&report, "report_channel");
    assert_eq!(counts(channels), [5, 1, 1, 1, 2]);
    assert_eq!(refused(channels), [3, 4]);
    assert_eq!(
        (&report["members_new"], &report["messages_added"]),
        (&5.into(), &18.into())
    );
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    assert_eq!(
        rows_of(
            &db,
            "SELECT user_id, base / 36000, last_at / 1000 FROM activity_meter ORDER BY 1"
        ),
        [
            format!("21 40500 {}", NOVEMBER + 60),
            format!("22 12500 {NOVEMBER}"),
            format!("23 100000 {NOVEMBER}"),
            format!("24 10000 {NOVEMBER}"),
            format!("26 0 {}", NOVEMBER - 86_400),
        ],
        "thousandths of points, at the last message"
    );
    assert_eq!(
        rows_of(
            &db,
            "SELECT user_id, day, messages FROM activity_daily ORDER BY 1, 2"
        ),
        ["21 20755 2", "21 20756 7", "21 20757 6", "26 20757 3"]
    );
    assert_eq!(
        rows_of(
            &db,
            "SELECT user_id, month, messages FROM activity_monthly ORDER BY 1"
        ),
        ["21 24321 15", "26 24321 3"]
    );
    let settings = rows_of(&db, "SELECT guild_id, 0, settings FROM guild_config");
    assert_eq!(
        settings,
        [format!("{TEA} 0 {{\"activity.report-channel\":\"32\"}}")]
    );
}

/// Three columns, as text.
fn rows_of(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).expect("prepared");
    let rows = statement.query_map([], |row| {
        let third = match row.get_ref(2)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => text(other.as_bytes().expect("a text")),
        };
        Ok(format!(
            "{} {} {third}",
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?
        ))
    });
    rows.expect("read").collect::<Result<_, _>>().expect("rows")
}

/// Two members, three days, and what a guild chose.
fn sound(scene: &Scene) -> PathBuf {
    scene.roas(
        "activity.db",
        &format!(
            "{OLD_TABLES}
             INSERT INTO meter VALUES ({TEA}, 21, 50, {NOVEMBER}), ({TEA}, 22, 80, {NOVEMBER} + 3000);
             INSERT INTO daily VALUES ('20261031', {TEA}, 21, 5), ('20261101', {TEA}, 21, 2), ('20261101', {TEA}, 22, 9);
             INSERT INTO report_channel VALUES ({TEA}, 31);"
        ),
    )
}

#[tokio::test]
async fn dry_run_writes_nothing_and_applying_twice_is_applying_once() {
    let scene = Scene::new();
    let file = sound(&scene);
    let source = fs::read(&file).expect("readable");
    let report = scene.json(&["import", "roas", name(&file)]);
    assert_eq!(
        (&report["applied"], &report["members_new"]),
        (&false.into(), &2.into())
    );
    assert_eq!(scene.files(), ["activity.db"], "no database is made");

    let store = Store::open(&scene.options()).await.expect("opens");
    write(&store, 21, NOVEMBER + 600).await;
    store.close().await;
    let before = fs::read(scene.path("droas.sqlite")).expect("readable");
    let report = scene.json(&["import", "roas", name(&file)]);
    assert_eq!(
        (&report["scores_raised"], &report["members_new"]),
        (&1.into(), &1.into())
    );
    assert!(
        fs::read(scene.path("droas.sqlite")).expect("readable") == before,
        "not a byte"
    );

    let applied = scene.json(&["import", "roas", name(&file), "--apply"]);
    assert_eq!(applied["messages_added"], 16);
    let once = scene.stored();
    let again = scene.json(&["import", "roas", name(&file), "--apply"]);
    assert_eq!(
        (&again["applied"], &again["messages_added"]),
        (&false.into(), &0.into())
    );
    assert!(again["already_at_ms"].is_i64(), "{again}");
    assert_eq!(scene.stored(), once);
    let told = text(&scene.droas(&["import", "roas", name(&file)]).stdout);
    assert!(told.contains("already; nothing changes"), "{told}");
    assert!(
        fs::read(&file).expect("readable") == source,
        "the other bot's file is only read"
    );

    // A newer copy of the same file.
    let db = Connection::open(&file).expect("opens");
    db.execute_batch("UPDATE daily SET msg_cnt = msg_cnt + 1 WHERE user_id = 22")
        .expect("written");
    drop(db);
    let later = scene.json(&["import", "roas", name(&file), "--apply"]);
    assert_eq!(
        (&later["messages_added"], &later["messages_known"]),
        (&1.into(), &16.into())
    );
    let list = scene.json(&["import", "list"]);
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
}

#[tokio::test]
async fn undo_brings_back_what_was_there_and_keeps_what_was_written_since() {
    let scene = Scene::new();
    let file = sound(&scene);
    let store = Store::open(&scene.options()).await.expect("opens");
    write(&store, 21, NOVEMBER + 600).await;
    store.close().await;
    let before = scene.stored();
    scene.json(&["import", "roas", name(&file), "--apply"]);
    assert_ne!(scene.stored(), before);
    let bytes = fs::read(scene.path("droas.sqlite")).expect("readable");
    let dry = scene.json(&["import", "undo"]);
    assert_eq!((&dry["applied"], &dry["restored"]), (&false.into(), &2.into()));
    assert!(
        fs::read(scene.path("droas.sqlite")).expect("readable") == bytes,
        "not a byte"
    );
    let undone = scene.json(&["import", "undo", "--apply"]);
    assert_eq!(
        (&undone["applied"], &undone["messages_removed"]),
        (&true.into(), &16.into())
    );
    let is_settings = |line: &String| line.contains("settings");
    let after = scene.stored();
    let (settings, after): (Vec<_>, Vec<_>) = after.into_iter().partition(is_settings);
    assert_eq!(after, before);
    assert!(settings.iter().all(|line| line.contains("{}")), "{settings:?}");
    let none = scene.refused(&["import", "undo", "--apply"]);
    assert!(none.contains("no import"), "{none}");

    // Somebody writes on after it, once, and then after two silences.
    scene.json(&["import", "roas", name(&file), "--apply"]);
    let store = Store::open(&scene.options()).await.expect("opens");
    write(&store, 22, NOVEMBER + 9000).await;
    store.close().await;
    let dry = scene.json(&["import", "undo"]);
    assert_eq!((&dry["restored"], &dry["rebased"]), (&1.into(), &1.into()));
    let store = Store::open(&scene.options()).await.expect("opens");
    write(&store, 22, NOVEMBER + 19_000).await;
    store.close().await;
    let before = scene.stored();
    let told = scene.refused(&["import", "undo", "--apply"]);
    assert!(
        told.contains("22 in") && told.contains("--keep-changed"),
        "{told}"
    );
    assert_eq!(scene.stored(), before);
    let undone = scene.json(&["import", "undo", "--apply", "--keep-changed"]);
    assert_eq!(undone["scores_kept"][0]["user"], "22");
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    let days = "SELECT user_id, day, messages FROM activity_daily ORDER BY 1";
    assert_eq!(rows_of(&db, days), ["21 20758 1", "22 20758 2"]);
}

#[tokio::test]
async fn settings_are_taken_in_our_words_where_the_guild_chose_nothing() {
    let scene = Scene::new();
    let store = Store::open(&scene.options()).await.expect("opens");
    let chosen = SettingsChange {
        guild: GuildId(TEA),
        from_version: 0,
        patch: Patch::new().set(Field::WelcomeChannel, "5"),
        by: Some(UserId(9)),
        at: UnixMs(NOVEMBER * 1000),
    };
    store.change_settings(chosen).await.expect("changed");
    store.close().await;
    let file = scene.roas(
        "welcome.db",
        &format!(
            "CREATE TABLE welcome_settings (guild_id INTEGER PRIMARY KEY, channel_id INTEGER, title TEXT, description TEXT,
                 message TEXT, avatar_x INTEGER, avatar_y INTEGER);
             CREATE TABLE welcome_backgrounds (guild_id INTEGER PRIMARY KEY, image_path TEXT);
             INSERT INTO welcome_settings VALUES
                 ({TEA}, 88, '歡迎 {{member.name}}！', 'to {{guild.name}}', 'Hi {{member.mention}} in {{guild}}', 30, 80),
                 (6, 89, NULL, '', 'see {{channel.mention}}', NULL, NULL),
                 (7, 'general', 1, x'ff', 'a {{ b', 0, 0);"
        ),
    );
    let report = scene.json(&["import", "roas", name(&file), "--apply"]);
    let table_told = table(&report, "welcome_settings");
    assert_eq!(counts(table_told), [3, 3, 0, 0, 4]);
    let notes = table_told["notes"].to_string();
    assert!(notes.contains("avatar_x, avatar_y"), "{notes}");
    assert!(
        table(&report, "welcome_backgrounds")["notes"]
            .to_string()
            .contains("no equal")
    );
    assert!(
        table_told["refused"].to_string().contains("{channel.mention}"),
        "{table_told}"
    );
    assert_eq!(report["settings_kept"][0]["field"], "welcome.channel");
    let store = Store::open(&scene.options()).await.expect("opens");
    let stored = store.settings(GuildId(TEA)).await.expect("read").expect("stored");
    let entries: Vec<_> = stored.settings.entries().collect();
    assert_eq!(
        entries,
        [
            (Field::WelcomeChannel, "5"),
            (Field::WelcomeTexts, "Hi {mention} in {guild}"),
            (Field::CardTitle, "歡迎 {username}！"),
            (Field::CardSubtitle, "to {guild}"),
        ]
    );
    let history = store.audit(GuildId(TEA), None, 9).await.expect("read");
    assert_eq!(history.iter().filter(|line| line.by.is_none()).count(), 3);
    store.close().await;
    scene.json(&["import", "undo", "--apply"]);
    let store = Store::open(&scene.options()).await.expect("opens");
    let stored = store.settings(GuildId(TEA)).await.expect("read").expect("stored");
    assert_eq!(stored.settings.entries().count(), 1);
    store.close().await;
}

#[test]
fn file_that_is_no_such_database_is_refused_and_nothing_is_made() {
    let scene = Scene::new();
    let sound = sound(&scene);
    let bytes = fs::read(&sound).expect("readable");
    let write = |name: &str, bytes: &[u8]| fs::write(scene.path(name), bytes).expect("written");
    write("text.db", b"guild_id,user_id,score\n1,2,3\n");
    write("empty.db", b"");
    write("short.db", &bytes[..60]);
    write("truncated.db", &bytes[..bytes.len() - 4096]);
    let mut broken = bytes.clone();
    broken[4096..].fill(0xaa);
    write("broken.db", &broken);
    scene.roas("other.db", "CREATE TABLE song (title TEXT)");
    fs::create_dir(scene.path("folder.db")).expect("made");
    let locked = scene.roas("locked.db", OLD_TABLES);
    let lock = Connection::open(&locked).expect("opens");
    lock.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    let files = scene.files();
    for (file, named) in [
        ("text.db", "not a SQLite database"),
        ("empty.db", "empty"),
        ("short.db", "damaged"),
        ("truncated.db", "damaged"),
        ("broken.db", "damaged"),
        ("other.db", "none of the tables"),
        ("folder.db", "not a file"),
        ("nowhere.db", "no file"),
        ("locked.db", "stop the other bot"),
    ] {
        let told = scene.refused(&["import", "roas", file, "--apply"]);
        assert!(told.contains(file) && told.contains(named), "{told}");
    }
    assert_eq!(
        scene.files(),
        files,
        "no database was made, and nothing left beside the files"
    );
}

#[test]
fn views_are_not_read_and_log_mode_and_other_columns_are() {
    let scene = Scene::new();
    let view = scene.roas(
        "view.db",
        &format!(
            "CREATE TABLE hidden (n); CREATE VIEW meter AS SELECT 1 AS guild_id, 2 AS user_id, 3 AS score, {NOVEMBER} AS last_msg;
             CREATE TABLE daily (ymd TEXT, guild_id INTEGER);"
        ),
    );
    let report = scene.json(&["import", "roas", name(&view)]);
    assert_eq!(counts(table(&report, "meter")), [0; 5]);
    assert!(table(&report, "meter")["notes"].to_string().contains("a view"));
    assert!(
        table(&report, "daily")["notes"]
            .to_string()
            .contains("no column for the member")
    );

    let file = scene.path("wal.db");
    let db = Connection::open(&file).expect("opens");
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE Activity_Meter (User_Id, Server_Id, mood TEXT, Score, Last_Message, PRIMARY KEY (server_id, user_id))
             WITHOUT ROWID;
         INSERT INTO Activity_Meter VALUES (21, {TEA}, 'good', 50, {NOVEMBER}), (22, {TEA}, NULL, -1, {NOVEMBER});"
    ))
    .expect("written");
    let while_open = scene.json(&["import", "roas", name(&file)]);
    assert_eq!(counts(table(&while_open, "Activity_Meter")), [2, 1, 0, 0, 1]);
    assert_eq!(table(&while_open, "Activity_Meter")["refused"][0]["row"], 2);
    assert!(
        table(&while_open, "Activity_Meter")["notes"]
            .to_string()
            .contains("mood")
    );
    drop(db);
    let files = scene.files();
    let at_rest = scene.json(&["import", "roas", name(&file)]);
    assert_eq!(counts(table(&at_rest, "Activity_Meter")), [2, 1, 0, 0, 1]);
    assert_eq!(scene.files(), files, "nothing is left beside it");
}

#[tokio::test]
async fn bot_that_runs_is_in_the_way_of_applying_and_not_of_looking() {
    let scene = Scene::new();
    let file = sound(&scene);
    let store = Store::open(&scene.options()).await.expect("opens");
    write(&store, 21, NOVEMBER).await;
    let report = scene.json(&["import", "roas", name(&file)]);
    assert_eq!(report["members_new"], 1);
    for arguments in [
        ["import", "roas", name(&file), "--apply"],
        ["import", "undo", "--apply", "--json"],
    ] {
        let told = scene.refused(&arguments);
        assert!(told.contains("another droas is using the database"), "{told}");
    }
    write(&store, 21, NOVEMBER + 60).await;
    store.close().await;
}

#[test]
fn levels_become_scores_and_can_be_taken_back() {
    let scene = Scene::new();
    let write = |name: &str, text: &str| fs::write(scene.path(name), text).expect("written");
    write(
        "mee6.json",
        &format!(
            r#"{{"guild": {{"id": "{TEA}", "name": "Tea"}}, "players": [
                {{"id": "21", "username": "anna", "level": 50, "xp": 9, "message_count": 99, "detailed_xp": [1, 2, 3]}},
                {{"id": "22", "level": 20}}, {{"id": "23", "level": 0}}, {{"id": "24", "level": null}}]}}"#
        ),
    );
    write("bare.json", r#"[{"id": "21", "level": 3}]"#);
    write("empty.json", "");
    write("cut.json", r#"{"players": [{"id": "21","#);
    write("text.json", r#""players""#);
    write("none.json", r#"{"guild": {"id": "1"}}"#);
    for (arguments, named) in [
        (vec!["bare.json"], "--guild"),
        (vec!["mee6.json", "--guild", "5"], "not of 5"),
        (vec!["empty.json"], "empty"),
        (vec!["cut.json"], "not JSON"),
        (vec!["text.json"], "no list of levels"),
        (vec!["none.json"], "no list `players`"),
    ] {
        let told = scene.refused(&[&["import", "mee6"], &arguments[..]].concat());
        assert!(told.contains(named), "{told}");
    }
    let report = scene.json(&["import", "mee6", "mee6.json"]);
    assert_eq!(counts(table(&report, "players")), [4, 2, 0, 1, 1]);
    assert!(!scene.path("droas.sqlite").exists());
    let report = scene.json(&["import", "mee6", "mee6.json", "--apply"]);
    assert_eq!(
        (&report["members_new"], &report["messages_added"]),
        (&2.into(), &0.into())
    );
    let db = Connection::open(scene.path("droas.sqlite")).expect("opens");
    let meters = "SELECT user_id, base / 3600000, 0 FROM activity_meter ORDER BY 1";
    assert_eq!(
        rows_of(&db, meters),
        ["21 1000 0", "22 400 0"],
        "tenths of points"
    );
    drop(db);
    let bare = scene.json(&["import", "mee6", "bare.json", "--guild", "5", "--apply"]);
    assert_eq!(bare["members_new"], 1);
    scene.json(&["import", "undo", "--apply"]);
    scene.json(&["import", "undo", "--apply"]);
    assert_eq!(scene.stored(), Vec::<String>::new());
}

#[test]
fn server_takes_an_import_as_a_file_does() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    let mut scene = Scene::new();
    scene.url = Some(database.url());
    let file = sound(&scene);
    let dry = scene.json(&["import", "roas", name(&file)]);
    assert_eq!((&dry["applied"], &dry["members_new"]), (&false.into(), &2.into()));
    let applied = scene.json(&["import", "roas", name(&file), "--apply"]);
    assert_eq!(
        (&applied["applied"], &applied["messages_added"]),
        (&true.into(), &16.into())
    );
    let again = scene.json(&["import", "roas", name(&file), "--apply"]);
    assert!(again["already_at_ms"].is_i64(), "{again}");
    let undone = scene.json(&["import", "undo", "--apply"]);
    assert_eq!(
        (&undone["restored"], &undone["messages_removed"]),
        (&2.into(), &16.into())
    );
    let none = scene.refused(&["import", "undo"]);
    assert!(none.contains("no import"), "{none}");
    assert!(!scene.path("droas.sqlite").exists());
}
