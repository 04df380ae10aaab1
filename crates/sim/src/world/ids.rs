//! Makes snowflakes.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Id;
use crate::clock::Clock;

/// Milliseconds between 1970 and Discord's epoch, 2015-01-01T00:00:00Z.
/// Source: Discord's documentation, "API Reference", heading "Snowflakes", read in August 2026.
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Makes ids. Things that are older than the simulation (accounts, guilds, channels) get theirs from the seed alone,
/// spread over years: shards and default avatars are chosen by an id's time. Things that happen (messages) get theirs
/// from the clock, each larger than the one before.
#[derive(Debug)]
pub struct IdMaker {
    rng: StdRng,
    clock: Clock,
    last: Id,
}

impl IdMaker {
    pub(crate) fn new(seed: u64, clock: Clock) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            clock,
            last: 0,
        }
    }

    /// The id of something made between 2016 and 2024.
    pub fn old(&mut self) -> Id {
        const FROM_MS: u64 = 31_536_000_000;
        const TO_MS: u64 = 10 * FROM_MS;
        (self.rng.random_range(FROM_MS..TO_MS) << 22) | self.rng.random_range(0..1 << 22)
    }

    /// The id of something that happens now.
    pub fn now(&mut self) -> Id {
        let since = self.clock.now_ms() - DISCORD_EPOCH_MS;
        let floor = u64::try_from(since).unwrap_or(0) << 22;
        self.last = floor.max(self.last + 1);
        self.last
    }

    /// 32 hexadecimal digits: the hash of a picture, or a session's id.
    pub fn hash(&mut self) -> String {
        format!("{:032x}", self.rng.random::<u128>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_clock_and_never_repeat() {
        let clock = Clock::standing_at(DISCORD_EPOCH_MS + 7);
        let mut ids = IdMaker::new(1, clock);
        let first = ids.now();
        assert_eq!(first >> 22, 7);
        assert!(ids.now() > first);
    }

    #[test]
    fn same_seed_makes_the_same_ids() {
        let make = |seed| {
            let mut ids = IdMaker::new(seed, Clock::standing_at(0));
            (ids.old(), ids.old(), ids.hash())
        };
        assert_eq!(make(3), make(3));
        assert_ne!(make(3), make(4));
    }
}
