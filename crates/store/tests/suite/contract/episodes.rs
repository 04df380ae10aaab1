use domain::effect::{Effect, NewEpisode};
use domain::id::UserId;
use domain::welcome::{Episode, SkipReason, Welcome, WelcomeState};
use store::{Outcome, Store, StoreOptions};

use super::words::*;

pub(crate) async fn new_episode_is_pending_and_takes_the_next_number(options: &StoreOptions) {
    let store = open(options).await;
    let committed = commit(&store, vec![guild(TEA, Some(41)), join(TEA, 1, 5)]).await;
    assert_eq!((committed.welcomes_queued, committed.welcomes_skipped), (1, 0));
    assert_eq!(member_count(&store, TEA).await, Some(42));
    assert_eq!(
        welcome(&store, welcome_id(1, 5)).await,
        Welcome {
            id: welcome_id(1, 5),
            guild: TEA,
            member: member(1),
            joined_at: at(5),
            queued_at: at(5),
            member_number: Some(42),
            state: WelcomeState::Pending,
            left: false,
            channel: None,
            attempts: 0,
            first_attempt_at: None,
            next_attempt_at: at(5),
            group: None,
        }
    );
}

pub(crate) async fn episode_without_welcome_is_counted_and_skipped(options: &StoreOptions) {
    let store = open(options).await;
    let mut robot = episode(TEA, 1, 5);
    robot.member.bot = true;
    robot.skip = Some(SkipReason::Bot);
    let committed = commit(&store, vec![guild(TEA, Some(3)), Effect::BeginEpisode(robot)]).await;
    assert_eq!((committed.welcomes_queued, committed.welcomes_skipped), (0, 1));
    assert_eq!(member_count(&store, TEA).await, Some(4));
    let row = welcome(&store, welcome_id(1, 5)).await;
    assert_eq!(row.state, WelcomeState::Skipped(SkipReason::Bot));
    assert!(row.member.bot);
    assert_eq!(row.member_number, Some(4));
    assert_eq!(store.due_welcomes(at(999), &[], 9, 9).await.expect("read"), []);
}

pub(crate) async fn episode_of_a_guild_without_count_has_no_number(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None), join(TEA, 1, 1), join(CHESS, 2, 2)]).await;
    assert_eq!(welcome(&store, welcome_id(1, 1)).await.member_number, None);
    assert_eq!(welcome(&store, welcome_id(2, 2)).await.member_number, None);
    assert_eq!(member_count(&store, TEA).await, None);
    commit(&store, vec![leave(TEA, 1)]).await;
    assert_eq!(member_count(&store, TEA).await, None);
}

pub(crate) async fn same_join_is_stored_once(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(1)), join(TEA, 1, 1)]).await;
    let mut again = episode(TEA, 1, 1);
    again.id = welcome_id(1, 2);
    let committed = commit(&store, vec![Effect::BeginEpisode(again)]).await;
    assert_eq!((committed.welcomes_queued, committed.episodes_repeated), (0, 1));
    assert_eq!(member_count(&store, TEA).await, Some(2));
    assert_eq!(store.history(TEA, 9).await.expect("read").len(), 1);
    assert_eq!(store.welcome(welcome_id(1, 2)).await.expect("read"), None);
}

pub(crate) async fn leave_lowers_the_count_once_and_skips_what_is_pending(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![guild(TEA, Some(1)), join(TEA, 1, 1), join(CHESS, 1, 2)],
    )
    .await;
    assert_eq!(commit(&store, vec![leave(TEA, 1)]).await.welcomes_skipped, 1);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(
        (row.state, row.left),
        (WelcomeState::Skipped(SkipReason::Left), true)
    );
    assert_eq!(
        welcome(&store, welcome_id(1, 2)).await.state,
        WelcomeState::Pending
    );
    assert_eq!(member_count(&store, TEA).await, Some(1));
    assert_eq!(commit(&store, vec![leave(TEA, 1)]).await.welcomes_skipped, 0);
    assert_eq!(
        member_count(&store, TEA).await,
        Some(1),
        "a leave told twice is one"
    );
    commit(&store, vec![join(TEA, 1, 60), leave(TEA, 1)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(1));
}

pub(crate) async fn leave_of_an_unknown_member_lowers_the_count_but_not_below_zero(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(1)), leave(TEA, 1)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(0));
    commit(&store, vec![leave(TEA, 2)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(0));
}

pub(crate) async fn leave_during_an_attempt_leaves_it_to_be_settled(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![join(TEA, 1, 1)]).await;
    attempt(&store, welcome_id(1, 1), 5).await.expect("taken");
    assert_eq!(commit(&store, vec![leave(TEA, 1)]).await.welcomes_skipped, 0);
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!((&row.state, row.left), (&WelcomeState::Sending, true));
    assert_eq!(store.due_welcomes(at(65), &[], 9, 9).await.expect("read"), [row]);
}

pub(crate) async fn new_episode_takes_the_place_of_a_welcome_that_still_waits(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![guild(TEA, Some(1)), join(TEA, 1, 1), join(TEA, 2, 1)],
    )
    .await;
    // The leave between them was missed.
    let committed = commit(&store, vec![join(TEA, 1, 400)]).await;
    assert_eq!((committed.welcomes_queued, committed.welcomes_skipped), (1, 1));
    let old = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!(
        (old.state, old.left),
        (WelcomeState::Skipped(SkipReason::Left), true)
    );
    for waiting in [welcome_id(1, 400), welcome_id(2, 1)] {
        assert_eq!(welcome(&store, waiting).await.state, WelcomeState::Pending);
    }
}

pub(crate) async fn new_episode_without_welcome_leaves_the_one_that_waits(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(1)), join(TEA, 1, 1)]).await;
    let mut quiet = episode(TEA, 1, 100);
    quiet.skip = Some(SkipReason::GreetedRecently);
    commit(&store, vec![Effect::BeginEpisode(quiet)]).await;
    assert_eq!(
        welcome(&store, welcome_id(1, 1)).await.state,
        WelcomeState::Pending
    );
}

async fn last(store: &Store, user: u64) -> Option<Episode> {
    store.episode(membership(TEA, user)).await.expect("read")
}

pub(crate) async fn newest_row_is_the_last_episode(options: &StoreOptions) {
    let store = open(options).await;
    assert_eq!(last(&store, 1).await, None);
    commit(
        &store,
        vec![join(TEA, 1, 1), leave(TEA, 1), join(TEA, 1, 60), join(TEA, 2, 90)],
    )
    .await;
    let expected = Episode {
        id: welcome_id(1, 60),
        joined_at: at(60),
        left: false,
        untold: false,
        greeted_at: Some(at(60)),
    };
    assert_eq!(last(&store, 1).await, Some(expected));
    commit(&store, vec![leave(TEA, 1)]).await;
    assert_eq!(
        last(&store, 1).await,
        Some(Episode {
            left: true,
            greeted_at: None,
            ..expected
        })
    );
}

pub(crate) async fn greeted_at_is_the_newest_welcome_that_was_or_may_have_been_posted(
    options: &StoreOptions,
) {
    let store = open(options).await;
    let greeted_at = async || last(&store, 1).await.expect("known").greeted_at;
    commit(&store, vec![join(TEA, 1, 1)]).await;
    assert_eq!(greeted_at().await, Some(at(1)), "pending: when it was queued");
    let id = welcome_id(1, 1);
    attempt(&store, id, 5).await.expect("taken");
    assert_eq!(greeted_at().await, Some(at(5)), "begun: when it was begun");
    attempt(&store, id, 70).await.expect("taken again");
    assert_eq!(greeted_at().await, Some(at(5)), "the first attempt decides");
    let sent = Outcome::Sent {
        message: Some(POST),
        channel: HALL,
        at: at(71),
    };
    store.settle(id, sent).await.expect("written");
    assert_eq!(greeted_at().await, Some(at(5)), "sent: when it was begun");

    // A later episode without a welcome does not hide the earlier one's.
    let mut recent = episode(TEA, 1, 80);
    recent.skip = Some(SkipReason::GreetedRecently);
    commit(&store, vec![leave(TEA, 1), Effect::BeginEpisode(recent)]).await;
    assert_eq!(
        last(&store, 1).await,
        Some(Episode {
            id: welcome_id(1, 80),
            joined_at: at(80),
            left: false,
            untold: false,
            greeted_at: Some(at(5))
        })
    );

    // Sent by the word of the gateway alone.
    let confirmed = Effect::ConfirmWelcome {
        id: welcome_id(1, 90),
        message: POST,
        channel: HALL,
        at: at(95),
    };
    commit(&store, vec![leave(TEA, 1), join(TEA, 1, 90), confirmed]).await;
    assert_eq!(greeted_at().await, Some(at(95)));
}

fn found(user: u64, n: u64) -> Effect {
    Effect::BeginEpisode(NewEpisode {
        found: true,
        ..episode(TEA, user, n)
    })
}

fn resume(user: u64, n: u64, greet: bool, screening: bool) -> Effect {
    Effect::ResumeEpisode {
        id: welcome_id(user, n),
        membership: membership(TEA, user),
        greet,
        screening,
        at: at(n + 9),
    }
}

pub(crate) async fn found_episode_is_untold_until_the_gateway_tells_of_it(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![found(1, 1), join(TEA, 2, 1)]).await;
    assert!(last(&store, 1).await.expect("known").untold);
    assert!(!last(&store, 2).await.expect("known").untold);
    let told = Effect::TellEpisode {
        id: welcome_id(1, 1),
        membership: membership(TEA, 1),
    };
    commit(&store, vec![told]).await;
    assert!(!last(&store, 1).await.expect("known").untold);
}

pub(crate) async fn episode_that_goes_on_is_greeted_once_and_counted(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(5)), found(1, 1), leave(TEA, 1)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(4));
    assert_eq!(
        commit(&store, vec![resume(1, 1, true, false)])
            .await
            .welcomes_queued,
        1
    );
    assert_eq!(member_count(&store, TEA).await, Some(5));
    let row = welcome(&store, welcome_id(1, 1)).await;
    assert_eq!((&row.state, row.left), (&WelcomeState::Pending, false));
    assert_eq!(
        store.due_welcomes(at(10), &[], 9, 9).await.expect("read"),
        std::slice::from_ref(&row)
    );
    // Told again, it changes nothing.
    assert_eq!(
        commit(&store, vec![resume(1, 1, true, false)])
            .await
            .welcomes_queued,
        0
    );
    assert_eq!(welcome(&store, welcome_id(1, 1)).await, row);
    assert_eq!(member_count(&store, TEA).await, Some(5));
}

pub(crate) async fn episode_that_goes_on_keeps_what_became_of_its_welcome(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![found(1, 1), found(2, 1), found(3, 1), found(4, 1)]).await;
    attempt(&store, welcome_id(1, 1), 5).await.expect("taken");
    let sent = Outcome::Sent {
        message: Some(POST),
        channel: HALL,
        at: at(6),
    };
    store.settle(welcome_id(1, 1), sent).await.expect("written");
    attempt(&store, welcome_id(2, 1), 5).await.expect("taken");
    for user in 1..=4 {
        let screening = user == 4;
        commit(
            &store,
            vec![leave(TEA, user), resume(user, 1, user != 3, screening)],
        )
        .await;
        assert!(!welcome(&store, welcome_id(user, 1)).await.left);
    }
    let state = async |user| welcome(&store, welcome_id(user, 1)).await.state;
    assert!(
        matches!(state(1).await, WelcomeState::Sent { .. }),
        "it was posted"
    );
    assert_eq!(state(2).await, WelcomeState::Sending, "it may be posted");
    assert_eq!(
        state(3).await,
        WelcomeState::Skipped(SkipReason::Left),
        "not to be greeted"
    );
    assert_eq!(store.in_screening(TEA).await.expect("read"), [UserId(4)]);
    assert_eq!(store.due_welcomes(at(30), &[], 9, 9).await.expect("read"), []);
}
