//! What holds of every place.

use std::collections::BTreeSet;

use assets::{Asset, AssetError, AssetStore, ContentHash, LEN_MAX};
use bytes::Bytes;

use crate::{HASH_OF_ABC, HOUR, hash, now};

pub(crate) async fn every_place_keeps_its_word(store: &AssetStore) {
    store.probe().await.expect("the place answers");
    assert_eq!(store.list().await.expect("listed"), []);
    bytes_come_back_by_their_hash(store).await;
    what_is_missing_is_said_to_be(store).await;
    what_is_too_large_is_refused(store).await;
    only_what_is_old_and_unused_is_collected(store).await;
    a_hundred_at_once_are_kept(store).await;
}

async fn bytes_come_back_by_their_hash(store: &AssetStore) {
    let abc = store.put(Bytes::from_static(b"abc")).await.expect("kept");
    assert_eq!(abc.to_string(), HASH_OF_ABC);
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
    // Once more, and nothing changes.
    assert_eq!(store.put(Bytes::from_static(b"abc")).await, Ok(abc));
    let listed = store.list().await.expect("listed");
    let [Asset { hash, len, kept_at }] = listed[..] else {
        panic!("{listed:?}")
    };
    assert_eq!((hash, len), (abc, 3));
    assert!(now().since(kept_at) < HOUR, "{kept_at}");

    let nothing = store.put(Bytes::new()).await.expect("kept");
    assert_eq!(store.get(&nothing).await.expect("there"), "");
    let large = Bytes::from(vec![7; 3 * 1024 * 1024]);
    let large_hash = store.put(large.clone()).await.expect("kept");
    assert_eq!(store.get(&large_hash).await.expect("there"), large);

    for hash in [abc, nothing, large_hash] {
        store.delete(&hash).await.expect("removed");
        store.delete(&hash).await.expect("removed already");
    }
    assert_eq!(store.list().await.expect("listed"), []);
}

async fn what_is_missing_is_said_to_be(store: &AssetStore) {
    let abc = hash(HASH_OF_ABC);
    let error = store.get(&abc).await.expect_err("missing");
    assert!(
        matches!(error, AssetError::Missing { hash, .. } if hash == abc),
        "{error}"
    );
    assert!(error.to_string().contains(HASH_OF_ABC), "{error}");
}

async fn what_is_too_large_is_refused(store: &AssetStore) {
    let too_large = Bytes::from(vec![0; LEN_MAX + 1]);
    let len = LEN_MAX + 1;
    assert_eq!(store.put(too_large).await, Err(AssetError::TooLarge { len }));
    assert_eq!(store.list().await.expect("listed"), []);
}

async fn only_what_is_old_and_unused_is_collected(store: &AssetStore) {
    let mut hashes = Vec::new();
    for file in ["used", "unused", "unused as well"] {
        hashes.push(store.put(Bytes::from(file)).await.expect("kept"));
    }
    let used = hashes[0];
    let keep = |hash: &ContentHash| *hash == used;
    let young = store.collect_unused(keep, HOUR, now()).await.expect("collected");
    assert_eq!((young.removed, young.stay), (0, 3));
    let later = now() + 2 * HOUR;
    let old = store.collect_unused(keep, HOUR, later).await.expect("collected");
    assert_eq!((old.removed, old.removed_len, old.stay), (2, 20, 1));
    assert_eq!(store.get(&used).await.expect("there"), "used");
    let rest = store
        .collect_unused(|_| false, HOUR, later)
        .await
        .expect("collected");
    assert_eq!((rest.removed, rest.stay), (1, 0));
    assert_eq!(store.list().await.expect("listed"), []);
}

async fn a_hundred_at_once_are_kept(store: &AssetStore) {
    let mut keeping = tokio::task::JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        // Each file is kept twice at once.
        keeping.spawn(async move { store.put(Bytes::from(format!("file {}", number / 2))).await });
    }
    let mut hashes = BTreeSet::new();
    for kept in keeping.join_all().await {
        hashes.insert(kept.expect("kept"));
    }
    let listed = store.list().await.expect("listed");
    let listed: BTreeSet<ContentHash> = listed.into_iter().map(|asset| asset.hash).collect();
    assert_eq!((hashes.len(), &listed), (50, &hashes));
    for hash in &hashes {
        store.get(hash).await.expect("there");
        store.delete(hash).await.expect("removed");
    }
}
