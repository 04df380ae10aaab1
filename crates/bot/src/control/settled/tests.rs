use domain::effect::{Effect, NewEpisode};
use domain::id::{GuildId, UserId, WelcomeId};
use domain::member::Member;
use domain::time::UnixMs;
use store::{Batch, StoreOptions};
use tempfile::TempDir;

use super::*;

const NOW: UnixMs = UnixMs(1_790_000_000_000);

async fn database() -> (Store, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    let options = StoreOptions::at(folder.path().join("droas.sqlite"));
    (Store::open(&options).await.expect("a database"), folder)
}

/// Bots join, who are not greeted.
async fn joins(store: &Store, users: std::ops::Range<u32>) {
    let episode = |user: u32| {
        Effect::BeginEpisode(NewEpisode {
            id: WelcomeId::new(NOW, user),
            guild: GuildId(1 << 22),
            member: Member {
                id: UserId(user.into()),
                username: "bot".to_owned(),
                global_name: None,
                nick: None,
                discriminator: 1,
                avatar: None,
                guild_avatar: None,
                bot: true,
            },
            joined_at: NOW,
            queued_at: NOW,
            skip: Some(SkipReason::Bot),
            screening: false,
            found: false,
        })
    };
    let batch = Batch {
        at: NOW,
        effects: users.map(episode).collect(),
        checkpoint: None,
    };
    store.commit(batch).await.expect("written");
}

fn bots(settled: &Settled) -> u64 {
    settled.skipped.get(&SkipReason::Bot).copied().unwrap_or(0)
}

fn history(again_after: Duration) -> History {
    History::with(Pace {
        short_len_max: 5,
        portion_len: 2,
        rest: 1,
        again_after,
    })
}

/// Asks until the long history was counted with so many.
async fn until(history: &History, store: &Store, count: u64) -> Settled {
    loop {
        match history.settled(store).await.expect("read") {
            Some(settled) if bots(&settled) == count => return settled,
            _ => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn short_history_is_counted_for_each_answer() {
    let (store, _folder) = database().await;
    let history = history(Duration::from_secs(3600));
    for user in 0..5 {
        joins(&store, user..user + 1).await;
        let settled = history.settled(&store).await.expect("read").expect("counted");
        assert_eq!(
            (bots(&settled), settled.counted_ago),
            (u64::from(user) + 1, Duration::ZERO)
        );
    }
}

#[tokio::test]
async fn long_history_is_counted_beside_the_answers_and_not_again_at_once() {
    let (store, _folder) = database().await;
    let history = history(Duration::from_secs(3600));
    joins(&store, 0..7).await;
    assert_eq!(
        history.settled(&store).await.expect("read"),
        None,
        "nobody waits for it"
    );
    until(&history, &store, 7).await;
    joins(&store, 7..8).await;
    for _ in 0..20 {
        let settled = history.settled(&store).await.expect("read").expect("counted");
        assert_eq!(bots(&settled), 7);
        assert!(settled.counted_ago > Duration::ZERO, "which is told");
    }
}

#[tokio::test]
async fn long_history_is_counted_again_after_a_while_and_may_get_short() {
    let (store, _folder) = database().await;
    let history = history(Duration::ZERO);
    joins(&store, 0..7).await;
    until(&history, &store, 7).await;
    joins(&store, 7..9).await;
    until(&history, &store, 9).await;
    store.prune(UnixMs(NOW.0 + 1)).await.expect("written");
    until(&history, &store, 0).await;
    joins(&store, 9..10).await;
    let settled = history.settled(&store).await.expect("read").expect("counted");
    assert_eq!((bots(&settled), settled.counted_ago), (1, Duration::ZERO));
}
