use domain::id::{GuildId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use store::{Outcome, Store, StoreOptions};
use tokio::task::JoinSet;

use super::words::*;

async fn due(store: &Store, now: UnixMs) -> Vec<WelcomeId> {
    let due = store.due_welcomes(now, &[], 100, 100).await.expect("read");
    due.into_iter().map(|welcome| welcome.id).collect()
}

pub(crate) async fn due_welcomes_come_oldest_first(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![
            join(CHESS, 3, 30),
            join(TEA, 1, 10),
            join(CHESS, 2, 20),
            join(TEA, 4, 40),
        ],
    )
    .await;
    let ids = [(1, 10), (2, 20), (3, 30), (4, 40)].map(|(user, seconds)| welcome_id(user, seconds));
    assert_eq!(due(&store, at(9)).await, []);
    assert_eq!(due(&store, at(10)).await, ids[..1]);
    assert_eq!(due(&store, at(50)).await, ids);
    attempt(&store, ids[0], 50).await.expect("taken");
    assert_eq!(
        due(&store, at(109)).await,
        ids[1..],
        "an attempt is left alone until it is due again"
    );
    assert_eq!(due(&store, at(110)).await, ids);
    let sent = Outcome::Sent {
        message: None,
        channel: HALL,
        at: at(111),
    };
    store.settle(ids[0], sent).await.expect("written");
    commit(&store, vec![leave(CHESS, 2)]).await;
    assert_eq!(due(&store, at(999)).await, ids[2..]);
}

pub(crate) async fn full_guild_does_not_keep_others_waiting(options: &StoreOptions) {
    let store = open(options).await;
    let raid = (0..50).map(|user| join(TEA, user, user));
    commit(&store, raid.collect()).await;
    commit(
        &store,
        vec![
            join(CHESS, 100, 100),
            join(CHESS, 101, 101),
            join(GuildId(9), 102, 102),
        ],
    )
    .await;
    let guilds = async |leave_out: &[GuildId], guilds_max, per_guild_max| -> Vec<GuildId> {
        let due = store
            .due_welcomes(at(999), leave_out, guilds_max, per_guild_max)
            .await
            .expect("read");
        assert!(due.is_sorted_by_key(|welcome: &Welcome| welcome.id));
        due.into_iter().map(|welcome| welcome.guild).collect()
    };
    assert_eq!(guilds(&[], 9, 2).await, [TEA, TEA, CHESS, CHESS, GuildId(9)]);
    assert_eq!(guilds(&[], 2, 1).await, [TEA, CHESS], "those that wait longest");
    assert_eq!(guilds(&[TEA], 9, 1).await, [CHESS, GuildId(9)]);
    assert_eq!(guilds(&[TEA, CHESS, GuildId(9)], 9, 9).await, []);
    assert_eq!(guilds(&[], 0, 9).await, []);
    assert_eq!(guilds(&[], usize::MAX, usize::MAX).await.len(), 53);
}

pub(crate) async fn next_due_time_lies_ahead(options: &StoreOptions) {
    let store = open(options).await;
    let next = async |now| store.next_due_at(now).await.expect("read");
    assert_eq!(next(at(0)).await, None);
    commit(&store, vec![join(TEA, 1, 10), join(TEA, 2, 20)]).await;
    assert_eq!(next(at(0)).await, Some(at(10)));
    assert_eq!(next(at(10)).await, Some(at(20)), "what is due now is no news");
    assert_eq!(next(at(20)).await, None);
    attempt(&store, welcome_id(1, 10), 30).await.expect("taken");
    assert_eq!(next(at(20)).await, Some(at(90)));
}

pub(crate) async fn attempt_is_given_to_one_of_many_callers(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![join(TEA, 1, 1)]).await;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        tasks.spawn(async move { attempt(&store, welcome_id(1, 1), 5).await });
    }
    let given: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0], welcome(&store, welcome_id(1, 1)).await);
}

pub(crate) async fn attempts_are_counted_and_the_first_keeps_its_time(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(0)), join(TEA, 1, 1)]).await;
    let id = welcome_id(1, 1);
    let first = attempt(&store, id, 5).await.expect("taken");
    assert_eq!(first.state, WelcomeState::Sending);
    assert_eq!(
        (first.attempts, first.first_attempt_at, first.channel),
        (1, Some(at(5)), Some(HALL))
    );
    assert_eq!((first.next_attempt_at, first.member_number), (at(65), Some(1)));
    let second = attempt(&store, id, 65).await.expect("taken when it is due again");
    assert_eq!((second.attempts, second.first_attempt_at), (2, Some(at(5))));
}

pub(crate) async fn attempt_is_not_given_for_what_is_settled_left_or_not_due(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=4).map(|user| join(TEA, user, user)).collect()).await;
    let id = |user| welcome_id(user, user);
    let sent = Outcome::Sent {
        message: None,
        channel: HALL,
        at: at(9),
    };
    store.settle(id(1), sent).await.expect("written");
    let skip = Outcome::Skip {
        reason: SkipReason::NoChannel,
        at: at(9),
    };
    store.settle(id(2), skip).await.expect("written");
    attempt(&store, id(3), 10).await.expect("taken");
    commit(&store, vec![leave(TEA, 3)]).await;
    let later = Outcome::Retry {
        not_delivered: false,
        at: at(100),
    };
    store.settle(id(4), later).await.expect("written");
    for (user, seconds) in [(1, 999), (2, 999), (3, 999), (4, 99)] {
        let before = welcome(&store, id(user)).await;
        assert_eq!(attempt(&store, id(user), seconds).await, None, "user {user}");
        assert_eq!(welcome(&store, id(user)).await, before, "user {user}");
    }
    assert_eq!(attempt(&store, welcome_id(9, 9), 999).await, None);
}

pub(crate) async fn released_attempts_are_due_at_once(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=3).map(|user| join(TEA, user, user)).collect()).await;
    let id = |user| welcome_id(user, user);
    attempt(&store, id(1), 10).await.expect("taken");
    let later = Outcome::Retry {
        not_delivered: false,
        at: at(500),
    };
    store.settle(id(2), later).await.expect("written");
    assert_eq!(store.release_attempts(at(11)).await.expect("written"), 1);
    assert_eq!(
        due(&store, at(11)).await,
        [id(1), id(3)],
        "what is pending keeps its time"
    );
    assert_eq!(welcome(&store, id(1)).await.state, WelcomeState::Sending);
    assert_eq!(
        store.release_attempts(at(12)).await.expect("written"),
        0,
        "due already"
    );
}
