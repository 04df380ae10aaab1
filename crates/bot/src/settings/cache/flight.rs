//! Settings on their way from the database.

use domain::settings::StoredSettings;
use domain::time::UnixMs;

use super::{Cache, Place, lock, seconds};
use crate::settings::packed;

/// A reading or writing of one guild's settings. What it brings is kept unless something newer became known since it
/// began; it may be dropped.
pub(in crate::settings) struct Flight<'a> {
    cache: &'a Cache,
    place: Place,
}

impl<'a> Flight<'a> {
    pub(super) fn begin(cache: &'a Cache, place: Place) -> Self {
        cache.shard(place).begin(place.guild);
        Self { cache, place }
    }

    /// The settings as they were at some time since it began.
    pub(in crate::settings) fn land(self, stored: &StoredSettings, now: UnixMs) {
        let mut bytes = Vec::new();
        packed::pack(stored, &mut bytes);
        self.cache
            .shard(self.place)
            .land(self.place, stored.version, seconds(now), &bytes);
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.cache.shard(self.place).end(self.place.guild);
    }
}

/// A reading of many guilds' settings, as [`Flight`].
pub(in crate::settings) struct PageFlight<'a> {
    cache: &'a Cache,
}

impl<'a> PageFlight<'a> {
    pub(super) fn begin(cache: &'a Cache) -> Self {
        for shard in &cache.shards {
            lock(shard).begin_page();
        }
        Self { cache }
    }

    pub(in crate::settings) fn land(self, page: &[StoredSettings], now: UnixMs) {
        let now = seconds(now);
        let mut bytes = Vec::new();
        for stored in page {
            let place = Place::of(stored.guild);
            bytes.clear();
            packed::pack(stored, &mut bytes);
            // What was read together is not read anew all at once.
            let read_at = now - age(place, self.cache.time_to_live_s).min(now);
            self.cache
                .shard(place)
                .land_of_page(place, stored.version, read_at, &bytes);
        }
    }
}

impl Drop for PageFlight<'_> {
    fn drop(&mut self) {
        for shard in &self.cache.shards {
            lock(shard).end_page();
        }
    }
}

/// Up to an eighth of the time to live.
fn age(place: Place, time_to_live_s: u32) -> u32 {
    let part = (u64::from(time_to_live_s / 8) * (place.hash >> 40)) >> 24;
    u32::try_from(part).expect("less than the time to live")
}
