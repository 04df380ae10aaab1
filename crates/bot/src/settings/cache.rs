//! What is kept of settings: bounded in bytes, and never older than what was read or written here last.
//!
//! A kept guild costs its packed settings and some 20 bytes: guilds lie side by side in [`Bucket`]s of half a kilobyte,
//! which are found by hash and searched from end to end. Who was not asked for of late makes room, by a hand that goes
//! around the buckets (the clock algorithm, an approximation of "least recently used" that keeps no list).

mod bucket;
mod flight;
mod shard;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::GuildId;
use domain::settings::StoredSettings;
use domain::time::UnixMs;

use super::packed;
pub(super) use flight::{Flight, PageFlight};
use shard::Shard;

/// Locks that are held apart, at most; each for well under a microsecond.
const SHARDS_MAX: usize = 64;
/// The least room of a shard: more than the largest settings take.
const SHARD_BYTES_MIN: usize = 1 << 20;

/// What is kept, and how often it was of use. The numbers are read one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettingsStats {
    /// Times that settings were asked for and kept.
    pub hits: u64,
    /// Times that they had to be read.
    pub misses: u64,
    /// Guilds that made room for others.
    pub evictions: u64,
    /// Guilds that are kept.
    pub entries: usize,
    /// Memory that they take.
    pub bytes: usize,
}

pub(super) struct Cache {
    shards: Box<[Mutex<Shard>]>,
    time_to_live_s: u32,
}

/// Where a guild is kept.
#[derive(Clone, Copy)]
struct Place {
    guild: GuildId,
    hash: u64,
}

impl Cache {
    pub(super) fn new(bytes_max: usize, time_to_live: Duration) -> Self {
        let count = (bytes_max / SHARD_BYTES_MIN).clamp(1, SHARDS_MAX);
        Self {
            shards: (0..count)
                .map(|_| Mutex::new(Shard::new(bytes_max / count)))
                .collect(),
            time_to_live_s: u32::try_from(time_to_live.as_secs()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn get(&self, guild: GuildId, now: UnixMs) -> Option<StoredSettings> {
        let place = Place::of(guild);
        let mut shard = self.shard(place);
        shard.get(place, seconds(now), self.time_to_live_s)
    }

    /// A reading or writing of a guild's settings begins.
    pub(super) fn begin(&self, guild: GuildId) -> Flight<'_> {
        Flight::begin(self, Place::of(guild))
    }

    /// A reading of many guilds begins; one at a time.
    pub(super) fn begin_page(&self) -> PageFlight<'_> {
        PageFlight::begin(self)
    }

    /// A guild's settings have this version now, or a later one.
    pub(super) fn heard(&self, guild: GuildId, version: u64) {
        let place = Place::of(guild);
        let mut shard = self.shard(place);
        shard.overtake(place, version);
        shard.remove_if(place, |packed| packed::version(packed) < version);
    }

    /// A guild's settings had this version just now.
    pub(super) fn compare(&self, guild: GuildId, version: u64) {
        let place = Place::of(guild);
        let mut shard = self.shard(place);
        shard.overtake(place, version);
        shard.remove_if(place, |packed| packed::version(packed) != version);
    }

    pub(super) fn invalidate(&self, guild: GuildId) {
        let place = Place::of(guild);
        let mut shard = self.shard(place);
        shard.overtake(place, u64::MAX);
        shard.remove_if(place, |_| true);
    }

    pub(super) fn invalidate_all(&self) {
        for shard in &self.shards {
            lock(shard).clear();
        }
    }

    pub(super) fn stats(&self) -> SettingsStats {
        let mut sum = SettingsStats::default();
        for shard in &self.shards {
            let shard = lock(shard);
            let stats = shard.stats();
            sum.hits += stats.hits;
            sum.misses += stats.misses;
            sum.evictions += stats.evictions;
            sum.entries += stats.entries;
            sum.bytes += stats.bytes;
        }
        sum
    }

    fn shard(&self, place: Place) -> MutexGuard<'_, Shard> {
        // The upper bits; buckets are found by the lower ones.
        let at = (u128::from(place.hash) * self.shards.len() as u128) >> 64;
        lock(&self.shards[usize::try_from(at).expect("below the number of shards")])
    }
}

impl Place {
    fn of(guild: GuildId) -> Self {
        // The finalizer of SplitMix64: ids differ mostly in the bits of their time.
        let mut hash = guild.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        Self { guild, hash }
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A time in seconds, which four bytes hold until the year 2106.
fn seconds(time: UnixMs) -> u32 {
    u32::try_from(time.0.max(0) / 1000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
