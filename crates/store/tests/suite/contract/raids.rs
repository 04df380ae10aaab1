use domain::welcome::{SkipReason, WelcomeState};
use store::StoreOptions;

use super::words::*;

pub(crate) async fn joins_are_counted_up_to_a_bound(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=9).map(|user| join(TEA, user, user)).collect()).await;
    commit(&store, vec![join(CHESS, 20, 9)]).await;
    let count = async |since, count_max| store.joined_since(TEA, at(since), count_max).await.expect("read");
    assert_eq!(count(1, 99).await, 9);
    assert_eq!(count(7, 99).await, 3);
    assert_eq!(count(1, 4).await, 4);
    assert_eq!(count(10, 99).await, 0);
}

pub(crate) async fn held_back_welcomes_are_those_of_the_raid(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=5).map(|user| join(TEA, user, user)).collect()).await;
    commit(&store, vec![join(CHESS, 20, 4)]).await;
    attempt(&store, welcome_id(4, 4), 5).await.expect("taken");
    assert_eq!(store.hold_back(TEA, at(3), at(6)).await.expect("written"), 2);
    for (user, expected) in [
        (2, WelcomeState::Pending),
        (3, WelcomeState::Skipped(SkipReason::HeldBack)),
        (4, WelcomeState::Sending),
        (5, WelcomeState::Skipped(SkipReason::HeldBack)),
    ] {
        assert_eq!(
            welcome(&store, welcome_id(user, user)).await.state,
            expected,
            "user {user}"
        );
    }
    assert_eq!(
        welcome(&store, welcome_id(20, 4)).await.state,
        WelcomeState::Pending
    );
}

pub(crate) async fn stale_welcomes_are_skipped_and_others_stay(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=1500).map(|user| join(TEA, user, user)).collect()).await;
    commit(&store, vec![join(CHESS, 2000, 1400)]).await;
    attempt(&store, welcome_id(7, 7), 10).await.expect("taken");
    let sweep = async || store.skip_stale(at(1300), at(1600)).await.expect("written");
    assert_eq!([sweep().await, sweep().await, sweep().await], [1000, 298, 0]);
    assert_eq!(
        welcome(&store, welcome_id(7, 7)).await.state,
        WelcomeState::Sending,
        "it may stand in the channel"
    );
    assert_eq!(
        welcome(&store, welcome_id(1299, 1299)).await.state,
        WelcomeState::Skipped(SkipReason::Stale)
    );
    assert_eq!(
        welcome(&store, welcome_id(1300, 1300)).await.state,
        WelcomeState::Pending
    );
}
