//! Who joins where, and when.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A quiet guild has a join this often, and another one's at another moment.
const QUIET_EVERY: Duration = Duration::from_secs(5);

/// Somebody who joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// When, from the beginning.
    pub(super) at: Duration,
    /// Which guild of its kind.
    pub(super) guild: usize,
    /// The guild is a quiet one.
    pub(super) quiet: bool,
}

/// A rush: `joins` spread evenly over `within` and over `guilds`; all at the same moment when it is zero.
pub(super) fn rush(joins: u32, guilds: u32, within: Duration) -> Vec<Arrival> {
    (0..joins)
        .map(|number| Arrival {
            at: within.mul_f64(f64::from(number) / f64::from(joins)),
            guild: (number % guilds) as usize,
            quiet: false,
        })
        .collect()
}

/// A join each now and then in each of the quiet guilds, for so long.
pub(super) fn now_and_then(guilds: u32, lasting: Duration, seed: u64) -> Vec<Arrival> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut arrivals = Vec::new();
    for guild in 0..guilds {
        let mut at = QUIET_EVERY.mul_f64(random.random());
        while at < lasting {
            arrivals.push(Arrival {
                at,
                guild: guild as usize,
                quiet: true,
            });
            at += QUIET_EVERY;
        }
    }
    arrivals.sort_by_key(|arrival| arrival.at);
    arrivals
}

/// Both, in the order of time.
pub(super) fn together(mut some: Vec<Arrival>, others: Vec<Arrival>) -> Vec<Arrival> {
    some.extend(others);
    some.sort_by_key(|arrival| arrival.at);
    some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rush_is_spread_over_guilds_and_time() {
        let crowd = rush(10, 5, Duration::from_secs(10));
        assert_eq!(crowd[9].at, Duration::from_secs(9));
        assert!((0..5).all(|guild| crowd.iter().filter(|one| one.guild == guild).count() == 2));
        assert!(
            rush(10, 5, Duration::ZERO)
                .iter()
                .all(|one| one.at == Duration::ZERO)
        );
    }

    #[test]
    fn quiet_guilds_have_a_join_every_five_seconds() {
        let crowd = now_and_then(3, Duration::from_secs(20), 1);
        assert_eq!(crowd.len(), 12);
        assert!(crowd.iter().all(|one| one.quiet));
        let both = together(rush(5, 1, Duration::from_secs(20)), crowd);
        assert!(both.is_sorted_by_key(|one| one.at));
    }
}
