use domain::id::UserId;
use domain::settings::{Field, GuildSettings};
use proptest::prelude::*;

use super::*;

const NOW: UnixMs = UnixMs(1_790_000_000_000);
const TEA: GuildId = GuildId(7 << 22);

fn cache(bytes_max: usize) -> Cache {
    Cache::new(bytes_max, Duration::from_secs(3600))
}

fn settings(guild: GuildId, version: u64) -> StoredSettings {
    StoredSettings {
        version,
        settings: GuildSettings::of_stored([
            (Field::Language, "ja".to_owned()),
            (Field::WelcomeChannel, version.to_string()),
        ]),
        updated_at: NOW,
        updated_by: Some(UserId(version)),
        ..StoredSettings::none(guild)
    }
}

fn keep(cache: &Cache, guild: GuildId, version: u64) {
    cache.begin(guild).land(&settings(guild, version), NOW);
}

fn kept_version(cache: &Cache, guild: GuildId) -> Option<u64> {
    Some(cache.get(guild, NOW)?.version)
}

#[test]
fn kept_settings_are_given_back_whole_until_they_are_old() {
    let cache = cache(1 << 20);
    assert_eq!(cache.get(TEA, NOW), None);
    keep(&cache, TEA, 3);
    assert_eq!(cache.get(TEA, NOW), Some(settings(TEA, 3)));
    let last = NOW + Duration::from_millis(3_599_000);
    assert_eq!(cache.get(TEA, last), Some(settings(TEA, 3)));
    assert_eq!(cache.get(TEA, last + Duration::from_secs(1)), None);
    assert_eq!(cache.get(TEA, NOW), None, "what was old is gone");
    keep(&cache, TEA, 3);
    let set_back = NOW - Duration::from_secs(60);
    assert_eq!(cache.get(TEA, set_back), None, "of a time to come");
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.entries), (2, 4, 0));
}

#[test]
fn reading_that_was_overtaken_is_not_kept() {
    let cache = cache(1 << 20);
    type Overtake = fn(&Cache);
    let overtaking: [(&str, Overtake, Option<u64>); 5] = [
        ("by a change", |cache| keep(cache, TEA, 5), Some(5)),
        (
            "by a change that made room again",
            |cache| {
                keep(cache, TEA, 5);
                cache.shard(Place::of(TEA)).remove_if(Place::of(TEA), |_| true);
            },
            None,
        ),
        ("by news", |cache| cache.heard(TEA, 5), None),
        ("by an invalidation", |cache| cache.invalidate(TEA), None),
        ("by one of all", Cache::invalidate_all, None),
    ];
    for (how, overtake, kept) in overtaking {
        cache.invalidate_all();
        let (read, page) = (cache.begin(TEA), cache.begin_page());
        overtake(&cache);
        read.land(&settings(TEA, 4), NOW);
        page.land(&[settings(TEA, 4)], NOW);
        assert_eq!(kept_version(&cache, TEA), kept, "{how}");
    }
    // What is no older is kept.
    let read = cache.begin(TEA);
    cache.heard(TEA, 6);
    read.land(&settings(TEA, 6), NOW);
    assert_eq!(kept_version(&cache, TEA), Some(6));
    cache.heard(TEA, 6);
    cache.heard(TEA, 5);
    assert_eq!(
        kept_version(&cache, TEA),
        Some(6),
        "what is heard late is no reason to read anew"
    );
    cache.compare(TEA, 6);
    assert_eq!(kept_version(&cache, TEA), Some(6));
    cache.compare(TEA, 7);
    assert_eq!(kept_version(&cache, TEA), None);
}

#[test]
fn reading_that_is_given_up_leaves_no_trace() {
    let cache = cache(1 << 20);
    let given_up = cache.begin(TEA);
    cache.heard(TEA, 9);
    drop(given_up);
    drop(cache.begin_page());
    // A guild that was erased and begins anew has small versions again.
    keep(&cache, TEA, 1);
    assert_eq!(kept_version(&cache, TEA), Some(1));
}

#[test]
fn memory_stays_within_its_bound_and_what_is_used_stays() {
    let bytes_max = 2 << 20;
    let cache = cache(bytes_max);
    let often: Vec<_> = (0..500).map(|n| GuildId(n << 22)).collect();
    for guild in &often {
        keep(&cache, *guild, 1);
    }
    for n in 1_000..100_000 {
        keep(&cache, GuildId(n << 22), 1);
        let guild = often[usize::try_from(n).expect("small") % often.len()];
        if cache.get(guild, NOW).is_none() {
            keep(&cache, guild, 1);
        }
        if n % 1_000 == 0 {
            assert!(cache.stats().bytes <= bytes_max, "{:?}", cache.stats());
        }
    }
    let stats = cache.stats();
    assert!(stats.bytes > bytes_max / 10 * 9, "the room is used: {stats:?}");
    assert!(stats.entries > 30_000, "{stats:?}");
    let asked = stats.hits + stats.misses;
    assert!(stats.hits * 100 > asked * 95, "{stats:?}");
    let counted = (1_000..100_000)
        .map(|n| GuildId(n << 22))
        .chain(often)
        .filter(|guild| kept_version(&cache, *guild).is_some())
        .count();
    assert_eq!(counted, stats.entries);
}

#[test]
fn settings_larger_than_all_room_are_not_kept_and_harm_nobody() {
    let cache = cache(4_000);
    keep(&cache, GuildId(1), 1);
    let large = StoredSettings {
        settings: GuildSettings::of_stored([(Field::WelcomeTexts, "名".repeat(1_000))]),
        ..settings(TEA, 2)
    };
    cache.begin(TEA).land(&large, NOW);
    assert!(cache.stats().bytes <= 4_000);
    let larger = StoredSettings {
        settings: GuildSettings::of_stored([(Field::WelcomeTexts, "名".repeat(2_000))]),
        ..settings(TEA, 3)
    };
    cache.begin(TEA).land(&larger, NOW);
    assert_eq!(
        cache.get(TEA, NOW),
        None,
        "neither the large one nor what it replaced"
    );
}

/// What may happen to the settings of a few guilds.
#[derive(Clone, Debug)]
enum Step {
    /// A reading begins, and sees what is stored at once.
    Read(usize),
    /// A change is committed; its outcome is on its way.
    Change(usize),
    /// One of those that are under way arrives.
    Land(prop::sample::Index),
    ReadPage,
    LandPage,
    /// Somebody else's change, and the news of it.
    ChangeElsewhere(usize),
    Invalidate(usize),
    InvalidateAll,
    Get(usize),
    /// Others come and need room.
    Crowd(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let guild = 0..3_usize;
    let step = prop_oneof![
        4 => guild.clone().prop_map(Step::Read),
        3 => guild.clone().prop_map(Step::Change),
        6 => any::<prop::sample::Index>().prop_map(Step::Land),
        2 => Just(Step::ReadPage),
        2 => Just(Step::LandPage),
        1 => guild.clone().prop_map(Step::ChangeElsewhere),
        1 => guild.clone().prop_map(Step::Invalidate),
        1 => Just(Step::InvalidateAll),
        4 => guild.prop_map(Step::Get),
        2 => any::<u64>().prop_map(Step::Crowd),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    #[test]
    fn what_is_kept_is_never_older_than_what_was_known_here(steps in steps()) {
        // Room for the few and some of the crowd.
        let cache = cache(1_500);
        let guild = |n: usize| GuildId(n as u64 + 1);
        let (mut stored, mut known) = ([1_u64; 3], [0_u64; 3]);
        let mut flights = Vec::new();
        let mut page = None;
        for step in steps {
            match step {
                Step::Read(n) => flights.push((n, cache.begin(guild(n)), stored[n])),
                Step::Change(n) => {
                    let flight = cache.begin(guild(n));
                    stored[n] += 1;
                    flights.push((n, flight, stored[n]));
                }
                Step::Land(which) => {
                    if !flights.is_empty() {
                        let (n, flight, version) = flights.swap_remove(which.index(flights.len()));
                        flight.land(&settings(guild(n), version), NOW);
                        known[n] = known[n].max(version);
                    }
                }
                Step::ReadPage => {
                    // One at a time.
                    drop(page.take());
                    page = Some((cache.begin_page(), stored));
                }
                Step::LandPage => {
                    if let Some((flight, versions)) = page.take() {
                        let read: Vec<_> = (0..3).map(|n| settings(guild(n), versions[n])).collect();
                        flight.land(&read, NOW);
                        for n in 0..3 {
                            known[n] = known[n].max(versions[n]);
                        }
                    }
                }
                Step::ChangeElsewhere(n) => {
                    stored[n] += 1;
                    cache.heard(guild(n), stored[n]);
                    known[n] = stored[n];
                }
                Step::Invalidate(n) => {
                    cache.invalidate(guild(n));
                    known[n] = stored[n];
                }
                Step::InvalidateAll => {
                    cache.invalidate_all();
                    known = stored;
                }
                Step::Get(n) => {
                    if let Some(kept) = cache.get(guild(n), NOW) {
                        prop_assert!(kept.version >= known[n], "{} < {}", kept.version, known[n]);
                        prop_assert_eq!(kept, settings(guild(n), kept_version(&cache, guild(n)).expect("kept")));
                    }
                }
                Step::Crowd(other) => {
                    for n in 0..20 {
                        keep(&cache, GuildId(1_000 + other % 1_000 + n), 1);
                    }
                    prop_assert!(cache.stats().bytes <= 1_500);
                }
            }
        }
        for (n, flight, version) in flights {
            flight.land(&settings(guild(n), version), NOW);
        }
        drop(page);
        for (n, known) in known.into_iter().enumerate() {
            let version = kept_version(&cache, guild(n)).unwrap_or(u64::MAX);
            prop_assert!(version >= known, "{} < {}", version, known);
        }
    }
}
