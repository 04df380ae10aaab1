//! The bot as it runs, between a gateway that sends messages and a database in a file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use assets::{AssetOptions, AssetStore};
use bot::clock::{Clock, SystemClock};
use bot::settings::{Settings, SettingsOptions};
use bot::{CardDesign, Parts, Tally, Timing, WelcomePolicy};
use card::Pool;
use discord::{Cdn, Rest, RestOptions, Token};
use domain::day::Day;
use domain::id::GuildId;
use domain::join::JoinRules;
use domain::template::Template;
use domain::time::UnixMs;
use fetch::{FetchOptions, Fetcher};
use sim::config::SimConfig;
use store::{Board, ShardKey, Store, StoreOptions};
use tokio_util::sync::CancellationToken;

use crate::measured::Measured;
use crate::ways::{Task, endpoints};

/// How often the database is asked how far the bot is. Asking is part of what is measured.
const LOOK_EVERY: Duration = Duration::from_millis(25);

pub(crate) async fn run(task: &Task) {
    // The folder of the build, not that of temporary files, which may lie in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let database = folder.path().join("droas.sqlite");
    let store = Store::open(&StoreOptions::at(database.clone()))
        .await
        .expect("opens");
    let stop = CancellationToken::new();
    let parts = parts(task, &store, folder.path());
    let running = tokio::spawn(bot::run(parts, Arc::new(Tally::default()), stop.clone()));
    committed_up_to(&store, task.opening_sequence).await;
    let measured = Measured::begin();
    committed_up_to(&store, task.last_sequence).await;
    // What is only noted yet is counted before a leaderboard is read.
    store
        .ranked_count(GuildId(1), Board::Day(Day(0)), UnixMs(0))
        .await
        .expect("readable");
    measured.end();
    stop.cancel();
    drop(store);
    running.await.expect("no panic").expect("nothing to complain of");
    let db = rusqlite::Connection::open(&database).expect("readable");
    let counted: i64 = db
        .query_row("SELECT sum(messages) FROM activity_daily", [], |row| row.get(0))
        .expect("a sum");
    assert_eq!(
        counted.cast_unsigned(),
        task.last_sequence - task.opening_sequence,
        "every message counts once"
    );
}

/// Waits until everything up to this frame is committed.
async fn committed_up_to(store: &Store, sequence: u64) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        let checkpoint = store
            .checkpoint(ShardKey { id: 0, count: 1 })
            .await
            .expect("readable");
        if checkpoint.is_some_and(|checkpoint| checkpoint.sequence >= sequence) {
            return;
        }
    }
}

fn parts(task: &Task, store: &Store, folder: &Path) -> Parts {
    let endpoints = endpoints(task);
    let token = Token::parse(&SimConfig::default().token).expect("a token");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let assets = AssetOptions::Folder(folder.join("assets"));
    Parts {
        store: store.clone(),
        settings: Settings::new(store.clone(), Arc::clone(&clock), SettingsOptions::default()),
        rest: Rest::with_options(token.clone(), &endpoints, RestOptions::default()).expect("a client"),
        cdn: Cdn::new(&endpoints).expect("a client"),
        painters: Pool::start(1, 64),
        cards: CardDesign::default(),
        assets: AssetStore::open(&assets).expect("a folder"),
        fetcher: Fetcher::new(FetchOptions::default()),
        endpoints,
        token,
        shard_count: Some(1),
        policy: WelcomePolicy {
            message: Template::parse("Welcome {mention} to {guild}!").expect("valid"),
            channels: HashMap::new(),
            rules: JoinRules::default(),
            stale_after: Duration::from_secs(3600),
            after_screening: false,
            raids: bot::RaidPolicy::default(),
            history: Duration::from_secs(90 * 86_400),
        },
        clock,
        timing: Timing::default(),
        seed: 7,
        stop_within: Duration::from_secs(10),
    }
}
