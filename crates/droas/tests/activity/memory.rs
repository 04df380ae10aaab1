//! What counting costs in memory.

use crate::scene::{DAY_MS, Scene, Size, now_ms};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundred_thousand_messages_of_many_members_take_less_than_12_mb() {
    let size = Size {
        members: 1_500,
        talking: 1_500,
    };
    let mut scene = Scene::begin(1, now_ms() - 25 * DAY_MS, None, size).await;
    // What is needed once: for the database, for a connection, for the first of everything.
    scene.talk(1_000).await;
    scene.wait_until_untold(0).await;
    let before_kib = scene.program.peak_kib();
    scene.talk(100_000).await;
    scene.catch_up().await;
    let grown_kib = scene.program.peak_kib() - before_kib;
    eprintln!("{before_kib} KiB at the start, {grown_kib} KiB more after 100,000 messages");
    assert!(grown_kib < 12_000, "{grown_kib} KiB");
    scene.program.stop();
}
