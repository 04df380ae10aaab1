//! What goes to Discord: requests, limits and breakers.

use bot::control::Status;
use discord::{BreakerState, ClassFigures, RouteClass};

use super::family::{Family, Labelled, counters, gauge, gauges, histograms};

pub(super) fn families(status: &Status) -> Vec<Family> {
    let mut families = requests(&status.figures.requests);
    families.extend(limits(status));
    families.extend(breakers(status));
    families
}

fn of_class(class: RouteClass) -> Vec<(&'static str, String)> {
    vec![("class", class.name().to_owned())]
}

fn requests(classes: &[ClassFigures]) -> Vec<Family> {
    let each = |value: fn(&ClassFigures) -> u64| {
        classes
            .iter()
            .map(move |class| (of_class(class.class), value(class)))
    };
    let outcomes = classes.iter().flat_map(|class| {
        class.requests.iter().map(|(outcome, count)| {
            let mut labels = of_class(class.class);
            labels.push(("outcome", outcome.name().to_owned()));
            (labels, *count)
        })
    });
    // Pictures count on no limit.
    let limited = classes.iter().filter(|class| class.class != RouteClass::Pictures);
    vec![
        counters(
            "rest_requests",
            "Requests that were sent to Discord, by what became of them",
            outcomes,
        ),
        histograms(
            "rest_request_seconds",
            "From sending a request to its answer's end",
            classes
                .iter()
                .map(|class| (of_class(class.class), class.took.clone())),
        ),
        counters(
            "rest_retries",
            "Requests that were sent again in place after a failure",
            each(|class| class.retries),
        ),
        counters(
            "rest_held_back",
            "Calls that were not made because the breaker of their class was open",
            each(|class| class.held_back),
        ),
        histograms(
            "rest_limit_wait_seconds",
            "How long those requests waited for their turn at Discord's rate limits that had to wait",
            limited.map(|class| (of_class(class.class), class.limit_waits.clone())),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of what is in memory")]
fn limits(status: &Status) -> Vec<Family> {
    let Some(limits) = &status.figures.limits else {
        return Vec::new();
    };
    vec![
        counters(
            "rest_limited",
            "Requests that Discord answered with 429, by whom the limit concerns",
            limits
                .limited
                .iter()
                .map(|(scope, count)| (vec![("scope", scope.name().to_owned())], *count)),
        ),
        gauge(
            "rest_queue_requests",
            "Requests that wait for their turn at the rate limits",
            limits.queue_len as f64,
        ),
        gauge(
            "rest_invalid_requests",
            "Answers of 401, 403 and 429 in the last ten minutes; Discord bans an address at 10,000",
            limits.invalid as f64,
        ),
        gauge(
            "rest_invalid_requests_left",
            "How many more of these there may be until the bot stops asking",
            limits.invalid_left as f64,
        ),
    ]
}

fn breakers(status: &Status) -> Vec<Family> {
    let health = &status.health;
    let open = |state: BreakerState| match state {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 0.5,
        BreakerState::Open => 1.0,
    };
    let transitions = status.figures.requests.iter().flat_map(|class| {
        class.transitions.iter().map(|(to, count)| -> Labelled<u64> {
            let mut labels = of_class(class.class);
            labels.push(("to", to.name().to_owned()));
            (labels, *count)
        })
    });
    vec![
        gauges(
            "breaker_open",
            "Whether a class of requests is held back because Discord fails: 0 closed, 0.5 half-open, 1 open",
            health.iter().map(|one| (of_class(one.class), open(one.state))),
        ),
        counters(
            "breaker_transitions",
            "How often the breaker of a class came into a state",
            transitions,
        ),
        gauges(
            "breaker_calls",
            "Requests that a class is judged by at the moment",
            health
                .iter()
                .map(|one| (of_class(one.class), f64::from(one.rates.calls))),
        ),
        gauges(
            "breaker_failed_percent",
            "How many of a hundred of these failed",
            health
                .iter()
                .map(|one| (of_class(one.class), f64::from(one.rates.failed_percent()))),
        ),
        gauges(
            "breaker_slow_percent",
            "How many of a hundred of these were slow",
            health
                .iter()
                .map(|one| (of_class(one.class), f64::from(one.rates.slow_percent()))),
        ),
    ]
}
