use std::collections::BTreeMap;

use domain::effect::Effect;
use domain::welcome::{SkipReason, Welcome};
use store::{CountedWelcomes, OutboxCounts, Outcome, StoreOptions};

use super::words::*;

pub(crate) async fn history_is_newest_first(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![
            join(TEA, 2, 20),
            join(TEA, 1, 10),
            join(CHESS, 4, 40),
            join(TEA, 3, 30),
        ],
    )
    .await;
    let users = async |len_max| -> Vec<u64> {
        let history = store.history(TEA, len_max).await.expect("read");
        history.into_iter().map(|welcome| welcome.member.id.0).collect()
    };
    assert_eq!(users(9).await, [3, 2, 1]);
    assert_eq!(users(2).await, [3, 2]);
    assert_eq!(users(0).await, Vec::<u64>::new());
}

pub(crate) async fn newest_of_all_guilds_are_found_and_those_that_failed_among_them(options: &StoreOptions) {
    const FAILURES: &[SkipReason] = &[SkipReason::Stale, SkipReason::NoChannel];
    let store = open(options).await;
    assert_eq!(store.newest_welcomes(9).await.expect("read"), []);
    assert_eq!(store.unsettled_welcomes().await.expect("read"), 0);
    commit(
        &store,
        vec![
            join(TEA, 2, 20),
            join(CHESS, 4, 40),
            join(TEA, 1, 10),
            join(CHESS, 3, 30),
            join(TEA, 5, 50),
        ],
    )
    .await;
    attempt(&store, welcome_id(5, 50), 50).await.expect("taken");
    for (user, reason) in [
        (1, SkipReason::Stale),
        (2, SkipReason::NoChannel),
        (3, SkipReason::Left),
    ] {
        let skip = Outcome::Skip { reason, at: at(60) };
        let id = welcome_id(user, 10 * user);
        assert_eq!(store.settle(id, skip).await.expect("written"), 1);
    }
    let users = |welcomes: Vec<Welcome>| -> Vec<u64> {
        welcomes.into_iter().map(|welcome| welcome.member.id.0).collect()
    };
    let newest = async |len_max| users(store.newest_welcomes(len_max).await.expect("read"));
    assert_eq!(newest(9).await, [5, 4, 3, 2, 1]);
    assert_eq!(newest(2).await, [5, 4]);
    let failed = async |among, len_max| {
        let found = store.newest_skipped(FAILURES, among, len_max).await;
        users(found.expect("read"))
    };
    assert_eq!(failed(9, 9).await, [2, 1], "who left did not fail");
    assert_eq!(failed(4, 9).await, [2], "no more than asked for are looked at");
    assert_eq!(failed(9, 1).await, [2]);
    assert_eq!(failed(0, 9).await, Vec::<u64>::new());
    assert_eq!(store.unsettled_welcomes().await.expect("read"), 2);
}

pub(crate) async fn counts_go_by_state_and_reason(options: &StoreOptions) {
    let store = open(options).await;
    let all = async || store.count_welcomes(None, usize::MAX).await.expect("read");
    assert_eq!(all().await, CountedWelcomes::default());
    commit(&store, (1..=7).map(|user| join(TEA, user, user)).collect()).await;
    attempt(&store, welcome_id(1, 1), 10).await.expect("taken");
    for user in [2, 3] {
        let sent = Outcome::Sent {
            message: None,
            channel: HALL,
            at: at(10),
        };
        store.settle(welcome_id(user, user), sent).await.expect("written");
    }
    commit(&store, vec![leave(TEA, 4), leave(TEA, 5)]).await;
    let skip = Outcome::Skip {
        reason: SkipReason::Stale,
        at: at(10),
    };
    store.settle(welcome_id(6, 6), skip).await.expect("written");
    assert_eq!(
        all().await,
        CountedWelcomes {
            counts: OutboxCounts {
                pending: 1,
                sending: 1,
                sent: 2,
                skipped: BTreeMap::from([(SkipReason::Left, 2), (SkipReason::Stale, 1)]),
            },
            last: None,
        }
    );
}

pub(crate) async fn counts_of_portions_come_to_those_of_the_whole(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, (1..=7).map(|user| join(TEA, user, user)).collect()).await;
    commit(&store, vec![leave(TEA, 2), leave(TEA, 6)]).await;
    let portion = async |after, len_max| store.count_welcomes(after, len_max).await.expect("read");
    let whole = portion(None, 8).await;
    assert_eq!((whole.counts.total(), whole.last), (7, None));
    let first = portion(None, 3).await;
    assert_eq!(
        (first.counts.pending, first.counts.total()),
        (2, 3),
        "no more than asked for"
    );
    assert_eq!(first.last, Some(welcome_id(3, 3)));
    for len_max in 1..=7 {
        let (mut sum, mut after) = (OutboxCounts::default(), None);
        loop {
            let CountedWelcomes { counts, last } = portion(after, len_max).await;
            sum.add(counts);
            let Some(last) = last else { break };
            assert!(Some(last) > after);
            after = Some(last);
        }
        assert_eq!(sum, whole.counts, "portions of {len_max}");
    }
}

pub(crate) async fn pruning_deletes_what_is_old_and_settled(options: &StoreOptions) {
    let store = open(options).await;
    let sent = |user, seconds, settled| Effect::ConfirmWelcome {
        id: welcome_id(user, seconds),
        message: POST,
        channel: HALL,
        at: at(settled),
    };
    // More than one portion of old rows, and after each condition a row that fails it alone.
    let old = 1..=1200;
    let mut effects: Vec<_> = old
        .clone()
        .flat_map(|user| [join(TEA, user, 1), sent(user, 1, 2)])
        .collect();
    let (pending, begun, settled_late, joined_late, young) = (2001, 2002, 2003, 2004, 2005);
    effects.extend([join(TEA, pending, 1), join(TEA, begun, 1)]);
    effects.extend([join(TEA, settled_late, 1), sent(settled_late, 1, 100)]);
    let mut ahead = episode(TEA, joined_late, 1);
    ahead.joined_at = at(100);
    effects.extend([Effect::BeginEpisode(ahead), sent(joined_late, 1, 2)]);
    effects.extend([join(TEA, young, 100), sent(young, 100, 100)]);
    commit(&store, effects).await;
    attempt(&store, welcome_id(begun, 1), 2).await.expect("taken");

    assert_eq!(store.prune(at(1)).await.expect("written"), 0);
    assert_eq!(store.prune(at(100)).await.expect("written"), 1200);
    let mut kept: Vec<u64> = store
        .history(TEA, 9999)
        .await
        .expect("read")
        .into_iter()
        .map(|welcome| welcome.member.id.0)
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, [pending, begun, settled_late, joined_late, young]);
    let last = store.episode(membership(TEA, young)).await.expect("read");
    assert!(last.is_some(), "a young last episode stays");
}
