//! What a simulated Discord saw of a bot's work: when each member was welcomed, and how long it took. Counted from the
//! channels and not from what the bot believes.

use std::collections::HashMap;

use hdrhistogram::Histogram;
use serde::Serialize;
use sim::driver::MemberHandle;
use sim::world::World;

/// When members were welcomed: the bot's messages that mention them. It looks at each message once, however often it is
/// asked.
#[derive(Debug, Default)]
pub(crate) struct Welcomes {
    looked_at: usize,
    posted_at_us: HashMap<MemberHandle, Vec<i64>>,
}

impl Welcomes {
    /// Looks at what was posted since it last looked.
    pub(crate) fn look(&mut self, world: &World) {
        let posted = &world.log.messages[self.looked_at..];
        self.looked_at = world.log.messages.len();
        for post in posted.iter().filter(|post| post.author == world.bot.id) {
            let channel = world
                .guilds
                .get(&post.guild)
                .and_then(|guild| guild.channels.get(&post.channel));
            let Some(message) = channel.and_then(|channel| channel.messages.get(&post.message)) else {
                continue;
            };
            for user in &message.mentions {
                let member = MemberHandle {
                    guild: post.guild,
                    user: *user,
                };
                self.posted_at_us.entry(member).or_default().push(post.at_us);
            }
        }
    }

    /// When each message that welcomes a member was posted, microseconds since 1970; empty when none was.
    pub(crate) fn of(&self, member: MemberHandle) -> &[i64] {
        self.posted_at_us.get(&member).map_or(&[], Vec::as_slice)
    }

    /// How many members were welcomed.
    pub(crate) fn len(&self) -> usize {
        self.posted_at_us.len()
    }
}

/// Percentiles, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) longest: f64,
}

impl Latency {
    /// The percentiles of durations in microseconds; all 0 of none. One below 0 counts as 0.
    pub(crate) fn of(durations_us: impl IntoIterator<Item = i64>) -> Self {
        let mut histogram = Histogram::<u64>::new(3).expect("three digits are allowed");
        for us in durations_us {
            histogram
                .record(us.max(0).unsigned_abs())
                .expect("the histogram grows by itself");
        }
        Self::of_us(&histogram)
    }

    /// The percentiles of a histogram of microseconds; all 0 of an empty one.
    pub(crate) fn of_us(histogram: &Histogram<u64>) -> Self {
        let ms = |us| f64::from(u32::try_from(us).unwrap_or(u32::MAX)) / 1000.0;
        let percentile = |quantile| ms(histogram.value_at_quantile(quantile));
        Self {
            p50: percentile(0.50),
            p95: percentile(0.95),
            p99: percentile(0.99),
            longest: ms(histogram.max()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_all_durations() {
        let latency = Latency::of((1..=100).map(|ms| ms * 1_000));
        assert_eq!(
            (latency.p50.round(), latency.p95.round(), latency.p99.round()),
            (50.0, 95.0, 99.0)
        );
        assert_eq!(latency.longest.round(), 100.0);
        assert_eq!(Latency::of([]).p99, 0.0);
    }
}
