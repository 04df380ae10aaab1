use std::time::Duration;

use domain::effect::Effect;
use domain::guild::GuildFacts;
use domain::id::{GuildId, UserId};
use domain::shard::ShardKey;
use store::{Search, Store, StoreOptions};

use super::words::*;

const LATE: Duration = Duration::from_secs(10);
const ONLY: ShardKey = ShardKey { id: 0, count: 1 };

fn session(guilds: &[GuildId], seconds: u64) -> Effect {
    Effect::BeginSession {
        guilds: guilds.to_vec(),
        at: at(seconds),
        told_late_max: LATE,
    }
}

fn heard(shard: ShardKey, seconds: u64) -> Effect {
    Effect::HearUntil {
        shard,
        at: at(seconds),
    }
}

fn came_to(guild: GuildId, seconds: u64) -> Effect {
    Effect::WatchJoins {
        guild,
        since: at(seconds),
    }
}

fn search(seconds: u64, after: u64) -> Option<Search> {
    Some(Search {
        guild: TEA,
        since: at(seconds),
        after: UserId(after),
    })
}

async fn next(store: &Store) -> Option<Search> {
    store.next_search(at(5000)).await.expect("read")
}

pub(crate) async fn guild_that_is_new_is_not_searched(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![session(&[TEA], 100), guild(TEA, None)]).await;
    commit(&store, vec![guild(CHESS, None), came_to(CHESS, 120)]).await;
    assert_eq!(next(&store).await, None);
}

pub(crate) async fn guild_is_searched_from_where_its_shard_had_heard(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![session(&[TEA], 100), guild(TEA, None)]).await;
    commit(&store, vec![heard(ONLY, 300), heard(ONLY, 250)]).await;
    commit(&store, vec![session(&[TEA], 400)]).await;
    assert_eq!(next(&store).await, None, "its joins are not told yet");
    commit(&store, vec![guild(TEA, None)]).await;
    assert_eq!(next(&store).await, search(290, 0));
}

pub(crate) async fn search_does_not_reach_back_before_the_bot_came(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![session(&[TEA], 100)]).await;
    commit(
        &store,
        vec![heard(ONLY, 105), session(&[TEA], 200), guild(TEA, None)],
    )
    .await;
    assert_eq!(next(&store).await, search(100, 0), "the first start");
    // It was removed and invited again while no session lived.
    commit(&store, vec![came_to(TEA, 150), came_to(TEA, 50)]).await;
    assert_eq!(next(&store).await, search(150, 0));
    // A join was told from before: the clock that said 150 was ahead.
    commit(&store, vec![join(TEA, 1, 130)]).await;
    assert_eq!(next(&store).await, search(130, 0));
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(next(&store).await, None);
}

pub(crate) async fn search_goes_on_and_begins_anew_with_another_session(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![session(&[TEA], 100), heard(ONLY, 300), session(&[TEA], 400)],
    )
    .await;
    let on = |after, seconds| Effect::SearchOn {
        guild: TEA,
        after: UserId(after),
        at: at(seconds),
    };
    commit(&store, vec![guild(TEA, None), on(77, 500)]).await;
    assert_eq!(store.next_search(at(499)).await.expect("read"), None);
    assert_eq!(store.next_search(at(500)).await.expect("read"), search(290, 77));
    commit(
        &store,
        vec![heard(ONLY, 900), session(&[TEA], 1000), guild(TEA, None)],
    )
    .await;
    assert_eq!(
        next(&store).await,
        search(290, 0),
        "what was not looked through is not forgotten"
    );
    commit(&store, vec![Effect::EndSearch(TEA)]).await;
    assert_eq!(next(&store).await, None);
    commit(&store, vec![session(&[TEA], 1100), guild(TEA, None)]).await;
    assert_eq!(next(&store).await, search(890, 0));
}

pub(crate) async fn guilds_are_searched_by_turns(options: &StoreOptions) {
    let store = open(options).await;
    let both = [TEA, CHESS];
    commit(&store, vec![session(&both, 100), session(&both, 200)]).await;
    commit(&store, vec![guild(TEA, None), guild(CHESS, None)]).await;
    let mut turns = Vec::new();
    for turn in 1..=4 {
        let next = next(&store).await.expect("two are searched");
        turns.push(next.guild);
        let on = Effect::SearchOn {
            guild: next.guild,
            after: UserId(turn),
            at: at(1000 + turn),
        };
        commit(&store, vec![on]).await;
    }
    assert_eq!(turns, [TEA, CHESS, TEA, CHESS]);
}

pub(crate) async fn watermark_outlives_another_number_of_shards(options: &StoreOptions) {
    let store = open(options).await;
    let (old, new) = (ShardKey::of(TEA, 2), ShardKey::of(TEA, 3));
    let other = ShardKey {
        id: 1 - old.id,
        count: 2,
    };
    commit(
        &store,
        vec![session(&[TEA], 100), heard(old, 300), heard(other, 350)],
    )
    .await;
    commit(&store, vec![session(&[TEA], 400), guild(TEA, None)]).await;
    assert_eq!(
        next(&store).await,
        search(290, 0),
        "as far as its own shard heard"
    );
    commit(&store, vec![Effect::EndSearch(TEA), heard(new, 500)]).await;
    commit(&store, vec![session(&[TEA], 600), guild(TEA, None)]).await;
    assert_eq!(next(&store).await, search(490, 0));
}

pub(crate) async fn found_member_is_in_the_count_already(options: &StoreOptions) {
    let store = open(options).await;
    let mut found = episode(TEA, 1, 5);
    found.found = true;
    commit(&store, vec![guild(TEA, Some(41)), Effect::BeginEpisode(found)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(41));
    assert_eq!(welcome(&store, welcome_id(1, 5)).await.member_number, Some(41));
    let facts: Option<GuildFacts> = store.guild(TEA).await.expect("read");
    assert!(facts.is_some());
}
