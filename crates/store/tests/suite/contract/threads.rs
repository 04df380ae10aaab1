use std::collections::BTreeMap;

use domain::effect::Effect;
use domain::id::{ChannelId, GuildId};
use domain::thread::{Thread, ThreadChange, ThreadNews};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{Store, StoreOptions};

use super::words::*;

fn thread(id: u64, parent: u64) -> Thread {
    Thread {
        id: ChannelId(id),
        parent: ChannelId(parent),
    }
}

fn told(guild: GuildId, change: ThreadChange) -> Effect {
    Effect::ChangeThreads(ThreadNews { guild, change })
}

fn listed(guild: GuildId, parents: Option<&[u64]>, threads: &[Thread]) -> Effect {
    let parents = parents.map(|parents| parents.iter().map(|id| ChannelId(*id)).collect());
    told(
        guild,
        ThreadChange::Listed {
            parents,
            threads: threads.to_vec(),
        },
    )
}

async fn parents<const N: usize>(store: &Store, guild: GuildId, threads: [u64; N]) -> [Option<u64>; N] {
    let mut parents = [None; N];
    for (parent, thread) in parents.iter_mut().zip(threads) {
        let known = store.thread_parent(guild, ChannelId(thread)).await;
        *parent = known.expect("read").map(|parent| parent.0);
    }
    parents
}

pub(crate) async fn thread_has_a_parent_in_its_guild_until_it_is_gone(options: &StoreOptions) {
    let store = open(options).await;
    let big = u64::MAX;
    let there = |guild, id, parent| told(guild, ThreadChange::There(thread(id, parent)));
    commit(&store, vec![there(TEA, 1, 70), there(TEA, big, big - 1)]).await;
    commit(&store, vec![there(TEA, 1, 70), there(CHESS, 2, 80)]).await;
    assert_eq!(
        parents(&store, TEA, [1, big, 2]).await,
        [Some(70), Some(big - 1), None]
    );
    assert_eq!(parents(&store, CHESS, [1, 2]).await, [None, Some(80)]);
    commit(&store, vec![told(TEA, ThreadChange::Gone(ChannelId(1)))]).await;
    commit(&store, vec![told(TEA, ThreadChange::Gone(ChannelId(2)))]).await;
    assert_eq!(
        parents(&store, TEA, [1, big, 2]).await,
        [None, Some(big - 1), None]
    );
    assert_eq!(
        parents(&store, CHESS, [2]).await,
        [Some(80)],
        "another guild's stays"
    );
}

pub(crate) async fn list_takes_away_what_it_does_not_name_of_the_channels_that_it_is_of(
    options: &StoreOptions,
) {
    let store = open(options).await;
    let first = [thread(1, 70), thread(2, 70), thread(3, 71)];
    commit(
        &store,
        vec![listed(TEA, None, &first), listed(CHESS, None, &[thread(9, 70)])],
    )
    .await;
    commit(&store, vec![listed(TEA, Some(&[70, 72]), &[thread(2, 70)])]).await;
    assert_eq!(
        parents(&store, TEA, [1, 2, 3]).await,
        [None, Some(70), Some(71)],
        "the third is of a channel that the list is not of"
    );
    commit(
        &store,
        vec![listed(TEA, None, &[thread(3, 71), thread(4, 71), thread(4, 72)])],
    )
    .await;
    assert_eq!(
        parents(&store, TEA, [1, 2, 3, 4]).await,
        [None, None, Some(71), Some(72)]
    );
    commit(&store, vec![listed(TEA, None, &[])]).await;
    assert_eq!(parents(&store, TEA, [1, 2, 3, 4]).await, [None; 4]);
    assert_eq!(parents(&store, CHESS, [9]).await, [Some(70)]);
}

pub(crate) async fn guild_that_is_left_loses_its_threads(options: &StoreOptions) {
    let store = open(options).await;
    let both = [TEA, CHESS].map(|id| [guild(id, None), listed(id, None, &[thread(1, 70)])]);
    commit(&store, both.concat()).await;
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(parents(&store, TEA, [1]).await, [None]);
    assert_eq!(parents(&store, CHESS, [1]).await, [Some(70)]);
    commit(&store, vec![guild(TEA, None)]).await;
    assert_eq!(parents(&store, TEA, [1]).await, [None], "also when it comes back");
}

pub(crate) async fn threads_are_those_of_all_that_was_told_in_any_batches(options: &StoreOptions) {
    let store = open(options).await;
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        // Of each seed's own, so that none finds what another left.
        let guilds = [1, 2].map(|n| GuildId((2 * seed + n) << 22));
        let mut known: BTreeMap<(GuildId, u64), u64> = BTreeMap::new();
        let mut batch = Vec::new();
        for _ in 0..40 {
            let guild = guilds[rng.random_range(0..2)];
            let (effect, change) = news(guild, &mut rng);
            batch.push(effect);
            apply(&mut known, guild, &change);
            if rng.random_bool(0.3) {
                commit(&store, std::mem::take(&mut batch)).await;
                for guild in guilds {
                    let told = parents(&store, guild, [1, 2, 3, 4, 5]).await;
                    let right = [1, 2, 3, 4, 5].map(|id| known.get(&(guild, id)).copied());
                    assert_eq!(told, right, "seed {seed}");
                }
            }
        }
    }
}

fn news(guild: GuildId, rng: &mut StdRng) -> (Effect, ThreadChange) {
    let mut any = || thread(rng.random_range(1..6), rng.random_range(70..73));
    let threads = [any(), any(), any()];
    let change = match rng.random_range(0..5) {
        0 => ThreadChange::Gone(threads[0].id),
        1 => ThreadChange::Listed {
            parents: None,
            threads: threads[rng.random_range(0..3)..].to_vec(),
        },
        2 => ThreadChange::Listed {
            parents: Some(vec![threads[0].parent, threads[1].parent]),
            threads: threads[rng.random_range(1..=3)..].to_vec(),
        },
        _ => ThreadChange::There(threads[0]),
    };
    (told(guild, change.clone()), change)
}

/// What it comes to, in the words of [`ThreadChange`].
fn apply(known: &mut BTreeMap<(GuildId, u64), u64>, guild: GuildId, change: &ThreadChange) {
    match change {
        ThreadChange::There(thread) => drop(known.insert((guild, thread.id.0), thread.parent.0)),
        ThreadChange::Gone(thread) => drop(known.remove(&(guild, thread.0))),
        ThreadChange::Listed { parents, threads } => {
            known.retain(|(of, _), parent| {
                let concerned = parents
                    .as_ref()
                    .is_none_or(|parents| parents.contains(&ChannelId(*parent)));
                *of != guild || !concerned
            });
            known.extend(
                threads
                    .iter()
                    .map(|thread| ((guild, thread.id.0), thread.parent.0)),
            );
        }
    }
}
