use std::time::Duration;

use super::*;

/// An empty database, and a connection to it.
async fn empty() -> Option<(pgtest::Database<'static>, Session)> {
    let database = pgtest::shared()?.database();
    let url = database.url().parse().expect("a URL");
    let session = Session::connect(&url, Duration::from_secs(10), |_| {}).await;
    Some((database, session.expect("the server answers")))
}

async fn text(db: &Session, sql: &str) -> String {
    let told = db.run_for_text(sql).await.expect("read");
    told.unwrap_or_default()
}

/// Every column, index and rule of the tables, one a line.
async fn schema(db: &Session) -> String {
    text(
        db,
        "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
             SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
             FROM information_schema.columns WHERE table_schema = 'public'
             UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace
         ) AS lines",
    )
    .await
}

async fn version(db: &Session) -> u32 {
    match find(db).await.expect("read") {
        Found::Version(version) => version,
        Found::OtherProgram => panic!("another program's"),
    }
}

async fn to(db: &Session, target: u32) {
    migrate(db, target).await.expect("migrated");
    assert_eq!(version(db).await, target);
}

/// Rows that the first version can hold: welcomes that are pending, begun and settled.
const ROWS: &str = "
    INSERT INTO guild VALUES (1, 'Tea', 'ja', NULL, 5, 51), (-2, 'Chess', 'de', 7, NULL, 52);
    INSERT INTO gateway_session VALUES (4, 3, 's', 'wss://r', -1, 90);
    INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state, next_attempt_at,
        first_attempt_at, channel_id, skip_reason, settled_at)
    VALUES (1, 1, 1, 'u', 0, false, 5, 6, 'pending', 7, NULL, NULL, NULL, NULL),
        (2, 1, 2, 'v', 0, false, 5, 6, 'sending', 8, 7, 3, NULL, NULL),
        (3, 1, 3, 'w', 0, false, 5, 6, 'sending', 9, 7, 3, NULL, NULL),
        (4, -2, 4, 'x', 0, true, 5, 6, 'skipped', 9, NULL, NULL, 'bot', 9)";

async fn welcomes(db: &Session) -> String {
    let all = "SELECT string_agg(id || ' ' || state || ' ' || coalesce(skip_reason, '-') || ' ' || next_attempt_at, ', '
                   ORDER BY id) FROM welcome";
    text(db, all).await
}

#[tokio::test]
async fn each_step_is_undone_by_its_own_way_back() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    for number in 1..=newest() {
        let before = schema(&db).await;
        to(&db, number).await;
        let after = schema(&db).await;
        let step = MIGRATIONS[number as usize - 1].up;
        let is_empty = step.lines().all(|line| line.is_empty() || line.starts_with("--"));
        assert_eq!(after == before, is_empty, "step {number}");
        to(&db, number - 1).await;
        assert_eq!(schema(&db).await, before, "step {number}");
        to(&db, number).await;
        assert_eq!(schema(&db).await, after, "step {number}");
    }
    to(&db, 0).await;
    assert_eq!(schema(&db).await, "", "nothing of ours is left");
}

#[tokio::test]
async fn rows_of_every_earlier_version_go_to_the_newest_and_back() {
    for from in 1..newest() {
        let Some((_database, db)) = empty().await else {
            return;
        };
        to(&db, 1).await;
        db.run(ROWS).await.expect("written");
        to(&db, from).await;
        let (schema_before, welcomes_before) = (schema(&db).await, welcomes(&db).await);
        to(&db, newest()).await;
        assert_eq!(welcomes(&db).await, welcomes_before, "from version {from}");
        to(&db, from).await;
        assert_eq!(
            (schema(&db).await, welcomes(&db).await),
            (schema_before, welcomes_before),
            "to version {from}"
        );
        assert_eq!(
            text(&db, "SELECT string_agg(name, ' ' ORDER BY guild_id) FROM guild").await,
            "Chess Tea"
        );
    }
}

#[tokio::test]
async fn guilds_and_shards_of_the_first_version_are_watched_from_where_they_were_left() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 1).await;
    db.run(ROWS).await.expect("written");
    to(&db, 2).await;
    let watched = "SELECT string_agg(guild_id || ' ' || since, ', ' ORDER BY guild_id) FROM join_watch";
    assert_eq!(text(&db, watched).await, "-2 52, 1 51");
    let heard = "SELECT shard_count || ' ' || shard_id || ' ' || heard_until FROM shard_heard";
    assert_eq!(text(&db, heard).await, "4 3 90");
    db.run("UPDATE welcome SET in_screening = true, next_attempt_at = 9223372036854775807 WHERE id = 1")
        .await
        .expect("written");
    to(&db, 1).await;
    let due = "SELECT next_attempt_at FROM welcome WHERE id = 1";
    assert_eq!(
        text(&db, due).await,
        "6",
        "nobody waits for what this version does not know"
    );
}

#[tokio::test]
async fn groups_end_with_the_third_version() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 1).await;
    db.run(ROWS).await.expect("written");
    to(&db, 3).await;
    db.run(
        "UPDATE welcome SET group_id = 2 WHERE id = 2;
         UPDATE welcome SET state = 'skipped', skip_reason = 'held_back', settled_at = 9 WHERE id = 1;
         INSERT INTO parked VALUES (1, 3, 'no_access', 9)",
    )
    .await
    .expect("written");
    to(&db, 2).await;
    assert_eq!(
        welcomes(&db).await,
        "1 skipped stale 7, 2 skipped stale 8, 3 sending - 9, 4 skipped bot 9",
        "nothing that this version cannot read or would send twice"
    );
}

#[tokio::test]
async fn guilds_that_are_known_begin_with_their_locales_language() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 1).await;
    db.run(ROWS).await.expect("written");
    to(&db, 4).await;
    let begun = "SELECT string_agg(guild_id || ' ' || version || ' ' || language, ', ' ORDER BY guild_id) FROM guild_config";
    assert_eq!(text(&db, begun).await, "-2 1 en, 1 1 ja");
    let lines = "SELECT string_agg(guild_id || ' ' || field || ' ' || after_text, ', ' ORDER BY id) FROM config_audit";
    assert_eq!(text(&db, lines).await, "-2 language en, 1 language ja");
}

#[tokio::test]
async fn guilds_that_named_a_channel_for_reports_are_looked_at_first() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 5).await;
    db.run(
        r#"INSERT INTO guild_config (guild_id, version, settings, updated_at) VALUES
             (1, 1, '{"activity.report-channel":"7"}', 70), (2, 1, '{"activity.report-hour":"7"}', 80)"#,
    )
    .await
    .expect("written");
    to(&db, 6).await;
    let schedules =
        "SELECT string_agg(guild_id || ' ' || due_at || ' ' || coalesce(next_day::text, '-'), ', ')
         FROM activity_report_schedule";
    assert_eq!(text(&db, schedules).await, "1 0 -");
    db.run("INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at) VALUES (1, 20000, 5, 'pending', 5)")
        .await
        .expect("written");
    to(&db, 5).await;
}

#[tokio::test]
async fn guilds_that_chose_roles_for_levels_are_looked_at_first() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 6).await;
    db.run(
        r#"INSERT INTO guild_config (guild_id, version, settings, updated_at) VALUES
             (1, 1, '{"activity.level-roles":"active=7"}', 70), (2, 1, '{"activity.levels":"1 2 3 4"}', 80)"#,
    )
    .await
    .expect("written");
    to(&db, 7).await;
    let due = "SELECT string_agg(guild_id || ' ' || due_at, ', ') FROM level_role_guild";
    assert_eq!(text(&db, due).await, "1 0");
    db.run("INSERT INTO level_role VALUES (1, 5, 7, 'given', 9)")
        .await
        .expect("written");
    to(&db, 6).await;
}

#[tokio::test]
async fn step_that_fails_leaves_the_version_before_it() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, 2).await;
    db.run(ROWS).await.expect("written");
    // In the way of the third version.
    db.run("CREATE VIEW parked AS SELECT 1 AS guild_id")
        .await
        .expect("made");
    let before = (schema(&db).await, welcomes(&db).await);
    assert!(migrate(&db, newest()).await.is_err());
    assert_eq!(version(&db).await, 2);
    assert_eq!((schema(&db).await, welcomes(&db).await), before);
    db.run("DROP VIEW parked").await.expect("dropped");
    to(&db, newest()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_that_is_made_meanwhile_is_not_another_programs() {
    const ROUNDS: usize = 100;
    let Some((database, maker)) = empty().await else {
        return;
    };
    let url = database.url().parse().expect("a URL");
    let looker = Session::connect(&url, Duration::from_secs(10), |_| {})
        .await
        .expect("the server answers");
    for _ in 0..ROUNDS {
        let looking = async {
            // Between the looks the tables come to be, all in one moment.
            while version(&looker).await == 0 {}
        };
        let making = async {
            let all =
                "BEGIN; CREATE TABLE droas_schema (version BIGINT); INSERT INTO droas_schema VALUES (1);
                CREATE TABLE guild (); CREATE TABLE welcome (); COMMIT";
            maker.run(all).await.expect("made");
        };
        tokio::join!(looking, making);
        maker
            .run("DROP TABLE droas_schema, guild, welcome")
            .await
            .expect("dropped");
    }
}

#[tokio::test]
async fn schema_stays_as_it_is_while_a_process_leads() {
    let Some((_database, db)) = empty().await else {
        return;
    };
    to(&db, newest()).await;
    let lead = "UPDATE leadership SET backend = pg_backend_pid(), until = now() + interval '1 hour'";
    db.run(lead).await.expect("written");
    let refused = migrate(&db, newest() - 1).await;
    assert!(matches!(refused, Err(Failure::Led)), "{:?}", refused.err());
    assert_eq!(version(&db).await, newest());
    db.run("UPDATE leadership SET until = now()")
        .await
        .expect("written");
    to(&db, newest() - 1).await;
}
