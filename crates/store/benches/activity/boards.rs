//! Leaderboards of a guild with a million members.

use std::path::Path;
use std::time::Duration;

use domain::activity::rules::ScoreRules;
use domain::id::{GuildId, UserId};
use rusqlite::Connection;
use store::{Board, Place, Store, StoreOptions};
use tokio_postgres::{Client, NoTls};

use crate::measured::{Measured, measure};
use crate::{NOW, ROUNDS, TODAY};

const BIG: GuildId = GuildId(7 << 22);
/// A guild whose members all wrote their first message within the last hour, where none is better than another.
const LEVEL: GuildId = GuildId(8 << 22);

/// A million members: scores of all heights, last messages from now to a month ago, most of them lately.
fn million(numbers: &str) -> String {
    let (now, guild, level) = (NOW.0, BIG.0, LEVEL.0);
    let (today, month) = (TODAY.0, TODAY.month().0);
    format!(
        "INSERT INTO activity_meter
         SELECT {guild}, id, 0, last_at, last_at, last_at, score, 3, score, last_at + 3600000 + score / 20 FROM (
             SELECT n * 7919 AS id, {now} - x * x / 1000003 * 2592000 / 1000003 * 1000 AS last_at,
                 (n * 40692 % 1009 + 1) * 3564000 AS score
             FROM (SELECT n, n * 48271 % 1000003 AS x FROM ({numbers}) AS numbers) AS spread
         ) AS members;
         INSERT INTO activity_meter
         SELECT {level}, n * 7919, 0, at, at, at, 180000000, 3, 180000000, at + 12600000
         FROM (SELECT n, {now} - n * 48271 % 3600000 AS at FROM ({numbers}) AS numbers WHERE n <= 100000) AS members;
         INSERT INTO activity_daily SELECT {guild}, {today}, n * 7919, n * 48271 % 997 + 1 FROM ({numbers}) AS numbers;
         INSERT INTO activity_monthly SELECT {guild}, {month}, n * 7919, n * 69621 % 9973 + 1 FROM ({numbers}) AS numbers;"
    )
}

pub(crate) async fn file(path: &Path) -> Store {
    let options = StoreOptions::at(path);
    Store::open(&options).await.expect("opens").close().await;
    let db = Connection::open(path).expect("opens");
    let numbers =
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
                   SELECT n FROM numbers";
    db.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")
        .expect("set up");
    db.execute_batch(&format!("BEGIN; {} COMMIT;", million(numbers)))
        .expect("inserted");
    db.close().expect("closed");
    Store::open(&options).await.expect("opens")
}

pub(crate) async fn server(url: &str) -> Store {
    let options = StoreOptions::in_place(Place::Server(url.parse().expect("a URL")));
    let store = Store::open(&options).await.expect("opens");
    let client = connected(url).await;
    let numbers = "SELECT n::bigint FROM generate_series(1, 1000000) AS n";
    client.batch_execute(&million(numbers)).await.expect("inserted");
    client.batch_execute("VACUUM ANALYZE").await.expect("analyzed");
    store
}

pub(crate) async fn connected(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

/// What is asked of the big guild, and how long it takes.
pub(crate) async fn asked(store: &Store) -> Vec<(String, Duration)> {
    let rules = ScoreRules::default();
    let board = |guild: GuildId, board: Board, skip: u64| async move {
        let lines = store
            .leaderboard(guild, board, NOW, &rules, skip, 10)
            .await
            .expect("read");
        assert_eq!(lines.len(), 10);
        lines
    };
    let first = board(BIG, Board::Score, 0).await[0].user;
    let count = store.ranked_count(BIG, Board::Score, NOW).await.expect("read");
    let last = board(BIG, Board::Score, count - 10).await[9].user;
    let standing = |user: UserId| async move {
        let standing = store.standing(BIG, user, NOW, TODAY, &rules).await.expect("read");
        standing.expect("known")
    };
    assert_eq!(standing(first).await.rank, 1);
    assert!(standing(last).await.rank > count / 2);
    let mut took = Vec::new();
    let mut add = |name: &str, measured: Measured| took.push((name.to_owned(), measured.wall));
    let boards = [
        ("top ten by score", Board::Score, 0),
        ("top ten of a day", Board::Day(TODAY), 0),
        ("top ten of a month", Board::Month(TODAY.month()), 0),
        ("ten by score behind 1,000", Board::Score, 1_000),
        ("ten of a day behind 1,000", Board::Day(TODAY), 1_000),
    ];
    for (name, which, skip) in boards {
        add(name, rounds(async || board(BIG, which, skip).await).await);
    }
    add(
        "top ten by score where 100,000 have the same",
        rounds(async || board(LEVEL, Board::Score, 0).await).await,
    );
    add(
        "standing of the first",
        rounds(async || standing(first).await).await,
    );
    add(
        "standing of the last",
        rounds(async || standing(last).await).await,
    );
    add(
        &format!("how many have a score ({count})"),
        rounds(async || store.ranked_count(BIG, Board::Score, NOW).await).await,
    );
    add(
        "messages of the last 30 days",
        rounds(async || store.messages_by_day(BIG, TODAY.plus(-29)..=TODAY).await).await,
    );
    took
}

async fn rounds<T>(mut work: impl AsyncFnMut() -> T) -> Measured {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.push(measure(&mut work).await);
    }
    Measured::median(all)
}
