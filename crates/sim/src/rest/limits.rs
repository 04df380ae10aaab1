//! Rate limits: buckets, the global limit, and the ban that follows too many invalid requests.
//!
//! Source: Discord's documentation, "Rate Limits", read in August 2026. Discord does not publish the numbers of its
//! buckets; these are what clients of our days are told in the headers, and all of them can be set.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::faults::RateLimitScope;

/// So many requests in a window of time that begins with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Requests in a window.
    pub requests: u32,
    /// Length of the window in milliseconds of the world's clock.
    pub window_ms: u64,
}

const fn rate(requests: u32, window_ms: u64) -> Rate {
    Rate { requests, window_ms }
}

/// How many requests are let through, route by route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RestLimits {
    /// All routes together, but for interactions and their webhooks.
    pub global: Rate,
    /// `POST /channels/{id}/messages`, each channel.
    pub create_message: Rate,
    /// Reading, editing and deleting messages, and the typing indicator, each channel.
    pub messages: Rate,
    /// Reading guilds, channels and roles, each guild.
    pub guild: Rate,
    /// Reading members, each guild.
    pub members: Rate,
    /// Giving and taking roles, each guild.
    pub member_roles: Rate,
    /// Application commands.
    pub commands: Rate,
    /// The webhook of one interaction.
    pub webhook: Rate,
    /// Everything else.
    pub other: Rate,
    /// Answers of 401, 403 and 429 (not of scope shared), past which Cloudflare bans the address until the window ends.
    pub invalid: Rate,
}

impl Default for RestLimits {
    fn default() -> Self {
        Self {
            global: rate(50, 1_000),
            create_message: rate(5, 5_000),
            messages: rate(5, 1_000),
            guild: rate(5, 5_000),
            members: rate(10, 10_000),
            member_roles: rate(10, 10_000),
            commands: rate(5, 20_000),
            webhook: rate(5, 2_000),
            other: rate(10, 10_000),
            invalid: rate(10_000, 600_000),
        }
    }
}

impl RestLimits {
    /// A thousand times what Discord allows, for demos and load tests that look at something else. The ban for invalid
    /// requests stays as it is.
    pub fn raised() -> Self {
        let real = Self::default();
        let raise = |rate: Rate| Rate {
            requests: rate.requests * 1_000,
            ..rate
        };
        Self {
            global: raise(real.global),
            create_message: raise(real.create_message),
            messages: raise(real.messages),
            guild: raise(real.guild),
            members: raise(real.members),
            member_roles: raise(real.member_roles),
            commands: raise(real.commands),
            webhook: raise(real.webhook),
            other: raise(real.other),
            invalid: real.invalid,
        }
    }

    pub(crate) fn of(&self, kind: BucketKind) -> Rate {
        match kind {
            BucketKind::CreateMessage => self.create_message,
            BucketKind::Messages => self.messages,
            BucketKind::Guild => self.guild,
            BucketKind::Members => self.members,
            BucketKind::MemberRoles => self.member_roles,
            BucketKind::Commands => self.commands,
            BucketKind::Webhook => self.webhook,
            BucketKind::Other => self.other,
        }
    }
}

/// Which of the numbers counts for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BucketKind {
    CreateMessage,
    Messages,
    Guild,
    Members,
    MemberRoles,
    Commands,
    Webhook,
    Other,
}

/// A bucket: a route, and the top-level resource (channel, guild, webhook) that it is counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) kind: BucketKind,
    pub(crate) route: &'static str,
    pub(crate) resource: String,
}

/// What the headers of a bucketed route say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) bucket: String,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset_ms: i64,
    pub(crate) reset_after_ms: i64,
}

/// A request that comes too early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limited {
    pub(crate) scope: RateLimitScope,
    pub(crate) retry_after_ms: i64,
    /// What the bucket's headers say; none for the global limit.
    pub(crate) standing: Option<Standing>,
}

/// Counts requests.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limits: RestLimits,
    buckets: HashMap<(&'static str, String), Window>,
    shared: HashMap<String, i64>,
    global: Window,
    invalid: Window,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    ends_ms: i64,
    used: u32,
}

impl Window {
    /// Begins anew when the time is over.
    fn roll(&mut self, rate: Rate, now_ms: i64) {
        if now_ms >= self.ends_ms {
            self.ends_ms = now_ms.saturating_add_unsigned(rate.window_ms);
            self.used = 0;
        }
    }

    fn standing(&self, bucket: &Bucket, rate: Rate, now_ms: i64) -> Standing {
        Standing {
            bucket: bucket_id(bucket.route),
            limit: rate.requests,
            remaining: rate.requests.saturating_sub(self.used),
            reset_ms: self.ends_ms,
            reset_after_ms: self.ends_ms - now_ms,
        }
    }
}

impl RateLimiter {
    pub(crate) fn new(limits: RestLimits) -> Self {
        Self {
            limits,
            buckets: HashMap::new(),
            shared: HashMap::new(),
            global: Window::default(),
            invalid: Window::default(),
        }
    }

    pub(crate) fn limits(&self) -> &RestLimits {
        &self.limits
    }

    /// New numbers from now on; what was counted is forgotten.
    pub(crate) fn set_limits(&mut self, limits: RestLimits) {
        *self = Self {
            invalid: self.invalid,
            ..Self::new(limits)
        };
    }

    /// Everybody together has used up a resource (a channel, a guild) until this time of the world's clock.
    pub(crate) fn exhaust_shared(&mut self, resource: String, until_ms: i64) {
        self.shared.insert(resource, until_ms);
    }

    /// Counts a request, or says how much too early it is.
    pub(crate) fn take(
        &mut self,
        bucket: &Bucket,
        counts_globally: bool,
        now_ms: i64,
    ) -> Result<Standing, Limited> {
        self.forget_ended(now_ms);
        if counts_globally {
            self.global.roll(self.limits.global, now_ms);
            if self.global.used >= self.limits.global.requests {
                return Err(Limited {
                    scope: RateLimitScope::Global,
                    retry_after_ms: self.global.ends_ms - now_ms,
                    standing: None,
                });
            }
            self.global.used += 1;
        }
        let rate = self.limits.of(bucket.kind);
        let shared_until_ms = self.shared.get(&bucket.resource).copied();
        let window = self.window(bucket);
        window.roll(rate, now_ms);
        let limited = match shared_until_ms {
            Some(until_ms) => Some((RateLimitScope::Shared, until_ms)),
            None if window.used >= rate.requests => Some((RateLimitScope::User, window.ends_ms)),
            None => None,
        };
        if let Some((scope, until_ms)) = limited {
            return Err(Limited {
                scope,
                retry_after_ms: until_ms - now_ms,
                standing: Some(window.standing(bucket, rate, now_ms)),
            });
        }
        window.used += 1;
        Ok(window.standing(bucket, rate, now_ms))
    }

    /// What the headers of a bucket say when no request is counted: its window is as the client's requests made it.
    pub(crate) fn standing(&mut self, bucket: &Bucket, now_ms: i64) -> Standing {
        let rate = self.limits.of(bucket.kind);
        let window = self.window(bucket);
        window.roll(rate, now_ms);
        window.standing(bucket, rate, now_ms)
    }

    fn window(&mut self, bucket: &Bucket) -> &mut Window {
        self.buckets
            .entry((bucket.route, bucket.resource.clone()))
            .or_default()
    }

    /// Counts an answer of 401, 403 or 429 that was not of scope shared.
    pub(crate) fn count_invalid(&mut self, now_ms: i64) {
        self.invalid.roll(self.limits.invalid, now_ms);
        self.invalid.used += 1;
    }

    /// Whether the address is banned for its invalid requests.
    pub(crate) fn is_banned(&mut self, now_ms: i64) -> bool {
        self.invalid.roll(self.limits.invalid, now_ms);
        self.invalid.used >= self.limits.invalid.requests
    }

    fn forget_ended(&mut self, now_ms: i64) {
        const KEPT_MAX: usize = 10_000;
        self.shared.retain(|_, until_ms| *until_ms > now_ms);
        if self.buckets.len() > KEPT_MAX {
            self.buckets.retain(|_, window| window.ends_ms > now_ms);
        }
    }
}

/// What stands for a route in `X-RateLimit-Bucket`: 32 hexadecimal digits.
fn bucket_id(route: &str) -> String {
    let hash = |start: u64| {
        route.bytes().fold(start, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    format!(
        "{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x8422_2325_cbf2_9ce4)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(resource: &str) -> Bucket {
        Bucket {
            kind: BucketKind::CreateMessage,
            route: "POST /channels/{channel.id}/messages",
            resource: resource.to_owned(),
        }
    }

    #[test]
    fn each_channel_has_a_window_of_its_own() {
        let mut limiter = RateLimiter::new(RestLimits::default());
        for left in (0..5).rev() {
            let standing = limiter.take(&bucket("1"), true, 1_000).expect("within the limit");
            assert_eq!(standing.remaining, left);
        }
        let limited = limiter.take(&bucket("1"), true, 3_500).expect_err("the sixth");
        assert_eq!(limited.scope, RateLimitScope::User);
        assert_eq!(limited.retry_after_ms, 2_500);
        assert!(limiter.take(&bucket("2"), true, 3_500).is_ok());
        assert!(limiter.take(&bucket("1"), true, 6_000).is_ok());
    }

    #[test]
    fn global_limit_counts_all_routes_but_those_of_interactions() {
        let mut limiter = RateLimiter::new(RestLimits::default());
        for channel in 0..50 {
            assert!(limiter.take(&bucket(&channel.to_string()), true, 0).is_ok());
        }
        let limited = limiter.take(&bucket("x"), true, 400).expect_err("the 51st");
        assert_eq!(limited.scope, RateLimitScope::Global);
        assert_eq!(limited.retry_after_ms, 600);
        assert_eq!(limited.standing, None);
        assert!(limiter.take(&bucket("x"), false, 400).is_ok());
        assert!(limiter.take(&bucket("x"), true, 1_000).is_ok());
    }

    #[test]
    fn shared_limit_ends_by_the_clock() {
        let mut limiter = RateLimiter::new(RestLimits::default());
        limiter.exhaust_shared("1".to_owned(), 700);
        let limited = limiter
            .take(&bucket("1"), true, 0)
            .expect_err("used up by others");
        assert_eq!(
            (limited.scope, limited.retry_after_ms),
            (RateLimitScope::Shared, 700)
        );
        assert!(limiter.take(&bucket("1"), true, 700).is_ok());
    }

    #[test]
    fn invalid_requests_ban_until_their_window_ends() {
        let mut limiter = RateLimiter::new(RestLimits {
            invalid: rate(3, 1_000),
            ..RestLimits::default()
        });
        for _ in 0..3 {
            assert!(!limiter.is_banned(10));
            limiter.count_invalid(10);
        }
        assert!(limiter.is_banned(1_009));
        assert!(!limiter.is_banned(1_010));
    }
}
