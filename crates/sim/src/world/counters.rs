//! What the clients did.

use std::collections::BTreeMap;

/// What the clients did, since the start.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// REST requests by route (method and path template, `GET /channels/{channel.id}`) and status. Status 0: answered
    /// by nothing, by a fault.
    pub requests: BTreeMap<(String, u16), u64>,
    /// REST answers of 401, 403 and 429 that count towards Discord's ban; 429s of scope shared do not.
    pub invalid_requests: u64,
    /// Answers of 429, of any scope.
    pub rate_limited: u64,
    /// Of those, the ones that the client had earned: a limit was used up, and no fault made it look so.
    pub rate_limited_earned: u64,
    /// How often each fault struck at a request, by its name in a plan of faults. All of Discord down is `outage`, and
    /// whatever strikes at the CDN is `cdn`.
    pub faults: BTreeMap<&'static str, u64>,
    /// Requests that a sound client never makes: unknown routes and malformed requests (400), with what was wrong.
    pub unexpected: Vec<String>,
    /// IDENTIFYs that began a session.
    pub identifies: u64,
    /// RESUMEs that went on with one.
    pub resumes: u64,
    /// IDENTIFYs and RESUMEs that were answered by op 9, and sessions that were invalidated.
    pub invalidated: u64,
    /// Of those, the IDENTIFYs that came too soon after another of the same bucket.
    pub identifies_too_soon: u64,
    /// Close codes that the gateway gave.
    pub closes: BTreeMap<u16, u64>,
}

impl Counters {
    /// Requests of one route, over all statuses.
    pub fn requests_of(&self, route: &str) -> u64 {
        self.requests
            .iter()
            .filter(|((of, _), _)| of == route)
            .map(|(_, count)| count)
            .sum()
    }
}
