use domain::settings::{Field, Patch};
use rusqlite::Connection;
use store::SettingsOutcome;

use super::fresh;
use crate::contract::settings::{asked, change};
use crate::contract::words::*;

#[tokio::test]
async fn what_a_newer_version_chose_outlives_a_change_by_this_one() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    let patch = Patch::new()
        .set(Field::WelcomeChannel, "7")
        .set(Field::CardTitle, "Hi");
    change(&store, asked(TEA, 0, patch)).await;
    store.close().await;
    let db = Connection::open(fresh.path()).expect("a database");
    let newer = r#"{"moon.phase":"full","welcome.channel":"7","card.title":"Hi","welcome.raids":3}"#;
    db.execute("UPDATE guild_config SET settings = ?1", [newer])
        .expect("written");
    db.execute(
        "INSERT INTO config_audit (guild_id, version, at, field, after_text) VALUES (?1, 1, 5, 'moon.phase', 'full')",
        [TEA.0.cast_signed()],
    )
    .expect("written");

    let store = open(fresh.options()).await;
    let read = store.settings(TEA).await.expect("read").expect("stored");
    assert_eq!(read.settings.entries().count(), 2, "what this version can read");
    let patch = Patch::new().unset(Field::CardTitle).set(Field::Language, "ja");
    let outcome = change(&store, asked(TEA, 1, patch)).await;
    assert!(matches!(outcome, SettingsOutcome::Changed(..)), "{outcome:?}");
    let lines = store.audit(TEA, None, 4).await.expect("read");
    let versions: Vec<_> = lines.iter().map(|line| line.version).collect();
    assert_eq!(versions, [2, 2, 1, 1], "a page is full of what can be read");
    store.close().await;
    let text: String = db
        .query_row("SELECT settings FROM guild_config", [], |row| row.get(0))
        .expect("read");
    assert_eq!(text, r#"{"moon.phase":"full","welcome.channel":"7"}"#);
}

#[tokio::test]
async fn settings_that_could_not_be_read_cannot_be_written_by_anybody() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    change(&store, asked(TEA, 0, Patch::new().set(Field::Language, "ja"))).await;
    let db = Connection::open(fresh.path()).expect("a database");
    for text in ["no JSON", "", "[]", "7"] {
        db.execute("UPDATE guild_config SET settings = ?1", [text])
            .expect_err("no object");
    }
    let read = store.settings(TEA).await.expect("readable").expect("stored");
    assert_eq!(read.version, 1);
}
