use domain::effect::Effect;
use domain::id::UserId;
use domain::time::UnixMs;
use domain::welcome::{SkipReason, WelcomeState};
use store::StoreOptions;

use super::words::*;

fn pending(user: u64, seconds: u64) -> Effect {
    let mut episode = episode(TEA, user, seconds);
    episode.screening = true;
    Effect::BeginEpisode(episode)
}

fn passes(user: u64, seconds: u64) -> Effect {
    Effect::PassScreening {
        membership: membership(TEA, user),
        at: at(seconds),
    }
}

pub(crate) async fn welcome_waits_until_its_member_has_passed_screening(options: &StoreOptions) {
    let store = open(options).await;
    let far = UnixMs(i64::MAX - 1);
    let committed = commit(&store, vec![pending(1, 5), pending(2, 5)]).await;
    assert_eq!(committed.welcomes_queued, 0);
    assert_eq!(store.due_welcomes(far, &[], 9, 9).await.expect("read"), []);
    assert_eq!(
        store.in_screening(TEA).await.expect("read"),
        [UserId(1), UserId(2)]
    );
    assert_eq!(store.in_screening(CHESS).await.expect("read"), []);
    let committed = commit(&store, vec![passes(1, 700), passes(3, 700)]).await;
    assert_eq!(committed.welcomes_queued, 1);
    let due = store.due_welcomes(at(700), &[], 9, 9).await.expect("read");
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].id, due[0].joined_at, due[0].queued_at),
        (welcome_id(1, 5), at(5), at(700))
    );
    assert_eq!(
        commit(&store, vec![passes(1, 800)]).await.welcomes_queued,
        0,
        "they pass once"
    );
    assert_eq!(welcome(&store, welcome_id(1, 5)).await.queued_at, at(700));
    assert_eq!(store.in_screening(TEA).await.expect("read"), [UserId(2)]);
}

pub(crate) async fn leave_ends_the_wait_for_screening(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![pending(1, 5)]).await;
    assert_eq!(commit(&store, vec![leave(TEA, 1)]).await.welcomes_skipped, 1);
    assert_eq!(commit(&store, vec![passes(1, 700)]).await.welcomes_queued, 0);
    assert_eq!(
        welcome(&store, welcome_id(1, 5)).await.state,
        WelcomeState::Skipped(SkipReason::Left)
    );
    assert_eq!(store.in_screening(TEA).await.expect("read"), []);
}

pub(crate) async fn who_never_passes_screening_is_given_up_and_forgotten(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![pending(1, 5), pending(2, 500)]).await;
    assert_eq!(store.prune(at(100)).await.expect("written"), 0);
    assert_eq!(
        welcome(&store, welcome_id(1, 5)).await.state,
        WelcomeState::Skipped(SkipReason::Stale)
    );
    assert_eq!(store.in_screening(TEA).await.expect("read"), [UserId(2)]);
    assert_eq!(store.prune(at(101)).await.expect("written"), 1);
}

pub(crate) async fn who_waits_for_screening_has_not_been_greeted(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![pending(1, 5)]).await;
    let last = store.episode(membership(TEA, 1)).await.expect("read");
    assert_eq!(last.expect("an episode").greeted_at, None);
    // Their leave was missed, and they came back: the return is what is greeted.
    let returned = Effect::BeginEpisode(episode(TEA, 1, 60));
    let committed = commit(&store, vec![returned]).await;
    assert_eq!((committed.welcomes_queued, committed.welcomes_skipped), (1, 1));
    assert_eq!(store.in_screening(TEA).await.expect("read"), []);
    let due = store.due_welcomes(at(60), &[], 9, 9).await.expect("read");
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].id, welcome_id(1, 60));
}
