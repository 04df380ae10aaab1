//! The database is taken away, or becomes something else, under a running bot.

use std::fs;

use super::{assert_each_is_greeted_once, call_db, join, sentence, welcomed};
use crate::programs::{Home, Simulator};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_database_is_saved_and_goes_on_where_it_was_once_it_is_put_back() {
    let simulator = Simulator::start(17);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;

    fs::remove_file(home.database()).expect("deleted");
    members.push(join(&simulator, "meanwhile").await);
    assert_eq!(bot.ended().await.code(), Some(2), "{}", bot.log());
    let said = sentence(&bot);
    assert!(
        said.contains("was moved, deleted or replaced while it was in use"),
        "{said}"
    );
    assert!(said.contains("droas db restore --keep-unfinished"), "{said}");
    assert!(
        !home.database().exists(),
        "nothing stands where somebody took it away"
    );
    members.push(join(&simulator, "later").await);

    let saved = home.folder().join("droas.sqlite.saved");
    let saved = saved.to_str().expect("UTF-8");
    assert!(said.contains(saved), "{said}");
    call_db(&home, &["restore", "--keep-unfinished", saved]);
    let mut bot = home.start_bot();
    let messages = welcomed(&simulator, members.len(), &bot).await;
    assert_each_is_greeted_once(&messages, &members);
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_over_the_database_ends_the_bot_with_a_sentence_and_is_left_alone() {
    let simulator = Simulator::start(18);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;
    let backup = home.folder().join("backup.sqlite");
    let backup = backup.to_str().expect("UTF-8");
    call_db(&home, &["backup", backup]);

    let rubbish = vec![0xa5; 300_000];
    fs::write(home.database(), &rubbish).expect("overwritten");
    members.push(join(&simulator, "meanwhile").await);
    assert_eq!(bot.ended().await.code(), Some(2), "{}", bot.log());
    let said = sentence(&bot);
    assert!(
        said.contains("restore a backup with `droas db restore`"),
        "{said}"
    );
    assert!(
        fs::read(home.database()).expect("readable") == rubbish,
        "left as it is"
    );
    call_db(&home, &["restore", "--keep-unfinished", backup]);
    let mut bot = home.start_bot();
    let messages = welcomed(&simulator, members.len(), &bot).await;
    assert_each_is_greeted_once(&messages, &members);
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_log_ends_the_bot_and_the_next_start_knows_everything() {
    let simulator = Simulator::start(19);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;
    fs::remove_file(home.folder().join("droas.sqlite-wal")).expect("deleted");
    members.push(join(&simulator, "meanwhile").await);
    // A supervisor is to start it again.
    assert_eq!(bot.ended().await.code(), Some(1), "{}", bot.log());
    let said = sentence(&bot);
    assert!(said.contains("nothing is lost: start again"), "{said}");
    let mut bot = home.start_bot();
    members.push(join(&simulator, "later").await);
    let messages = welcomed(&simulator, members.len(), &bot).await;
    assert_each_is_greeted_once(&messages, &members);
    assert!(bot.terminate().await.success());
}
