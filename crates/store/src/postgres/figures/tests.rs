use std::time::Duration;

use super::*;
use crate::postgres::migrate;
use crate::postgres::session::Session;

#[tokio::test]
async fn open_welcomes_are_found_without_a_look_at_the_history() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    let url = database.url().parse().expect("a URL");
    let session = Session::connect(&url, Duration::from_secs(10), |_| {}).await;
    let session = session.expect("the server answers");
    migrate::migrate(&session, migrate::newest())
        .await
        .expect("migrated");
    let history = "
        INSERT INTO welcome (id, guild_id, user_id, username, discriminator, bot, joined_at, queued_at, state,
            next_attempt_at, first_attempt_at, channel_id, settled_at)
        SELECT n, n % 7, n, 'u', 0, false, n, n, CASE WHEN n <= 20000 THEN 'sent' ELSE 'pending' END, n, n, 3,
            CASE WHEN n <= 20000 THEN n END
        FROM generate_series(1, 20003) AS n;
        ANALYZE welcome;";
    session.run(history).await.expect("stored");
    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {OPEN}");
    let plan = session.run_for_text(&explain).await;
    let plan = plan.expect("explained").expect("a plan");
    let nodes = || plan.split("\"Node Type\": ").skip(1);
    let readings: Vec<&str> = nodes()
        .filter(|node| node.contains("\"Relation Name\": \"welcome\""))
        .collect();
    assert_eq!(readings.len(), 1, "{plan}");
    assert!(!readings[0].starts_with("\"Seq Scan\""), "{plan}");
    assert!(
        nodes().all(|node| !node.contains("Rows Removed by")),
        "a row is looked at in vain: {plan}"
    );
}
