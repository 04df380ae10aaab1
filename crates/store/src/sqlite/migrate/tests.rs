use std::collections::BTreeMap;

use super::*;

fn empty() -> Connection {
    Connection::open_in_memory().expect("opens")
}

/// The text of every table and index.
fn schema(db: &Connection) -> BTreeMap<String, Option<String>> {
    let mut statement = db
        .prepare("SELECT name, sql FROM sqlite_schema")
        .expect("prepared");
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("read");
    rows.collect::<Result<_, _>>().expect("names and texts")
}

/// The first version, and after it one that is made for the test.
fn two_steps(up: &'static str, down: &'static str) -> [Migration; 2] {
    let Migration {
        name,
        up: first_up,
        down: first_down,
        lost,
    } = MIGRATIONS[0];
    [
        Migration {
            name,
            up: first_up,
            down: first_down,
            lost,
        },
        Migration {
            name: "shelf",
            up,
            down,
            lost: "the shelf",
        },
    ]
}

fn first_version_with_rows() -> Connection {
    let mut db = empty();
    migrate(&mut db, MIGRATIONS, 1).expect("migrates");
    db.execute_batch(
        "INSERT INTO guild VALUES (1, 'Tea', 'en-US', NULL, 5, 0), (2, 'Chess', 'de', 7, NULL, 0)",
    )
    .expect("written");
    db
}

fn names(db: &Connection) -> String {
    let sql = "SELECT group_concat(name, ' ') FROM (SELECT name FROM guild ORDER BY guild_id)";
    db.query_row(sql, [], |row| row.get(0)).expect("read")
}

#[test]
fn empty_file_gets_the_newest_schema() {
    let mut db = empty();
    migrate(&mut db, MIGRATIONS, newest(MIGRATIONS)).expect("migrates");
    assert_eq!(version(&db).expect("read"), newest(MIGRATIONS));
    for table in ["guild", "welcome", "gateway_session", "guild_config"] {
        assert!(schema(&db).contains_key(table), "{table}");
    }
    migrate(&mut db, MIGRATIONS, newest(MIGRATIONS)).expect("nothing to do");
}

#[test]
fn rows_of_the_first_version_survive_a_later_step() {
    let mut db = first_version_with_rows();
    let steps = two_steps(
        "ALTER TABLE guild ADD COLUMN shelf TEXT NOT NULL DEFAULT 'top'",
        "ALTER TABLE guild DROP COLUMN shelf",
    );
    migrate(&mut db, &steps, 2).expect("migrates");
    assert_eq!(version(&db).expect("read"), 2);
    assert_eq!(names(&db), "Tea Chess");
    let shelf: String = db
        .query_row("SELECT shelf FROM guild WHERE guild_id = 2", [], |row| row.get(0))
        .expect("the column is there");
    assert_eq!(shelf, "top");
}

#[test]
fn way_back_keeps_the_rows_and_restores_the_schema() {
    let mut db = first_version_with_rows();
    let before = schema(&db);
    let steps = two_steps(
        "ALTER TABLE guild ADD COLUMN shelf TEXT",
        "ALTER TABLE guild DROP COLUMN shelf",
    );
    migrate(&mut db, &steps, 2).expect("migrates");
    assert_ne!(schema(&db), before);
    migrate(&mut db, &steps, 1).expect("migrates back");
    assert_eq!(
        (version(&db).expect("read"), schema(&db), names(&db)),
        (1, before, "Tea Chess".to_owned())
    );
}

#[test]
fn each_step_is_undone_by_its_own_way_back() {
    let mut db = empty();
    for number in 1..=newest(MIGRATIONS) {
        let before = schema(&db);
        migrate(&mut db, MIGRATIONS, number).expect("migrates");
        let after = schema(&db);
        migrate(&mut db, MIGRATIONS, number - 1).expect("migrates back");
        assert_eq!(schema(&db), before, "step {number}");
        migrate(&mut db, MIGRATIONS, number).expect("migrates again");
        assert_eq!(schema(&db), after, "step {number}");
    }
}

#[test]
fn step_that_fails_leaves_the_version_before_it() {
    let mut db = first_version_with_rows();
    let before = schema(&db);
    let steps = two_steps(
        "CREATE TABLE shelf (n INTEGER) STRICT; UPDATE no_such_table SET n = 1",
        "",
    );
    assert!(migrate(&mut db, &steps, 2).is_err());
    assert_eq!(
        (version(&db).expect("read"), schema(&db), names(&db)),
        (1, before, "Tea Chess".to_owned())
    );
}

#[test]
fn guilds_and_shards_of_the_first_version_are_watched_from_where_they_were_left() {
    let mut db = first_version_with_rows();
    db.execute_batch(
        "UPDATE guild SET updated_at = 50 + guild_id;
         INSERT INTO gateway_session VALUES (4, 3, 's', 'wss://r', 17, 90);
         INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state,
             next_attempt_at) VALUES (1, 1, 9, 'u', 0, 0, 5, 6, 'pending', 7)",
    )
    .expect("written");
    let before = schema(&db);
    migrate(&mut db, MIGRATIONS, 2).expect("migrates");
    let read = |sql: &str| -> String { db.query_row(sql, [], |row| row.get(0)).expect("read") };
    assert_eq!(
        read("SELECT group_concat(guild_id || ' ' || since, ', ' ORDER BY guild_id) FROM join_watch"),
        "1 51, 2 52"
    );
    assert_eq!(
        read("SELECT shard_count || ' ' || shard_id || ' ' || heard_until FROM shard_heard"),
        "4 3 90"
    );
    let due = "SELECT in_screening || ' ' || next_attempt_at FROM welcome";
    assert_eq!(read(due), "0 7", "what was due stays due");
    db.execute_batch("UPDATE welcome SET in_screening = 1, next_attempt_at = 9223372036854775807")
        .expect("written");
    migrate(&mut db, MIGRATIONS, 1).expect("migrates back");
    assert_eq!(schema(&db), before);
    let due: i64 = db
        .query_row("SELECT next_attempt_at FROM welcome", [], |row| row.get(0))
        .expect("read");
    assert_eq!(due, 6, "nobody waits for what this version does not know");
}

#[test]
fn welcomes_of_the_second_version_go_on_and_groups_end_with_the_third() {
    let mut db = empty();
    migrate(&mut db, MIGRATIONS, 2).expect("migrates");
    db.execute_batch(
        "INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state,
             next_attempt_at, first_attempt_at, channel_id)
         VALUES (1, 1, 1, 'u', 0, 0, 5, 6, 'pending', 7, NULL, NULL), (2, 1, 2, 'v', 0, 0, 5, 6, 'sending', 8, 7, 3),
             (3, 1, 3, 'w', 0, 0, 5, 6, 'sending', 9, 7, 3)",
    )
    .expect("written");
    let before = schema(&db);
    migrate(&mut db, MIGRATIONS, 3).expect("migrates");
    let rows = |db: &Connection| -> String {
        let sql =
            "SELECT group_concat(id || ' ' || state || ' ' || coalesce(skip_reason, '-'), ', ' ORDER BY id)
             FROM welcome";
        db.query_row(sql, [], |row| row.get(0)).expect("read")
    };
    assert_eq!(rows(&db), "1 pending -, 2 sending -, 3 sending -");
    db.execute_batch(
        "UPDATE welcome SET group_id = 2 WHERE id = 2;
         UPDATE welcome SET state = 'skipped', skip_reason = 'held_back', settled_at = 9 WHERE id = 1;
         INSERT INTO parked VALUES (1, 3, 'no_access', 9)",
    )
    .expect("written");
    migrate(&mut db, MIGRATIONS, 2).expect("migrates back");
    assert_eq!(schema(&db), before);
    assert_eq!(
        rows(&db),
        "1 skipped stale, 2 skipped stale, 3 sending -",
        "nothing that this version cannot read or would send twice"
    );
}

/// What the guilds' settings and their histories say, one guild a line.
fn settings(db: &Connection) -> Vec<String> {
    let sql = "SELECT guild_id || ' v' || version || ' ' || language || ' ' || settings || ' ' || updated_at || ': ' ||
             (SELECT group_concat(field || ' ' || coalesce(before_text, '-') || ' ' || after_text)
              FROM config_audit AS line WHERE line.guild_id = guild_config.guild_id)
         FROM guild_config ORDER BY guild_id";
    let mut statement = db.prepare(sql).expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("texts")
}

#[test]
fn guilds_of_every_earlier_version_begin_with_their_locales_language() {
    for earlier in 1..=3 {
        let mut db = empty();
        migrate(&mut db, MIGRATIONS, earlier).expect("migrates");
        db.execute_batch(
            "INSERT INTO guild VALUES (1, 'Tea', 'zh-TW', NULL, 5, 70), (2, 'Chess', 'de', 7, NULL, 80);
             INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state,
                 next_attempt_at) VALUES (1, 1, 9, 'u', 0, 0, 5, 6, 'pending', 7)",
        )
        .expect("written");
        let before = schema(&db);
        migrate(&mut db, MIGRATIONS, 4).expect("migrates");
        assert_eq!(
            settings(&db),
            [
                "1 v1 zh-TW {} 70: language - zh-TW",
                "2 v1 en {} 80: language - en"
            ],
            "from version {earlier}"
        );
        db.pragma_update(None, "foreign_keys", true).expect("set");
        let hash = "a".repeat(64);
        db.execute_batch(&format!(
            "INSERT INTO background_asset VALUES ('{hash}', 'image/png', 1, 1, 1, 1);
             UPDATE guild_config SET background_hash = '{hash}' WHERE guild_id = 1"
        ))
        .expect("written");
        migrate(&mut db, MIGRATIONS, earlier).expect("migrates back");
        assert_eq!((schema(&db), names(&db)), (before, "Tea Chess".to_owned()));
        let welcomes: u32 = db
            .query_row("SELECT count(*) FROM welcome", [], |row| row.get(0))
            .expect("read");
        assert_eq!(welcomes, 1);
    }
}

#[test]
fn guilds_that_named_a_channel_for_reports_are_looked_at_first() {
    let mut db = empty();
    migrate(&mut db, MIGRATIONS, 5).expect("migrates");
    db.execute_batch(
        r#"INSERT INTO guild_config (guild_id, version, settings, updated_at) VALUES
             (1, 1, '{"activity.report-channel":"7"}', 70), (2, 1, '{"activity.report-hour":"7"}', 80)"#,
    )
    .expect("written");
    let before = schema(&db);
    migrate(&mut db, MIGRATIONS, 6).expect("migrates");
    let schedules = "SELECT group_concat(guild_id || ' ' || due_at || ' ' || coalesce(next_day, '-'))
         FROM activity_report_schedule";
    let schedules: String = db.query_row(schedules, [], |row| row.get(0)).expect("read");
    assert_eq!(schedules, "1 0 -");
    db.execute_batch(
        "INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at) VALUES (1, 20000, 5, 'pending', 5)",
    )
    .expect("written");
    migrate(&mut db, MIGRATIONS, 5).expect("migrates back");
    assert_eq!(schema(&db), before);
}

#[test]
fn guilds_that_chose_roles_for_levels_are_looked_at_first() {
    let mut db = empty();
    migrate(&mut db, MIGRATIONS, 6).expect("migrates");
    db.execute_batch(
        r#"INSERT INTO guild_config (guild_id, version, settings, updated_at) VALUES
             (1, 1, '{"activity.level-roles":"active=7"}', 70), (2, 1, '{"activity.levels":"1 2 3 4"}', 80)"#,
    )
    .expect("written");
    let before = schema(&db);
    migrate(&mut db, MIGRATIONS, 7).expect("migrates");
    let due = "SELECT group_concat(guild_id || ' ' || due_at) FROM level_role_guild";
    let due: String = db.query_row(due, [], |row| row.get(0)).expect("read");
    assert_eq!(due, "1 0");
    db.execute_batch("INSERT INTO level_role VALUES (1, 5, 7, 'given', 9)")
        .expect("written");
    migrate(&mut db, MIGRATIONS, 6).expect("migrates back");
    assert_eq!(schema(&db), before);
}
