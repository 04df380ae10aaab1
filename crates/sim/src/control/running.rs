//! The simulator itself: what it counts, what goes wrong, its clock.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Done;
use super::asked::{Asked, IdText};
use crate::clock::Timestamp;
use crate::faults::FaultPlan;
use crate::gateway::Order;
use crate::rest::limits::RestLimits;

pub(super) fn status(asked: &Asked<'_>) -> Done {
    let state = asked.state;
    let world = state.world();
    Ok(json!({
        "api": state.api_base(),
        "gateway": state.gateway_url(),
        "cdn": state.cdn_base(),
        "application_id": world.bot.application_id.to_string(),
        "bot": world.bot.id.to_string(),
        "now_ms": world.clock.now_ms(),
        "now": Timestamp(world.clock.now_us()).to_string(),
        "count": world.sessions.connected(),
        "seed": world.faults.seed(),
    }))
}

pub(super) fn counters(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    let counters = &world.counters;
    let requests: Vec<Value> = counters
        .requests
        .iter()
        .map(|((route, status), count)| json!({"route": route, "status": status, "count": count}))
        .collect();
    Ok(json!({
        "requests": requests,
        "invalid_requests": counters.invalid_requests,
        "rate_limited": counters.rate_limited,
        "rate_limited_earned": counters.rate_limited_earned,
        "faults": counters.faults,
        "unexpected": counters.unexpected,
        "identifies": counters.identifies,
        "resumes": counters.resumes,
        "invalidated": counters.invalidated,
        "identifies_too_soon": counters.identifies_too_soon,
        "closes": counters.closes,
    }))
}

pub(super) fn log(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    let log = &world.log;
    let joins: Vec<Value> = log
        .joins
        .iter()
        .map(|join| {
            json!({
                "guild": join.guild.to_string(),
                "user": join.user.to_string(),
                "at_us": join.at_us,
                "rejoined": join.rejoined,
                "duplicated": join.duplicated,
            })
        })
        .collect();
    let leaves: Vec<Value> = log
        .leaves
        .iter()
        .map(|leave| json!({"guild": leave.guild.to_string(), "user": leave.user.to_string(), "at_us": leave.at_us}))
        .collect();
    let messages: Vec<Value> = log
        .messages
        .iter()
        .map(|posted| {
            json!({
                "guild": posted.guild.to_string(),
                "channel": posted.channel.to_string(),
                "message": posted.message.to_string(),
                "author": posted.author.to_string(),
                "at_us": posted.at_us,
            })
        })
        .collect();
    let roles: Vec<Value> = log
        .roles
        .iter()
        .map(|change| {
            json!({
                "guild": change.guild.to_string(),
                "user": change.user.to_string(),
                "role": change.role.to_string(),
                "given": change.given,
                "reason": change.reason,
                "at_us": change.at_us,
            })
        })
        .collect();
    Ok(json!({"joins": joins, "leaves": leaves, "messages": messages, "roles": roles}))
}

pub(super) fn faults(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    Ok(json!({"plan": world.faults.plan(), "seed": world.faults.seed()}))
}

pub(super) fn set_faults(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(default)]
        plan: FaultPlan,
        seed: Option<u64>,
    }
    let body: Body = asked.body()?;
    let mut world = asked.state.world();
    world.faults.set_plan(body.plan);
    if let Some(seed) = body.seed {
        world.faults.reseed(seed);
    }
    Ok(json!({}))
}

pub(super) fn limits(asked: &Asked<'_>) -> Done {
    Ok(json!(asked.state.rest.limits()))
}

pub(super) fn set_limits(asked: &Asked<'_>) -> Done {
    let limits: RestLimits = asked.body()?;
    asked.state.rest.set_limits(limits);
    Ok(json!({}))
}

pub(super) fn exhaust_shared(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        resource: IdText,
        for_ms: u32,
    }
    let body: Body = asked.body()?;
    let until_ms = asked.state.clock().now_ms() + i64::from(body.for_ms);
    asked.state.rest.exhaust_shared(body.resource.0, until_ms);
    Ok(json!({}))
}

fn ordered(asked: &Asked<'_>, order: Order) -> Done {
    let heard = asked.state.world().sessions.order_all(order);
    Ok(json!({"connections": heard}))
}

pub(super) fn cut(asked: &Asked<'_>) -> Done {
    ordered(asked, Order::Cut)
}

pub(super) fn reconnect(asked: &Asked<'_>) -> Done {
    ordered(asked, Order::Reconnect)
}

pub(super) fn invalidate(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(default)]
        resumable: bool,
    }
    let resumable = asked.body::<Body>()?.resumable;
    ordered(asked, Order::Invalidate { resumable })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct For {
    for_ms: u32,
}

pub(super) fn begin_outage(asked: &Asked<'_>) -> Done {
    let body: For = asked.body()?;
    let until_ms = asked.state.clock().now_ms() + i64::from(body.for_ms);
    asked.state.world().faults.set_outage_until(Some(until_ms));
    ordered(asked, Order::Cut)
}

pub(super) fn end_outage(asked: &Asked<'_>) -> Done {
    asked.state.world().faults.set_outage_until(None);
    Ok(json!({}))
}

pub(super) fn advance(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        ms: u64,
    }
    let body: Body = asked.body()?;
    let clock = asked.state.clock();
    clock.advance(Duration::from_millis(body.ms));
    // Whoever waits for a condition that speaks of time looks again.
    let _ = &mut *asked.state.world();
    Ok(json!({"now_ms": clock.now_ms()}))
}

pub(super) fn shutdown(asked: &Asked<'_>) -> Done {
    asked.state.stop.cancel();
    Ok(json!({}))
}
