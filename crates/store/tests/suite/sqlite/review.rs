//! Looking a file over leaves no trace of it.

use std::fs;

use rusqlite::Connection;
use store::OpenError;
use store::upkeep::{self, InUse, UpkeepError};

use super::{Fresh, fresh};
use crate::contract::words::*;

/// The names and bytes of all files in the folder.
fn all(fresh: &Fresh) -> Vec<(String, Vec<u8>)> {
    let bytes = |name: &String| fs::read(fresh.folder.path().join(name)).expect("readable");
    fresh
        .files()
        .into_iter()
        .map(|name| {
            let bytes = bytes(&name);
            (name, bytes)
        })
        .collect()
}

async fn with_a_guild() -> Fresh {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(1))]).await;
    store.close().await;
    fresh
}

#[tokio::test]
async fn file_that_is_not_there_is_not_made() {
    let fresh = fresh();
    assert_eq!(
        upkeep::review(&fresh.options().place).await.expect("looked"),
        None
    );
    assert!(fresh.files().is_empty());
    fs::write(fresh.path(), "").expect("written");
    let begun = upkeep::review(&fresh.options().place).await.expect("looked");
    assert_eq!(begun.map(|review| review.version), Some(0));
    assert_eq!(fresh.files(), ["droas.sqlite"]);
}

#[tokio::test]
async fn file_at_rest_is_read_without_a_trace() {
    let fresh = with_a_guild().await;
    let before = all(&fresh);
    let review = upkeep::review(&fresh.options().place).await.expect("looked");
    let review = review.expect("it is there");
    assert_eq!((review.in_use, review.steps.len()), (InUse::File(false), 0));
    let known = upkeep::known_guilds(&fresh.options().place, None, 9)
        .await
        .expect("read");
    assert_eq!(known.total, 1);
    assert_eq!(all(&fresh), before);
}

#[tokio::test]
async fn older_version_is_told_with_the_steps_that_a_start_takes_and_stays_as_it_is() {
    let fresh = with_a_guild().await;
    let file = Connection::open(fresh.path()).expect("a file");
    // Whoever only looks need not understand what is in it.
    file.pragma_update(None, "user_version", 3).expect("written");
    file.close().expect("closed");
    let before = all(&fresh);
    let review = upkeep::review(&fresh.options().place).await.expect("looked");
    let review = review.expect("it is there");
    assert_eq!(review.version, 3);
    assert_eq!(review.steps.len(), review.version_known as usize - 3);
    assert_eq!(review.steps[0], "settings");
    let known = upkeep::known_guilds(&fresh.options().place, None, 9)
        .await
        .expect("read");
    assert_eq!(known.total, 0, "it keeps no settings yet");
    assert_eq!(all(&fresh), before);
}

#[tokio::test]
async fn log_that_a_crash_has_left_is_read_along() {
    let fresh = with_a_guild().await;
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(CHESS, Some(1))]).await;
    // What a crash leaves is what stands there now.
    let crashed = super::fresh();
    for name in fresh.files().iter().filter(|name| !name.ends_with(".lock")) {
        fs::copy(fresh.folder.path().join(name), crashed.folder.path().join(name)).expect("copied");
    }
    let before = fs::read(crashed.path()).expect("readable");
    let known = upkeep::known_guilds(&crashed.options().place, None, 9)
        .await
        .expect("read");
    assert_eq!(known.total, 2);
    assert_eq!(fs::read(crashed.path()).expect("readable"), before);
    store.close().await;
}

#[tokio::test]
async fn damage_and_strangers_are_told() {
    let fresh = with_a_guild().await;
    let mut bytes = fs::read(fresh.path()).expect("readable");
    // The first pages hold the schema; one behind them is overwritten.
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 4096].fill(0xa5);
    fs::write(fresh.path(), &bytes).expect("written");
    let damage = match upkeep::review(&fresh.options().place).await {
        Ok(review) => review.expect("it is there").damage,
        Err(UpkeepError::Open(OpenError::Damaged { .. })) => vec!["told at once".to_owned()],
        Err(other) => panic!("{other}"),
    };
    assert!(!damage.is_empty());

    fs::remove_file(fresh.path()).expect("removed");
    let other = Connection::open(fresh.path()).expect("a file");
    other
        .execute_batch("CREATE TABLE theirs (x)")
        .expect("another program's");
    other.close().expect("closed");
    let told = upkeep::review(&fresh.options().place).await;
    assert!(
        matches!(told, Err(UpkeepError::Open(OpenError::OtherProgram { .. }))),
        "{told:?}"
    );
}
