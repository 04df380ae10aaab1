//! Something else stands where the database should be when the bot starts.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::{assert_each_is_greeted_once, join, sentence, welcomed};
use crate::programs::{Home, Simulator};

/// Starts a bot that must refuse, and leave the file alone. Returns its sentence.
async fn refusal(home: &Home) -> String {
    let bytes = fs::read(home.database()).ok();
    let mut bot = home.start_bot();
    assert_eq!(bot.ended().await.code(), Some(2), "{}", bot.log());
    assert!(fs::read(home.database()).ok() == bytes, "the file was changed");
    let said = sentence(&bot);
    assert!(said.contains("droas.sqlite"), "{said}");
    said
}

fn make_database_of_another_program(path: &Path) {
    let other = Connection::open(path).expect("made");
    other
        .execute_batch("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('さくら')")
        .expect("written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_database_of_ours_is_refused_in_a_sentence_and_left_alone() {
    let simulator = Simulator::start(15);
    let home = Home::of(&simulator);
    let database = home.database();
    for rubbish in [b"my diary\n".to_vec(), vec![0xa5; 50_000]] {
        fs::write(&database, rubbish).expect("written");
        assert!(refusal(&home).await.contains("is not a SQLite database"));
    }
    fs::remove_file(&database).expect("ours");
    make_database_of_another_program(&database);
    assert!(
        refusal(&home)
            .await
            .contains("is the database of another program")
    );
    fs::remove_file(&database).expect("ours");
    fs::create_dir(&database).expect("made");
    assert!(refusal(&home).await.contains("is not a file"));
    fs::remove_dir(&database).expect("ours");

    // An empty file is as good as none.
    fs::write(&database, "").expect("written");
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let member = join(&simulator, "Ada").await;
    assert_each_is_greeted_once(&welcomed(&simulator, 1, &bot).await, &[member]);
    assert!(bot.terminate().await.success());

    let len = fs::metadata(&database).expect("there").len();
    let file = fs::OpenOptions::new().write(true).open(&database).expect("opens");
    file.set_len(len / 3).expect("cut");
    let said = refusal(&home).await;
    assert!(
        said.contains("is damaged") && said.contains("restore a backup"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_lock_at_the_start_is_waited_for() {
    let simulator = Simulator::start(16);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;
    assert!(bot.terminate().await.success());

    let other = Connection::open(home.database()).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    members.push(join(&simulator, "meanwhile").await);
    let mut bot = home.start_bot();
    let begun = std::time::Instant::now();
    while !bot.log().contains("another program holds the database") {
        assert!(begun.elapsed() < crate::web::PATIENCE, "{}", bot.log());
        tokio::task::yield_now().await;
    }
    other.execute_batch("COMMIT").expect("released");
    assert_each_is_greeted_once(&welcomed(&simulator, 2, &bot).await, &members);
    assert!(bot.terminate().await.success());
}
