use domain::welcome::{ParkReason, Parked};
use store::{OpenWelcomes, Outcome, StoreOptions};

use super::words::*;

pub(crate) async fn open_welcomes_are_counted_and_wait_as_long_as_the_oldest(options: &StoreOptions) {
    let store = open(options).await;
    let waits = async || store.open_welcomes().await.expect("read");
    assert_eq!(waits().await, OpenWelcomes::default());
    commit(
        &store,
        vec![join(TEA, 1, 10), join(CHESS, 2, 20), join(CHESS, 3, 30)],
    )
    .await;
    let since = |pending, seconds| OpenWelcomes {
        pending,
        sending: 0,
        queued_at: Some(at(seconds)),
        due_at: Some(at(seconds)),
    };
    assert_eq!(waits().await, since(3, 10));
    // Where nobody can be greeted, welcomes wait, which is known and no news.
    let parked = Parked {
        guild: TEA,
        channel: HALL,
        reason: ParkReason::NoAccess,
        since: at(40),
    };
    assert!(store.park(parked).await.expect("written"));
    assert_eq!(
        waits().await,
        OpenWelcomes {
            queued_at: Some(at(20)),
            ..since(3, 10)
        }
    );
    assert!(store.unpark(TEA).await.expect("written"));
    for (user, second) in [(1, 10), (2, 20)] {
        let sent = Outcome::Sent {
            message: None,
            channel: HALL,
            at: at(60),
        };
        assert_eq!(
            store
                .settle(welcome_id(user, second), sent)
                .await
                .expect("written"),
            1
        );
    }
    assert_eq!(waits().await, since(1, 30));
    attempt(&store, welcome_id(3, 30), 70).await.expect("taken");
    let open = waits().await;
    assert_eq!((open.pending, open.sending), (0, 1));
    assert_eq!(open.queued_at, Some(at(30)));
}

pub(crate) async fn work_is_counted_and_timed_and_takes_room(options: &StoreOptions) {
    let store = open(options).await;
    let before = store.stats();
    commit(&store, vec![join(TEA, 1, 10)]).await;
    store.history(TEA, 1).await.expect("read");
    let after = store.stats();
    assert_eq!(after.write_took.count(), before.write_took.count() + 1);
    assert_eq!(after.read_took.count(), before.read_took.count() + 1);
    assert_eq!((after.writes_waiting, after.failures), (0, 0));
    assert!(store.size().await.expect("read").bytes > 0);
    store.close().await;
    store.history(TEA, 1).await.expect_err("it is closed");
    assert_eq!(store.stats().failures, 1);
}
