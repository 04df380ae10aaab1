use store::upkeep::{self, UpkeepError, version_known};
use store::{OpenError, ServerError, Store, StoreOptions};

use super::words::*;

pub(crate) async fn older_schema_is_refused_where_it_is_not_to_be_migrated(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    store.close().await;
    let newest = version_known();
    let careful = StoreOptions {
        migrate: false,
        ..options.clone()
    };
    open(&careful).await.close().await;
    upkeep::migrate(&options.place, newest, newest - 1, None)
        .await
        .expect("taken back");
    let error = Store::open(&careful).await.expect_err("this must be refused");
    let message = error.to_string();
    for part in [
        &format!("version {}", newest - 1),
        &format!("version {newest}"),
        "droas db migrate",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    let (OpenError::Older { found, known, .. } | OpenError::Server(ServerError::Older { found, known, .. })) =
        error
    else {
        panic!("{error}")
    };
    assert_eq!((found, known), (newest - 1, newest));
    assert_eq!(
        upkeep::version(&options.place).await.expect("readable"),
        newest - 1
    );
    let store = open(options).await;
    assert_eq!(member_count(&store, TEA).await, Some(5));
    assert_eq!(upkeep::version(&options.place).await.expect("readable"), newest);
}

pub(crate) async fn schema_is_taken_back_when_nobody_uses_it_and_from_the_version_that_was_named(
    options: &StoreOptions,
) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(5)), join(TEA, 1, 0)]).await;
    let newest = version_known();
    let refused = upkeep::migrate(&options.place, newest, newest - 1, None).await;
    assert!(
        matches!(
            refused,
            Err(UpkeepError::Open(OpenError::InUse { .. }) | UpkeepError::Connected { .. })
        ),
        "{refused:?}"
    );
    store.close().await;
    let refused = upkeep::migrate(&options.place, newest - 1, newest - 2, None).await;
    assert!(
        matches!(refused, Err(UpkeepError::VersionChanged { found, .. }) if found == newest),
        "{refused:?}"
    );
    let rows = upkeep::database_status(&options.place).await.expect("readable");
    for version in (2..=newest).rev() {
        assert!(upkeep::lost_below(version).is_some());
        let done = upkeep::migrate(&options.place, version, version - 1, None).await;
        assert_eq!(done.expect("taken back"), None);
    }
    upkeep::migrate(&options.place, 1, newest, None)
        .await
        .expect("brought up to date");
    let again = upkeep::database_status(&options.place).await.expect("readable");
    let count = |status: &upkeep::DatabaseStatus, name: &str| {
        let table = status.tables.iter().find(|table| table.table == name);
        table.map(|table| table.rows)
    };
    for table in ["guild", "welcome"] {
        assert_eq!(count(&again, table), count(&rows, table), "{table}");
    }
    let store = open(options).await;
    assert_eq!(member_count(&store, TEA).await, Some(6));
}
