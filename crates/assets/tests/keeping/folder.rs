//! A folder of this machine.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use assets::{AssetError, AssetOptions, AssetStore};
use bytes::Bytes;
use domain::asset::ContentHash;

use crate::suite::every_place_keeps_its_word;
use crate::{HASH_OF_ABC, HOUR, hash, now};

fn open(folder: &Path) -> AssetStore {
    AssetStore::open(&AssetOptions::Folder(folder.to_owned())).expect("the folder is ours")
}

fn place_of(folder: &Path, hash: &ContentHash) -> PathBuf {
    let name = hash.to_string();
    folder.join(&name[..2]).join(name)
}

fn make_old(file: &Path) {
    let file = File::options().write(true).open(file).expect("the file is there");
    file.set_modified(SystemTime::now() - 2 * HOUR)
        .expect("it is ours");
}

#[tokio::test]
async fn folder_keeps_its_word() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    every_place_keeps_its_word(&open(&folder.path().join("new/assets"))).await;
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kept = open(folder.path()).put(Bytes::from_static(b"abc")).await;
    let hash = kept.expect("kept");
    assert_eq!(open(folder.path()).get(&hash).await.expect("there"), "abc");
    let file = place_of(folder.path(), &hash);
    assert_eq!(fs::read(file).expect("a plain file"), b"abc");
}

#[tokio::test]
async fn damaged_file_is_an_error_and_not_a_picture() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    for damage in [b"abd".as_slice(), b"ab", b"", b"abcd"] {
        fs::write(place_of(folder.path(), &abc), damage).expect("damaged");
        let error = store.get(&abc).await.expect_err("damaged");
        assert!(
            matches!(error, AssetError::Corrupt { hash, .. } if hash == abc),
            "{error}"
        );
        assert!(
            error.to_string().contains(HASH_OF_ABC) && error.to_string().contains("damaged"),
            "{error}"
        );
    }
    // Keeping it again mends it.
    store.put(Bytes::from_static(b"abc")).await.expect("kept");
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
}

#[tokio::test]
async fn file_that_grew_past_all_bounds_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    let file = File::options()
        .write(true)
        .open(place_of(folder.path(), &abc))
        .expect("there");
    // A hole: a terabyte that takes no room.
    file.set_len(1 << 40).expect("grown");
    let error = store.get(&abc).await.expect_err("damaged");
    assert!(matches!(error, AssetError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn what_else_lies_in_the_folder_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    let name = abc.to_string();
    let wrong_place = folder.path().join("00");
    fs::create_dir(&wrong_place).expect("made");
    let others = [
        folder.path().join("README"),
        folder.path().join(&name),
        folder.path().join(&name[..2]).join("notes.txt"),
        wrong_place.join(&name),
    ];
    for other in &others {
        fs::write(other, "mine").expect("written");
        make_old(other);
    }
    let listed = store.list().await.expect("listed");
    assert_eq!(listed.iter().map(|asset| asset.hash).collect::<Vec<_>>(), [abc]);
    make_old(&place_of(folder.path(), &abc));
    let collected = store
        .collect_unused(|_| false, HOUR, now())
        .await
        .expect("collected");
    assert_eq!((collected.removed, collected.stay), (1, 0));
    for other in &others {
        assert!(other.exists(), "{}", other.display());
    }
}

#[tokio::test]
async fn age_is_that_of_the_last_keeping() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    make_old(&place_of(folder.path(), &abc));
    // Somebody wants it again before it is collected.
    store.put(Bytes::from_static(b"abc")).await.expect("kept");
    let collected = store
        .collect_unused(|_| false, HOUR, now())
        .await
        .expect("collected");
    assert_eq!((collected.removed, collected.stay), (0, 1));
}

#[tokio::test]
async fn file_that_is_kept_again_while_it_is_judged_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    make_old(&place_of(folder.path(), &abc));
    let young = File::options()
        .write(true)
        .open(place_of(folder.path(), &abc))
        .expect("there");
    // The list said that it is old; by the time that it would be removed it is young.
    let keep = |_: &ContentHash| {
        young.set_modified(SystemTime::now()).expect("it is ours");
        false
    };
    let collected = store.collect_unused(keep, HOUR, now()).await.expect("collected");
    assert_eq!((collected.removed, collected.stay), (0, 1));
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
}

#[tokio::test]
async fn half_a_file_of_a_crash_is_no_file_and_is_swept_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let abc = hash(HASH_OF_ABC);
    let half = place_of(folder.path(), &abc).with_file_name(format!("{abc}#1"));
    fs::create_dir_all(half.parent().expect("a folder")).expect("made");
    fs::write(&half, "a").expect("written");

    assert_eq!(store.list().await.expect("listed"), []);
    assert!(matches!(store.get(&abc).await, Err(AssetError::Missing { .. })));
    store.put(Bytes::from_static(b"abc")).await.expect("kept");
    assert_eq!(store.get(&abc).await.expect("there"), "abc");

    let keep = |_: &ContentHash| true;
    store.collect_unused(keep, HOUR, now()).await.expect("collected");
    assert!(half.exists(), "it may be another process's that is at work");
    make_old(&half);
    store.collect_unused(keep, HOUR, now()).await.expect("collected");
    assert!(!half.exists());
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
}

/// The folder in which a copy of this program writes until it is killed.
const WRITE_IN: &str = "ASSETS_TEST_WRITE_IN";

#[tokio::test]
async fn process_that_is_killed_while_it_writes_leaves_whole_files_only() {
    if let Some(folder) = std::env::var_os(WRITE_IN) {
        let store = open(Path::new(&folder));
        for number in 0_u32.. {
            let file = number.to_le_bytes().repeat(100_000);
            store.put(Bytes::from(file)).await.expect("kept");
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    for round in 1..=5 {
        let mut writer = Command::new(std::env::current_exe().expect("this program"))
            .args([
                "--exact",
                "folder::process_that_is_killed_while_it_writes_leaves_whole_files_only",
            ])
            .env(WRITE_IN, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let begin = Instant::now();
        let before = store.list().await.expect("listed").len();
        while store.list().await.expect("listed").len() < before.max(3 * round) {
            assert!(
                begin.elapsed() < Duration::from_secs(60),
                "the writer writes nothing"
            );
            tokio::task::yield_now().await;
        }
        writer.kill().expect("it ran");
        writer.wait().expect("it ended");
        for asset in store.list().await.expect("listed") {
            let bytes = store.get(&asset.hash).await.expect("a whole file");
            assert_eq!(bytes.len(), 400_000);
            store.delete(&asset.hash).await.expect("removed");
        }
    }
}

#[test]
fn folder_that_cannot_be_made_or_written_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").expect("written");
    // The last is a folder that nobody can write to, root included.
    for place in [file.clone(), file.join("below"), PathBuf::from("/proc/assets")] {
        let error = AssetStore::open(&AssetOptions::Folder(place.clone())).expect_err("no folder");
        assert!(matches!(error, AssetError::Folder { .. }), "{error}");
        assert!(
            error.to_string().contains(&place.display().to_string()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn folder_that_went_away_is_no_empty_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("assets");
    let store = open(&place);
    fs::remove_dir(&place).expect("removed");
    fs::write(&place, "a file in its place").expect("written");
    for error in [
        store
            .put(Bytes::from_static(b"abc"))
            .await
            .expect_err("no folder"),
        store.get(&hash(HASH_OF_ABC)).await.expect_err("no folder"),
    ] {
        assert!(matches!(error, AssetError::Folder { .. }), "{error}");
    }
}

#[tokio::test]
async fn files_kept_in_another_folder_too_take_no_room_and_outlive_the_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (first, second) = (
        open(&folder.path().join("first")),
        open(&folder.path().join("second")),
    );
    let abc = first.put(Bytes::from_static(b"abc")).await.expect("kept");
    let def = first.put(Bytes::from_static(b"def")).await.expect("kept");
    let damaged = first.put(Bytes::from_static(b"whole")).await.expect("kept");
    fs::write(place_of(&folder.path().join("first"), &damaged), b"wh").expect("damaged");
    // A file of the second folder that was damaged is mended.
    second.put(Bytes::from_static(b"def")).await.expect("kept");
    fs::write(place_of(&folder.path().join("second"), &def), b"fed").expect("damaged");
    let nowhere = hash(&"0".repeat(64));
    let copied = first
        .copy_to(&second, [abc, def, nowhere, damaged])
        .await
        .expect("copied");
    assert_eq!((copied.there, copied.missing), (2, vec![nowhere, damaged]));
    let inode = |name: &str| {
        let found = fs::metadata(place_of(&folder.path().join(name), &abc)).expect("there");
        std::os::unix::fs::MetadataExt::ino(&found)
    };
    assert_eq!(inode("first"), inode("second"));
    first.delete(&abc).await.expect("deleted");
    fs::remove_dir_all(folder.path().join("first")).expect("removed");
    let read = AssetStore::open_to_read(&folder.path().join("second")).expect("it is there");
    assert_eq!(read.get(&abc).await.expect("there"), "abc");
    assert_eq!(read.get(&def).await.expect("there"), "def");
    assert_eq!(
        read.copy_to(&second, [abc]).await.expect("there already").there,
        1
    );
    let gone = AssetStore::open_to_read(&folder.path().join("first")).expect_err("it is gone");
    assert!(matches!(gone, AssetError::Folder { .. }), "{gone}");
}
