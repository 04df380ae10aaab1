use domain::effect::{Effect, NewEpisode};
use domain::id::MessageId;
use domain::welcome::{SkipReason, WelcomeState};
use store::{Outcome, Store, StoreOptions};

use super::words::*;

const SENT: WelcomeState = WelcomeState::Sent {
    message: Some(POST),
    channel: HALL,
    at: domain::time::UnixMs(1_790_000_009_000),
};

fn sent(message: Option<MessageId>) -> Outcome {
    Outcome::Sent {
        message,
        channel: HALL,
        at: at(9),
    }
}

fn retry(not_delivered: bool, seconds: u64) -> Outcome {
    Outcome::Retry {
        not_delivered,
        at: at(seconds),
    }
}

fn skip(reason: SkipReason) -> Outcome {
    Outcome::Skip { reason, at: at(8) }
}

async fn settle(store: &Store, user: u64, outcome: Outcome) -> bool {
    let id = welcome_id(user, user);
    store.settle(id, outcome).await.expect("written") > 0
}

/// A store with a welcome of user 1, begun at second 5.
async fn begun(options: &StoreOptions) -> Store {
    let store = open(options).await;
    begin(&store, 1).await;
    store
}

/// A user joins in the second of their number, and their welcome is begun at second 5.
async fn begin(store: &Store, user: u64) {
    commit(store, vec![join(TEA, user, user)]).await;
    attempt(store, welcome_id(user, user), 5).await.expect("taken");
}

pub(crate) async fn attempt_that_posted_nothing_is_as_if_it_had_not_been(options: &StoreOptions) {
    let store = begun(options).await;
    assert!(settle(&store, 1, retry(true, 30)).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(row.state, WelcomeState::Pending);
    assert_eq!((row.first_attempt_at, row.channel), (None, None));
    assert_eq!(
        (row.attempts, row.next_attempt_at),
        (1, at(30)),
        "but for its number"
    );
    let again = attempt(&store, welcome_id(1, 1), 30).await.expect("taken");
    assert_eq!((again.attempts, again.first_attempt_at), (2, Some(at(30))));
    assert!(
        settle(&store, 1, retry(true, 40)).await,
        "the first attempt left no doubt behind"
    );
    assert_eq!(
        welcome(&store, welcome_id(1, 1)).await.state,
        WelcomeState::Pending
    );
}

pub(crate) async fn unknown_outcome_stays_in_doubt(options: &StoreOptions) {
    let store = begun(options).await;
    assert!(settle(&store, 1, retry(false, 30)).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(row.state, WelcomeState::Sending);
    assert_eq!(
        (row.first_attempt_at, row.channel, row.next_attempt_at),
        (Some(at(5)), Some(HALL), at(30))
    );
}

pub(crate) async fn doubt_about_an_earlier_attempt_stays(options: &StoreOptions) {
    let store = begun(options).await;
    // The first attempt's process died: nobody settles it. The second posted nothing for certain.
    attempt(&store, welcome_id(1, 1), 65).await.expect("taken again");
    assert!(settle(&store, 1, retry(true, 70)).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(row.state, WelcomeState::Sending);
    assert_eq!(
        (row.first_attempt_at, row.channel, row.next_attempt_at),
        (Some(at(5)), Some(HALL), at(70))
    );
    // Nor does the doubt end with a third.
    attempt(&store, welcome_id(1, 1), 70).await.expect("taken again");
    assert!(settle(&store, 1, retry(true, 80)).await);
    assert_eq!(
        welcome(&store, welcome_id(1, 1)).await.state,
        WelcomeState::Sending
    );
}

pub(crate) async fn not_delivered_welcome_of_somebody_who_left_is_skipped(options: &StoreOptions) {
    let store = begun(options).await;
    commit(&store, vec![leave(TEA, 1)]).await;
    assert!(settle(&store, 1, retry(true, 30)).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(row.state, WelcomeState::Skipped(SkipReason::Left));
    let last = store.episode(membership(TEA, 1)).await.expect("read");
    assert_eq!(last.expect("known").greeted_at, None, "nobody was greeted");
}

pub(crate) async fn pending_welcome_is_put_off(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![join(TEA, 1, 1), join(TEA, 2, 2)]).await;
    for (user, not_delivered) in [(1, true), (2, false)] {
        assert!(settle(&store, user, retry(not_delivered, 30)).await);
        let row = welcome(&store, welcome_id(user, user)).await;
        assert_eq!(
            (row.state, row.attempts, row.next_attempt_at),
            (WelcomeState::Pending, 0, at(30))
        );
    }
}

pub(crate) async fn sent_is_never_overwritten(options: &StoreOptions) {
    let store = begun(options).await;
    assert!(settle(&store, 1, sent(Some(POST))).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(row.state, SENT);
    let other = Outcome::Sent {
        message: Some(MessageId(1)),
        channel: domain::id::ChannelId(1),
        at: at(99),
    };
    for outcome in [
        skip(SkipReason::Stale),
        retry(true, 30),
        retry(false, 30),
        sent(None),
        other,
    ] {
        assert!(!settle(&store, 1, outcome).await, "{outcome:?}");
        assert_eq!(welcome(&store, welcome_id(1, 1)).await, row, "{outcome:?}");
    }
    let committed = commit(&store, vec![leave(TEA, 1), Effect::ForgetGuild(TEA)]).await;
    assert_eq!(committed.welcomes_skipped, 0);
    assert_eq!(welcome(&store, welcome_id(1, 1)).await.state, SENT);
}

pub(crate) async fn message_id_is_filled_in_later(options: &StoreOptions) {
    let store = begun(options).await;
    assert!(settle(&store, 1, sent(None)).await);
    let confirm = Effect::ConfirmWelcome {
        id: welcome_id(1, 1),
        message: POST,
        channel: HALL,
        at: at(50),
    };
    let committed = commit(&store, vec![confirm]).await;
    assert_eq!(committed.welcomes_confirmed, 0, "it was known to be sent");
    assert_eq!(welcome(&store, welcome_id(1, 1)).await.state, SENT);
}

pub(crate) async fn confirmation_wins_over_every_state(options: &StoreOptions) {
    let store = open(options).await;
    let reasons = SkipReason::ALL;
    let users = 1..=reasons.len() as u64 + 2;
    commit(&store, users.clone().map(|user| join(TEA, user, user)).collect()).await;
    // User 1 stays pending, user 2's post is begun, each of the others is skipped for another reason.
    attempt(&store, welcome_id(2, 2), 5).await.expect("taken");
    for (user, reason) in (3..).zip(reasons) {
        assert!(settle(&store, user, skip(reason)).await);
        assert_eq!(
            welcome(&store, welcome_id(user, user)).await.state,
            WelcomeState::Skipped(reason)
        );
    }
    for user in users {
        let confirm = Effect::ConfirmWelcome {
            id: welcome_id(user, user),
            message: POST,
            channel: HALL,
            at: at(9),
        };
        assert_eq!(
            commit(&store, vec![confirm.clone()]).await.welcomes_confirmed,
            1,
            "user {user}"
        );
        assert_eq!(
            welcome(&store, welcome_id(user, user)).await.state,
            SENT,
            "user {user}"
        );
        assert_eq!(
            commit(&store, vec![confirm]).await.welcomes_confirmed,
            0,
            "told twice"
        );
    }
}

pub(crate) async fn unknown_welcome_is_not_settled(options: &StoreOptions) {
    let store = open(options).await;
    for outcome in [
        sent(None),
        skip(SkipReason::Stale),
        retry(true, 1),
        retry(false, 1),
    ] {
        assert!(!settle(&store, 1, outcome).await, "{outcome:?}");
    }
    let confirm = Effect::ConfirmWelcome {
        id: welcome_id(1, 1),
        message: POST,
        channel: HALL,
        at: at(9),
    };
    assert_eq!(commit(&store, vec![confirm]).await.welcomes_confirmed, 0);
    assert_eq!(store.welcome(welcome_id(1, 1)).await.expect("read"), None);
}

pub(crate) async fn attempt_that_was_not_made_is_not_counted(options: &StoreOptions) {
    let store = begun(options).await;
    assert!(settle(&store, 1, Outcome::NotTried { at: at(30) }).await);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(
        (row.state, row.attempts, row.next_attempt_at),
        (WelcomeState::Pending, 0, at(30))
    );
}

pub(crate) async fn return_that_was_passed_over_for_a_post_that_was_none_is_greeted(options: &StoreOptions) {
    let store = open(options).await;
    for (user, outcome, greeted) in [
        (1, Outcome::NotThere { at: at(9) }, true),
        (2, sent(Some(POST)), false),
    ] {
        begin(&store, user).await;
        let again = NewEpisode {
            skip: Some(SkipReason::GreetedRecently),
            ..episode(TEA, user, 7)
        };
        commit(&store, vec![leave(TEA, user), Effect::BeginEpisode(again)]).await;
        let passed_over = WelcomeState::Skipped(SkipReason::GreetedRecently);
        assert_eq!(welcome(&store, welcome_id(user, 7)).await.state, passed_over);
        assert!(settle(&store, user, outcome).await);
        let state = welcome(&store, welcome_id(user, 7)).await.state;
        let expected = if greeted {
            WelcomeState::Pending
        } else {
            passed_over
        };
        assert_eq!(state, expected, "{outcome:?}");
    }
}
