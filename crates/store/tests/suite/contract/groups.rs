use domain::effect::Effect;
use domain::id::WelcomeId;
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use store::{Outcome, Store, StoreOptions};

use super::words::*;

fn id(user: u64) -> WelcomeId {
    welcome_id(user, user)
}

fn ids(welcomes: &[Welcome]) -> Vec<WelcomeId> {
    welcomes.iter().map(|welcome| welcome.id).collect()
}

/// A store in which users 1 to 5 wait, and what comes of binding all of them at second 9.
async fn bound(options: &StoreOptions) -> (Store, Vec<Welcome>) {
    let store = open(options).await;
    commit(&store, (1..=5).map(|user| join(TEA, user, user)).collect()).await;
    let group = begin(&store, 9).await;
    (store, group)
}

async fn begin(store: &Store, seconds: u64) -> Vec<Welcome> {
    let all: Vec<_> = (1..=5).map(id).collect();
    store
        .begin_group(&all, HALL, at(seconds), at(seconds + 60))
        .await
        .expect("written")
}

async fn begin_again(store: &Store, seconds: u64) -> Vec<Welcome> {
    store
        .begin_group_again(id(1), at(seconds), at(seconds + 60))
        .await
        .expect("written")
}

async fn settle(store: &Store, outcome: Outcome) -> u64 {
    store.settle(id(1), outcome).await.expect("written")
}

pub(crate) async fn group_is_bound_of_those_who_can_be_greeted_and_given_once(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=5).map(|user| join(TEA, user, user)).collect()).await;
    commit(&store, vec![leave(TEA, 1)]).await;
    attempt(&store, id(3), 8).await.expect("taken");
    let group = begin(&store, 9).await;
    assert_eq!(ids(&group), [id(2), id(4), id(5)]);
    for welcome in &group {
        assert_eq!(welcome.group, Some(id(2)));
        assert_eq!(
            (
                &welcome.state,
                welcome.attempts,
                welcome.first_attempt_at,
                welcome.channel
            ),
            (&WelcomeState::Sending, 1, Some(at(9)), Some(HALL))
        );
    }
    assert_eq!(store.group(id(2)).await.expect("read"), group);
    assert_eq!(begin(&store, 9).await, [], "of several callers one gets it");
}

pub(crate) async fn group_stays_together_while_its_outcome_is_unknown(options: &StoreOptions) {
    let (store, group) = bound(options).await;
    assert_eq!(group.len(), 5);
    commit(&store, vec![leave(TEA, 2)]).await;
    let later = Outcome::Retry {
        not_delivered: false,
        at: at(20),
    };
    assert_eq!(settle(&store, later).await, 5);
    assert_eq!(begin_again(&store, 19).await, [], "not due");
    let again = begin_again(&store, 20).await;
    assert_eq!(ids(&again), ids(&group), "who left stays in it");
    assert!(
        again
            .iter()
            .all(|welcome| welcome.attempts == 2 && welcome.channel == Some(HALL))
    );
    let not_delivered = Outcome::Retry {
        not_delivered: true,
        at: at(30),
    };
    assert_eq!(settle(&store, not_delivered).await, 5);
    assert!(
        store.group(id(1)).await.expect("read").len() == 5,
        "the first attempt's outcome is as unknown as before"
    );
    commit(&store, [1, 3, 4, 5].map(|user| leave(TEA, user)).to_vec()).await;
    assert_eq!(begin_again(&store, 99).await, [], "nobody is left to be greeted");
}

pub(crate) async fn group_that_was_not_delivered_is_disbanded(options: &StoreOptions) {
    let (store, _) = bound(options).await;
    commit(&store, vec![leave(TEA, 1)]).await;
    let not_delivered = Outcome::Retry {
        not_delivered: true,
        at: at(30),
    };
    assert_eq!(settle(&store, not_delivered).await, 5);
    assert_eq!(store.group(id(1)).await.expect("read"), []);
    let first = welcome(&store, id(1)).await;
    assert_eq!(first.state, WelcomeState::Skipped(SkipReason::Left));
    let second = welcome(&store, id(2)).await;
    assert_eq!(
        (
            second.state,
            second.group,
            second.first_attempt_at,
            second.next_attempt_at
        ),
        (WelcomeState::Pending, None, None, at(30))
    );
    let next = begin(&store, 30).await;
    assert_eq!(next[0].group, Some(id(2)), "another group, with another nonce");
    assert_eq!(next.len(), 4);
}

pub(crate) async fn group_that_is_not_in_the_channel_is_disbanded_in_spite_of_doubt(options: &StoreOptions) {
    let (store, _) = bound(options).await;
    assert_eq!(begin_again(&store, 69).await.len(), 5);
    assert_eq!(settle(&store, Outcome::NotThere { at: at(80) }).await, 5);
    assert_eq!(store.group(id(1)).await.expect("read"), []);
    let row = welcome(&store, id(3)).await;
    assert_eq!((row.state, row.attempts), (WelcomeState::Pending, 2));
    attempt(&store, id(3), 80).await.expect("taken");
    let not_delivered = Outcome::Retry {
        not_delivered: true,
        at: at(90),
    };
    store.settle(id(3), not_delivered).await.expect("written");
    assert_eq!(
        welcome(&store, id(3)).await.state,
        WelcomeState::Pending,
        "no doubt is left"
    );
}

pub(crate) async fn nonce_of_a_group_confirms_all_its_welcomes(options: &StoreOptions) {
    let (store, _) = bound(options).await;
    let unknown = Outcome::Skip {
        reason: SkipReason::UnknownOutcome,
        at: at(10),
    };
    assert_eq!(settle(&store, unknown).await, 5);
    let confirm = Effect::ConfirmWelcome {
        id: id(1),
        message: POST,
        channel: HALL,
        at: at(12),
    };
    assert_eq!(commit(&store, vec![confirm.clone()]).await.welcomes_confirmed, 5);
    assert_eq!(commit(&store, vec![confirm]).await.welcomes_confirmed, 0);
    for user in 1..=5 {
        assert_eq!(
            welcome(&store, id(user)).await.state,
            WelcomeState::Sent {
                message: Some(POST),
                channel: HALL,
                at: at(12)
            }
        );
    }
}
