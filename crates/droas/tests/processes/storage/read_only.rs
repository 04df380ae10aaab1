//! The place of the database cannot be written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use super::disk::{Disk, on};
use super::{assert_each_is_greeted_once, join, sentence, welcomed};
use crate::programs::{Home, Simulator};

/// Debian's "nobody".
const NOBODY: u32 = 65_534;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_file_system_is_said_and_nothing_is_lost_when_it_is_mended() {
    let Some(disk) = Disk::new() else { return };
    let simulator = Simulator::start(13);
    let (home, database) = on(&disk, &simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;
    assert!(bot.terminate().await.success());

    let bytes = fs::read(&database).expect("readable");
    disk.set_read_only(true);
    members.push(join(&simulator, "meanwhile").await);
    let mut bot = home.start_bot();
    assert_eq!(bot.ended().await.code(), Some(1), "{}", bot.log());
    let said = sentence(&bot);
    for part in [
        "Read-only file system",
        "mount its file system to be written",
        "droas.sqlite",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(fs::read(&database).expect("readable") == bytes);

    disk.set_read_only(false);
    let mut bot = home.start_bot();
    let messages = welcomed(&simulator, 2, &bot).await;
    assert_each_is_greeted_once(&messages, &members);
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_owner_is_said_with_both_users_and_the_mode() {
    let simulator = Simulator::start(14);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    assert!(bot.terminate().await.success());
    let owned = chown(home.folder(), Some(NOBODY), None).is_ok();
    let Some(mut bot) = home.start_bot_as(NOBODY).filter(|_| owned) else {
        eprintln!("skipped: only root may start the bot as another user");
        return;
    };
    for file in ["droas.sqlite", "droas.sqlite.lock"] {
        let mode = fs::Permissions::from_mode(0o600);
        fs::set_permissions(home.folder().join(file), mode).expect("our own");
    }
    bot.ended().await;
    let bytes = fs::read(home.database()).expect("readable");
    let mut bot = home.start_bot_as(NOBODY).expect("it started before");
    assert_eq!(bot.ended().await.code(), Some(2), "{}", bot.log());
    let said = sentence(&bot);
    assert!(
        said.contains("droas.sqlite") && said.contains("Permission denied"),
        "{said}"
    );
    for part in ["it runs as user 65534", "the owner is user 0", "mode is 600"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(fs::read(home.database()).expect("readable") == bytes);
}
