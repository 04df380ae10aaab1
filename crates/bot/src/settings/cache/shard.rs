//! A part of the cache, under one lock.

use std::collections::HashMap;

use domain::id::GuildId;
use domain::settings::StoredSettings;

use super::bucket::Bucket;
use super::{Place, SettingsStats};
use crate::settings::packed;

/// When a bucket is fuller than this on average, there are twice as many.
const BUCKET_LEN_MEAN_MAX: usize = 512;

pub(super) struct Shard {
    /// As many as a power of two.
    buckets: Vec<Bucket>,
    /// The bucket that makes room next.
    hand: usize,
    bytes: usize,
    bytes_max: usize,
    entries: usize,
    hits: u64,
    misses: u64,
    evictions: u64,
    /// Guilds whose settings are being read or written.
    flights: HashMap<GuildId, Flying>,
    /// While many are being read.
    page: Option<Page>,
}

/// A reading of many guilds' settings.
#[derive(Default)]
struct Page {
    /// The guilds of which a version became known since it began.
    overtaken_by: HashMap<GuildId, u64>,
    /// Nothing of it is to be kept.
    is_void: bool,
}

/// Readings and writings of one guild's settings.
#[derive(Default)]
struct Flying {
    count: usize,
    /// The newest version that was heard of since the first of them began: what they bring is kept only when it is no
    /// older.
    overtaken_by: u64,
}

impl Shard {
    pub(super) fn new(bytes_max: usize) -> Self {
        let mut shard = Self {
            buckets: Vec::new(),
            hand: 0,
            bytes: 0,
            bytes_max,
            entries: 0,
            hits: 0,
            misses: 0,
            evictions: 0,
            flights: HashMap::new(),
            page: None,
        };
        shard.begin_empty();
        shard
    }

    fn begin_empty(&mut self) {
        self.buckets = vec![Bucket::default()];
        self.bytes = Bucket::OVERHEAD;
        self.entries = 0;
        self.hand = 0;
    }

    pub(super) fn get(&mut self, place: Place, now: u32, time_to_live: u32) -> Option<StoredSettings> {
        let bucket = self.bucket(place);
        let Some(entry) = bucket.find(place.guild) else {
            self.misses += 1;
            return None;
        };
        // A clock that was set back is a reason to read anew, too.
        let is_fresh = now
            .checked_sub(entry.read_at)
            .is_some_and(|age| age < time_to_live);
        if !is_fresh {
            self.misses += 1;
            self.remove_if(place, |_| true);
            return None;
        }
        bucket.used(entry);
        let stored = packed::unpack(place.guild, bucket.packed(entry));
        self.hits += 1;
        Some(stored)
    }

    pub(super) fn begin(&mut self, guild: GuildId) {
        self.flights.entry(guild).or_default().count += 1;
    }

    pub(super) fn end(&mut self, guild: GuildId) {
        if let Some(flying) = self.flights.get_mut(&guild) {
            flying.count -= 1;
            if flying.count == 0 {
                self.flights.remove(&guild);
            }
        }
    }

    pub(super) fn begin_page(&mut self) {
        self.page = Some(Page::default());
    }

    pub(super) fn end_page(&mut self) {
        self.page = None;
    }

    /// A version became known: what is under way and older is not kept.
    pub(super) fn overtake(&mut self, place: Place, version: u64) {
        if let Some(flying) = self.flights.get_mut(&place.guild) {
            flying.overtaken_by = flying.overtaken_by.max(version);
        }
        if let Some(page) = &mut self.page {
            let overtaken_by = page.overtaken_by.entry(place.guild).or_default();
            *overtaken_by = (*overtaken_by).max(version);
        }
    }

    /// Keeps what a flight of this guild brought, unless it was overtaken.
    pub(super) fn land(&mut self, place: Place, version: u64, read_at: u32, packed: &[u8]) {
        let flying = self.flights.get(&place.guild);
        let is_wanted = flying.is_none_or(|flying| version >= flying.overtaken_by);
        self.arrive(place, version, is_wanted.then_some((read_at, packed)));
    }

    /// As [`Shard::land`], for a guild of a page.
    pub(super) fn land_of_page(&mut self, place: Place, version: u64, read_at: u32, packed: &[u8]) {
        let is_wanted = self.page.as_ref().is_some_and(|page| {
            let overtaken_by = page.overtaken_by.get(&place.guild);
            !page.is_void && overtaken_by.is_none_or(|by| version >= *by)
        });
        self.arrive(place, version, is_wanted.then_some((read_at, packed)));
    }

    fn arrive(&mut self, place: Place, version: u64, wanted: Option<(u32, &[u8])>) {
        self.overtake(place, version);
        match wanted {
            Some((read_at, packed)) => self.put(place, read_at, packed),
            // Not to be kept itself, but what is older no more than it.
            None => self.remove_if(place, |kept| packed::version(kept) < version),
        }
    }

    fn put(&mut self, place: Place, read_at: u32, packed: &[u8]) {
        self.remove_if(place, |_| true);
        if Bucket::bytes_of(packed) + Bucket::OVERHEAD > self.bytes_max {
            return;
        }
        self.change(place, |bucket| bucket.push(place.guild, read_at, packed));
        self.entries += 1;
        if self.bytes > self.buckets.len() * (Bucket::OVERHEAD + BUCKET_LEN_MEAN_MAX) {
            self.spread();
        }
        while self.bytes > self.bytes_max {
            self.make_room();
        }
    }

    /// Lets go of a guild of whose packed settings that is true.
    pub(super) fn remove_if(&mut self, place: Place, is_wanted: impl Fn(&[u8]) -> bool) {
        let bucket = self.bucket(place);
        let found = bucket.find(place.guild);
        if let Some(entry) = found.filter(|entry| is_wanted(bucket.packed(*entry))) {
            self.change(place, |bucket| bucket.remove(entry));
            self.entries -= 1;
        }
    }

    /// Lets go of all, and of what is under way.
    pub(super) fn clear(&mut self) {
        self.begin_empty();
        for flying in self.flights.values_mut() {
            flying.overtaken_by = u64::MAX;
        }
        if let Some(page) = &mut self.page {
            page.is_void = true;
        }
    }

    pub(super) fn stats(&self) -> SettingsStats {
        SettingsStats {
            hits: self.hits,
            misses: self.misses,
            evictions: self.evictions,
            entries: self.entries,
            bytes: self.bytes,
        }
    }

    fn make_room(&mut self) {
        let bucket = &mut self.buckets[self.hand];
        let before = bucket.bytes();
        let removed = bucket.sweep();
        self.bytes = self.bytes + bucket.bytes() - before;
        self.entries -= removed;
        self.evictions += removed as u64;
        self.hand = (self.hand + 1) % self.buckets.len();
    }

    /// Twice as many buckets.
    fn spread(&mut self) {
        let count = self.buckets.len() * 2;
        let old = std::mem::take(&mut self.buckets);
        self.buckets.resize_with(count, Bucket::default);
        for bucket in &old {
            for entry in bucket.entries() {
                let place = Place::of(entry.guild);
                bucket.copy_to(entry, self.bucket(place));
            }
        }
        self.bytes = self.buckets.iter().map(Bucket::bytes).sum();
        self.hand = 0;
    }

    fn bucket(&mut self, place: Place) -> &mut Bucket {
        let at = self.at(place);
        &mut self.buckets[at]
    }

    fn change(&mut self, place: Place, change: impl FnOnce(&mut Bucket)) {
        let at = self.at(place);
        let bucket = &mut self.buckets[at];
        let before = bucket.bytes();
        change(bucket);
        self.bytes = self.bytes + bucket.bytes() - before;
    }

    fn at(&self, place: Place) -> usize {
        let lower = usize::try_from(place.hash & 0xffff_ffff).expect("half of a u64 fits");
        lower & (self.buckets.len() - 1)
    }
}
