//! What goes wrong, drawn from the seed.
//!
//! A [`FaultPlan`] says how likely each fault is; it can be set at any time and comes as JSON from the control API.
//! Probabilities are 0 to 1, and 0 by default. Each class of requests and the gateway draw from random numbers of
//! their own, so that the n-th request of a class meets the same fault in every run of a seed.

mod plan;

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub use plan::{FakeRateLimit, FaultPlan, GatewayFaults, RateLimitScope, RequestClass, RequestFaults};

/// What happens to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestFate {
    /// Wait before anything happens.
    pub delay: Duration,
    /// Fail before the effect.
    pub before: Option<Failure>,
    /// Fail after the effect.
    pub after: Option<Failure>,
    /// Wait between the effect and the answer.
    pub answer_delay: Duration,
}

/// How a request fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// An answer of this status, without Discord's body.
    Status(u16),
    /// The connection is reset.
    Reset,
    /// No answer ever comes.
    Silence,
    /// An answer of 429.
    RateLimited(FakeRateLimit),
}

/// What follows a dispatch on the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DispatchFault {
    Reconnect,
    Invalidate { resumable: bool },
}

/// The plan, and the random numbers that it is drawn with.
#[derive(Debug)]
pub struct Faults {
    plan: FaultPlan,
    seed: u64,
    requests: [StdRng; 5],
    gateway: StdRng,
    outage_until_ms: Option<i64>,
}

impl Faults {
    /// No faults.
    pub fn new(seed: u64) -> Self {
        let stream = |of: u64| StdRng::seed_from_u64(seed ^ of.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self {
            plan: FaultPlan::default(),
            seed,
            requests: [stream(1), stream(2), stream(3), stream(4), stream(5)],
            gateway: stream(6),
            outage_until_ms: None,
        }
    }

    /// The plan that is followed.
    pub fn plan(&self) -> &FaultPlan {
        &self.plan
    }

    /// Follows a new plan from now on. The random numbers go on.
    pub fn set_plan(&mut self, plan: FaultPlan) {
        self.plan = plan;
    }

    /// Starts the random numbers anew, from this seed.
    pub fn reseed(&mut self, seed: u64) {
        *self = Self {
            plan: std::mem::take(&mut self.plan),
            outage_until_ms: self.outage_until_ms,
            ..Self::new(seed)
        };
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Nothing of Discord works until this time of the world's clock, in milliseconds since 1970; `None` ends it.
    pub fn set_outage_until(&mut self, until_ms: Option<i64>) {
        self.outage_until_ms = until_ms;
    }

    /// Whether all of Discord is down.
    pub fn outage(&self, now_ms: i64) -> bool {
        self.outage_until_ms.is_some_and(|until| now_ms < until)
    }

    /// Draws what happens to the next request of a class.
    pub fn request(&mut self, class: RequestClass) -> RequestFate {
        let (faults, index) = match class {
            RequestClass::CreateMessage => (&self.plan.create_message, 0),
            RequestClass::Interaction => (&self.plan.interaction, 1),
            RequestClass::Write => (&self.plan.write, 2),
            RequestClass::Read => (&self.plan.read, 3),
            RequestClass::Cdn => (&self.plan.cdn, 4),
        };
        let rng = &mut self.requests[index];
        // Every request takes the same count of numbers, so that one fault's probability does not move the others.
        let delay = Duration::from_millis(between(rng, faults.delay_ms));
        let answer_delay = Duration::from_millis(between(rng, faults.answer_delay_ms));
        let status_at = rng.random::<u64>();
        let mut chance = rng.random::<f64>();
        let mut strikes = |probability: f64| {
            chance -= probability;
            chance < 0.0 && chance + probability >= 0.0
        };
        let status = || {
            let statuses = &faults.error_statuses;
            let at = status_at % (statuses.len().max(1) as u64);
            Failure::Status(statuses.get(at as usize).copied().unwrap_or(500))
        };
        let mut fate = RequestFate {
            delay,
            answer_delay,
            ..RequestFate::default()
        };
        if strikes(faults.error_before) {
            fate.before = Some(status());
        }
        if strikes(faults.reset_before) {
            fate.before = Some(Failure::Reset);
        }
        if strikes(faults.silence_before) {
            fate.before = Some(Failure::Silence);
        }
        if strikes(faults.rate_limited) {
            fate.before = Some(Failure::RateLimited(faults.rate_limit.clone()));
        }
        if strikes(faults.error_after) {
            fate.after = Some(status());
        }
        if strikes(faults.reset_after) {
            fate.after = Some(Failure::Reset);
        }
        if strikes(faults.silence_after) {
            fate.after = Some(Failure::Silence);
        }
        fate
    }

    /// Whether the next join is told twice, and then by how many microseconds `joined_at` drifts.
    pub(crate) fn duplicate_join(&mut self) -> Option<i64> {
        let faults = &self.plan.gateway;
        let strikes = self.gateway.random::<f64>() < faults.duplicate_join;
        let drift_us = between(&mut self.gateway, [0, faults.duplicate_drift_ms * 1000]);
        strikes.then_some(i64::try_from(drift_us).unwrap_or(i64::MAX))
    }

    /// Whether the next message is told twice.
    pub(crate) fn duplicate_message(&mut self) -> bool {
        let probability = self.plan.gateway.duplicate_message;
        probability > 0.0 && self.gateway.random::<f64>() < probability
    }

    /// After how many dispatches the next connection breaks.
    pub(crate) fn cut_after(&mut self) -> Option<u64> {
        let range = self.plan.gateway.cut_after;
        let after = between(&mut self.gateway, range);
        (range != [0, 0]).then_some(after)
    }

    /// How late the next dispatch is.
    pub(crate) fn lateness(&mut self) -> Option<Duration> {
        let faults = &self.plan.gateway;
        if faults.late <= 0.0 {
            return None;
        }
        let strikes = self.gateway.random::<f64>() < faults.late;
        let late_ms = between(&mut self.gateway, faults.late_ms);
        strikes.then_some(Duration::from_millis(late_ms))
    }

    /// What follows the next dispatch.
    pub(crate) fn after_dispatch(&mut self) -> Option<DispatchFault> {
        let faults = &self.plan.gateway;
        if faults.reconnect + faults.invalidate + faults.invalidate_resumable <= 0.0 {
            return None;
        }
        let chance = self.gateway.random::<f64>();
        if chance < faults.reconnect {
            Some(DispatchFault::Reconnect)
        } else if chance < faults.reconnect + faults.invalidate_resumable {
            Some(DispatchFault::Invalidate { resumable: true })
        } else if chance < faults.reconnect + faults.invalidate_resumable + faults.invalidate {
            Some(DispatchFault::Invalidate { resumable: false })
        } else {
            None
        }
    }
}

fn between(rng: &mut StdRng, [from, to]: [u64; 2]) -> u64 {
    rng.random_range(from..=to.max(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(seed: u64, plan: &FaultPlan) -> Vec<RequestFate> {
        let mut faults = Faults::new(seed);
        faults.set_plan(plan.clone());
        (0..400)
            .map(|_| faults.request(RequestClass::CreateMessage))
            .collect()
    }

    #[test]
    fn faults_follow_the_seed_and_their_probabilities() {
        let plan: FaultPlan = serde_json::from_str(
            r#"{"create_message": {"error_before": 0.25, "reset_after": 0.25, "answer_delay_ms": [5, 9]}}"#,
        )
        .expect("a plan");
        let drawn = fates(7, &plan);
        assert_eq!(drawn, fates(7, &plan));
        assert_ne!(drawn, fates(8, &plan));
        let errors = drawn.iter().filter(|fate| fate.before.is_some()).count();
        let resets = drawn.iter().filter(|fate| fate.after.is_some()).count();
        assert!((60..140).contains(&errors), "{errors}");
        assert!((60..140).contains(&resets), "{resets}");
        assert!(
            drawn
                .iter()
                .all(|fate| fate.before.is_none() || fate.after.is_none())
        );
        assert!(
            drawn
                .iter()
                .all(|fate| (5..=9).contains(&fate.answer_delay.as_millis()))
        );
    }

    #[test]
    fn no_plan_no_faults() {
        assert_eq!(fates(7, &FaultPlan::default()), vec![RequestFate::default(); 400]);
    }

    #[test]
    fn misspelt_fault_is_refused() {
        assert!(serde_json::from_str::<FaultPlan>(r#"{"create_message": {"reset": 1}}"#).is_err());
    }
}
