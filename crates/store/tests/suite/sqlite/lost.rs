//! The file goes away, or becomes something else, while it is in use.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use domain::id::UserId;
use store::{DatabaseLost, Store, StoreError, StoreOptions};

use super::{Fresh, fresh};
use crate::contract::words::*;

/// Longer than anything takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open database with a guild and a member who joined.
async fn in_use(fresh: &Fresh) -> Store {
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    commit(&store, vec![join(TEA, 1, 1)]).await;
    store
}

/// Waits until it is noticed that the file is lost; members go on joining. Returns how many joins were acknowledged in all.
async fn noticed(store: &Store) -> (DatabaseLost, u64) {
    let mut joined = 1;
    let lost = async {
        let mut user = 1;
        loop {
            user += 1;
            match try_commit(store, vec![join(TEA, user, user)]).await {
                Ok(_) => joined += 1,
                Err(_) => return store.lost().await,
            }
        }
    };
    let lost = tokio::time::timeout(PATIENCE, lost).await.expect("it is noticed");
    let refused = try_commit(store, vec![join(TEA, 999_999, 999_999)]).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    assert!(!lost.to_string().contains('\n'), "{lost}");
    (lost, joined)
}

async fn members_in(path: &PathBuf) -> Option<u64> {
    let store = open(&StoreOptions::at(path)).await;
    let count = member_count(&store, TEA).await;
    store.close().await;
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_is_deleted_is_saved_with_all_that_was_acknowledged() {
    let fresh = fresh();
    let store = in_use(&fresh).await;
    fs::remove_file(fresh.path()).expect("deleted");
    let (lost, joined) = noticed(&store).await;
    let DatabaseLost::Saved { path, saved } = &lost else {
        panic!("{lost}")
    };
    assert_eq!((path, lost.may_start_again()), (fresh.path(), false));
    store.close().await;
    assert!(
        !fresh.path().exists(),
        "nothing stands where somebody took it away"
    );
    assert_eq!(members_in(saved).await, Some(joined));
}

#[tokio::test(flavor = "multi_thread")]
async fn database_in_whose_place_another_file_stands_is_saved_and_that_file_left_alone() {
    let fresh = fresh();
    let store = in_use(&fresh).await;
    let rubbish = fresh.folder.path().join("rubbish");
    fs::write(&rubbish, "rubbish").expect("written");
    fs::rename(&rubbish, fresh.path()).expect("replaced");
    let (lost, joined) = noticed(&store).await;
    let DatabaseLost::Saved { saved, .. } = &lost else {
        panic!("{lost}")
    };
    store.close().await;
    assert_eq!(fs::read(fresh.path()).expect("readable"), b"rubbish");
    assert_eq!(
        fresh.files(),
        ["droas.sqlite", "droas.sqlite.lock", "droas.sqlite.saved"]
    );
    assert_eq!(members_in(saved).await, Some(joined));
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_database_is_looked_after_too() {
    let fresh = fresh();
    let store = in_use(&fresh).await;
    let elsewhere = fresh.folder.path().join("elsewhere.sqlite");
    fs::rename(fresh.path(), elsewhere).expect("moved");
    let lost = tokio::time::timeout(PATIENCE, store.lost())
        .await
        .expect("it is noticed");
    assert!(matches!(lost, DatabaseLost::Saved { .. }), "{lost}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn database_whose_folder_is_gone_is_not_saved_and_that_is_said() {
    let fresh = fresh();
    let store = in_use(&fresh).await;
    fs::remove_dir_all(fresh.folder.path()).expect("deleted");
    let (lost, _) = noticed(&store).await;
    assert!(matches!(lost, DatabaseLost::Gone { .. }), "{lost}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_that_is_written_into_the_database_is_left_as_it_is() {
    for rubbish in [vec![0xa5; 400_000], b"my diary\n".to_vec(), Vec::new()] {
        let fresh = fresh();
        let store = in_use(&fresh).await;
        fs::write(fresh.path(), &rubbish).expect("overwritten");
        // Whatever is read of it, nothing crashes.
        for _ in 0..20 {
            drop(store.history(TEA, 10).await);
            drop(store.member_activity(UserId(1)).await);
        }
        let (lost, _) = noticed(&store).await;
        let DatabaseLost::Overwritten { log, .. } = &lost else {
            assert!(matches!(lost, DatabaseLost::Damaged { .. }), "{lost}");
            continue;
        };
        store.close().await;
        assert!(
            fs::read(fresh.path()).expect("readable") == rubbish,
            "left as it is"
        );
        assert!(log.exists(), "what the log held is kept");
        assert!(
            !fresh.files().contains(&"droas.sqlite-wal".to_owned()),
            "{:?}",
            fresh.files()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_is_cut_in_the_middle_is_noticed() {
    let fresh = fresh();
    in_use(&fresh).await.close().await;
    let store = open(fresh.options()).await;
    let len = fs::metadata(fresh.path()).expect("there").len();
    let file = fs::OpenOptions::new()
        .write(true)
        .open(fresh.path())
        .expect("opens");
    file.set_len(len / 2).expect("cut");
    let (lost, _) = noticed(&store).await;
    assert!(
        matches!(
            lost,
            DatabaseLost::Overwritten { .. } | DatabaseLost::Damaged { .. }
        ),
        "{lost}"
    );
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_that_is_deleted_costs_nothing_that_was_acknowledged() {
    for beside in ["-wal", "-shm"] {
        let fresh = fresh();
        let store = in_use(&fresh).await;
        let log = fresh.folder.path().join(format!("droas.sqlite{beside}"));
        fs::remove_file(&log).expect("deleted");
        let (lost, joined) = noticed(&store).await;
        assert_eq!(lost, DatabaseLost::LogGone { log, is_whole: true });
        assert!(lost.may_start_again());
        store.close().await;
        assert_eq!(members_in(fresh.path()).await, Some(joined));
    }
}
