//! Paths and files that are not what they should be: one sentence, and no harm.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use store::{OpenError, Store, StoreOptions};

use super::{Fresh, fresh};
use crate::contract::words::*;

/// Opens what must be refused, and checks that the message is one sentence about this path.
async fn refusal(path: &Path) -> OpenError {
    let error = Store::open(&StoreOptions::at(path))
        .await
        .expect_err("this must be refused");
    let message = error.to_string();
    assert!(message.contains(path.to_str().expect("UTF-8")), "{message}");
    assert!(
        !message.contains('\n') && message.contains(';'),
        "what is wrong; what to do: {message}"
    );
    error
}

/// Opens a file that must be refused and left alone, with nothing new beside it.
async fn refusal_without_harm(fresh: &Fresh) -> OpenError {
    let (bytes, files) = (fs::read(fresh.path()).expect("readable"), fresh.files());
    let error = refusal(fresh.path()).await;
    assert_eq!(
        fs::read(fresh.path()).expect("readable"),
        bytes,
        "the file changed"
    );
    assert_eq!(fresh.files(), files, "files were left beside it");
    error
}

#[tokio::test]
async fn folder_that_does_not_exist_is_named() {
    let fresh = fresh();
    let path = fresh.folder.path().join("no/such/droas.sqlite");
    let error = refusal(&path).await;
    assert!(
        matches!(&error, OpenError::FolderMissing { folder, .. } if *folder == fresh.folder.path().join("no/such"))
    );
    fs::write(fresh.folder.path().join("no"), "a file").expect("written");
    assert!(matches!(refusal(&path).await, OpenError::FolderMissing { .. }));
    assert_eq!(fresh.files(), ["no"]);
}

#[tokio::test]
async fn folder_in_place_of_a_file_is_refused() {
    let fresh = fresh();
    assert!(matches!(
        refusal(fresh.folder.path()).await,
        OpenError::NotAFile { .. }
    ));
    assert!(matches!(
        refusal(Path::new("/")).await,
        OpenError::NotAFile { .. }
    ));
    assert!(fresh.files().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn read_only_folder_and_file_are_refused() {
    let fresh = fresh();
    let set_read_only = |path: &Path, read_only: bool| {
        let mut permissions = fs::metadata(path).expect("there").permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&permissions);
        let mode = if read_only { mode & !0o222 } else { mode | 0o200 };
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, mode);
        fs::set_permissions(path, permissions).expect("our own");
    };
    set_read_only(fresh.folder.path(), true);
    let error = refusal(fresh.path()).await;
    set_read_only(fresh.folder.path(), false);
    assert!(matches!(&error, OpenError::NotWritable { place, .. } if *place != *fresh.path()));
    assert!(fresh.files().is_empty());

    open(fresh.options()).await.close().await;
    set_read_only(fresh.path(), true);
    let error = refusal_without_harm(&fresh).await;
    assert!(matches!(&error, OpenError::NotWritable { .. }), "{error}");
    set_read_only(fresh.path(), false);
    open(fresh.options()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn folder_that_takes_no_files_is_refused() {
    // Nobody can make a file there, root included.
    let error = refusal(Path::new("/proc/self/droas.sqlite")).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
}

#[tokio::test]
async fn file_that_is_no_database_is_left_alone() {
    let noise: Vec<u8> = (0..8192_u32)
        .map(|n| u8::try_from(n * 37 % 251).expect("below 256"))
        .collect();
    let cut_header = b"SQLite format 3\0".to_vec();
    for bytes in [b"my diary\n".to_vec(), noise, cut_header] {
        let fresh = fresh();
        fs::write(fresh.path(), &bytes).expect("written");
        let error = refusal_without_harm(&fresh).await;
        assert!(matches!(error, OpenError::NotADatabase { .. }), "{error}");
    }
}

#[tokio::test]
async fn database_of_another_program_is_left_alone() {
    for (mark, mode) in [(0, "DELETE"), (0, "WAL"), (0x1234_5678, "WAL")] {
        let fresh = fresh();
        let other = Connection::open(fresh.path()).expect("made");
        other.pragma_update(None, "application_id", mark).expect("marked");
        other
            .pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()))
            .expect("set");
        other
            .execute_batch("CREATE TABLE welcome (id INTEGER PRIMARY KEY); INSERT INTO welcome VALUES (1);")
            .expect("written");
        other.close().expect("closed");
        let error = refusal_without_harm(&fresh).await;
        assert!(matches!(error, OpenError::OtherProgram { .. }), "{error}");
    }
}

#[tokio::test]
async fn database_of_a_newer_version_is_refused() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    store.close().await;
    let set_version = |version: u32| -> u32 {
        let db = Connection::open(fresh.path()).expect("opens");
        let before = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("read");
        db.pragma_update(None, "user_version", version).expect("set");
        db.close().expect("closed");
        before
    };
    let newest = set_version(99);
    let error = refusal_without_harm(&fresh).await;
    assert!(
        matches!(error, OpenError::TooNew { found: 99, known, .. } if known == newest),
        "{error}"
    );
    set_version(newest);
    assert_eq!(member_count(&open(fresh.options()).await, TEA).await, Some(5));
}

#[tokio::test]
async fn damaged_database_is_refused() {
    let fresh = fresh();
    open(fresh.options()).await.close().await;
    let mut bytes = fs::read(fresh.path()).expect("readable");
    bytes[100..4096].fill(0xa5);
    fs::write(fresh.path(), &bytes).expect("written");
    let error = refusal_without_harm(&fresh).await;
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn empty_file_becomes_a_database() {
    let fresh = fresh();
    fs::write(fresh.path(), "").expect("written");
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    store.close().await;
    assert_eq!(member_count(&open(fresh.options()).await, TEA).await, Some(5));
}

#[tokio::test]
async fn second_bot_over_the_same_file_is_refused() {
    let fresh = fresh();
    let first = open(fresh.options()).await;
    assert!(matches!(refusal(fresh.path()).await, OpenError::InUse { .. }));
    #[cfg(unix)]
    {
        let link = fresh.folder.path().join("link.sqlite");
        std::os::unix::fs::symlink(fresh.path(), &link).expect("linked");
        assert!(
            matches!(refusal(&link).await, OpenError::InUse { .. }),
            "another name, the same file"
        );
    }
    commit(&first, vec![guild(TEA, Some(5))]).await;
    first.close().await;
    assert_eq!(member_count(&open(fresh.options()).await, TEA).await, Some(5));
}

#[tokio::test]
async fn closed_database_is_one_file() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    store.close().await;
    assert_eq!(fresh.files(), ["droas.sqlite", "droas.sqlite.lock"]);
}

#[tokio::test]
async fn dropped_store_finishes_what_is_queued() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(0))]).await;
    let writes: Vec<_> = (1..=50)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move { commit(&store, vec![join(TEA, user, user)]).await })
        })
        .collect();
    drop(store);
    for write in writes {
        write.await.expect("committed");
    }
    let again = loop {
        match Store::open(fresh.options()).await {
            Ok(store) => break store,
            // Its threads are about to end.
            Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(member_count(&again, TEA).await, Some(50));
}

fn mode(path: &Path) -> u32 {
    let permissions = fs::metadata(path).expect("there").permissions();
    std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777
}

#[tokio::test]
async fn new_database_is_for_its_owner_alone_and_an_old_one_keeps_its_mode() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    let files = fresh.files();
    assert!(files.len() >= 3, "with its log and the log's index: {files:?}");
    for file in files {
        assert_eq!(mode(&fresh.folder.path().join(&file)), 0o600, "{file}");
    }
    store.close().await;
    let wider = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    fs::set_permissions(fresh.path(), wider).expect("our own");
    let store = open(fresh.options()).await;
    assert_eq!(mode(fresh.path()), 0o640);
    store.close().await;
}
