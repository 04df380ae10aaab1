use domain::effect::Effect;
use domain::id::ChannelId;
use domain::welcome::{ParkReason, Parked};
use store::{Store, StoreOptions};

use super::words::*;

const PARKED: Parked = Parked {
    guild: TEA,
    channel: HALL,
    reason: ParkReason::NoAccess,
    since: domain::time::UnixMs(1_790_000_001_000),
};

pub(crate) async fn guild_is_parked_until_it_is_not(options: &StoreOptions) {
    let store = open(options).await;
    assert_eq!(store.parked(TEA).await.expect("read"), None);
    assert!(store.park(PARKED).await.expect("written"));
    let other = Parked {
        guild: CHESS,
        ..PARKED
    };
    assert!(store.park(other).await.expect("written"));
    for reason in ParkReason::ALL {
        let again = Parked {
            channel: ChannelId(71),
            reason,
            since: at(99),
            ..PARKED
        };
        assert!(!store.park(again).await.expect("written"), "no news");
        let expected = Parked {
            since: PARKED.since,
            ..again
        };
        assert_eq!(store.parked(TEA).await.expect("read"), Some(expected));
    }
    store.close().await;
    let store = Store::open(options).await.expect("opens");
    assert_eq!(store.all_parked().await.expect("read").len(), 2);
    assert!(store.unpark(TEA).await.expect("written"));
    assert!(!store.unpark(TEA).await.expect("written"));
    assert_eq!(store.all_parked().await.expect("read"), [other]);
}

pub(crate) async fn guild_that_is_left_is_not_parked(options: &StoreOptions) {
    let store = open(options).await;
    store.park(PARKED).await.expect("written");
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(store.parked(TEA).await.expect("read"), None);
}
