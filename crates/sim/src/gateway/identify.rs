//! IDENTIFY and RESUME: who may begin a session, and who may go on with one.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::close_code::CloseCode;
use super::intents;
use super::session::{Line, Session};
use super::sessions::Resume;
use crate::wire;
use crate::world::World;
use crate::world::guild::Guild;

/// The data of IDENTIFY, as far as it matters here.
#[derive(Debug, Deserialize)]
pub(super) struct Identify {
    token: String,
    /// Required, and without meaning to the simulator.
    #[serde(rename = "properties")]
    _properties: IgnoredAny,
    intents: i64,
    #[serde(default)]
    shard: Option<Value>,
    #[serde(default)]
    pub(super) compress: Option<bool>,
}

/// The data of RESUME.
#[derive(Debug, Deserialize)]
pub(super) struct ResumeData {
    token: String,
    session_id: String,
    seq: Option<u64>,
}

/// Begins a session, with READY and the guilds in it, and returns its id; `None` stands for op 9 with `d` false: too
/// soon after another IDENTIFY of the same bucket.
///
/// # Errors
/// The code to close with.
pub(super) fn identify(world: &mut World, line: &Line, data: &Identify) -> Result<Option<String>, CloseCode> {
    if !accepts(world, &data.token) {
        return Err(CloseCode::AuthenticationFailed);
    }
    let shard = shard(data.shard.as_ref())?;
    let intents = intents(data.intents, world.bot.granted_intents)?;
    let now_ms = world.clock.now_ms();
    let limits = world.limits.clone();
    if world.sessions.starts_left(&limits, now_ms).0 == 0 {
        // "All active sessions for the app are terminated and the bot token is reset": "Gateway", heading "Session
        // Start Limit Object" and "Rate Limiting", read in August 2026.
        world.bot.token = None;
        world.sessions.end_all();
        return Err(CloseCode::AuthenticationFailed);
    }
    if !world.sessions.take_identify(shard[0], &limits, now_ms) {
        world.counters.invalidated += 1;
        world.counters.identifies_too_soon += 1;
        return Ok(None);
    }
    let on_shard = |guild: &&Guild| guild.bot_present && guild.shard(shard[1]) == shard[0];
    let guilds: Vec<_> = world
        .guilds
        .values()
        .filter(on_shard)
        .map(|guild| guild.id)
        .collect();
    if guilds.len() > limits.guilds_per_shard_max {
        return Err(CloseCode::ShardingRequired);
    }
    let id = world.ids.hash();
    let ready = json!({
        "v": 10,
        "user": wire::current_user(world),
        "guilds": guilds
            .iter()
            .map(|id| json!({"id": id.to_string(), "unavailable": true}))
            .collect::<Vec<_>>(),
        "session_id": id,
        "session_type": "normal",
        "resume_gateway_url": world.sessions.resume_url(),
        "shard": shard,
        "application": wire::partial_application(world),
        "private_channels": [],
        "presences": [],
        "relationships": [],
        "user_settings": {},
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "_trace": [],
    });
    let mut session = Session::new(shard, intents);
    session.attach(line.clone(), 0, &mut world.faults);
    session.push("READY", ready.to_string().into(), &mut world.faults, &limits);
    if intents & intents::GUILDS != 0 {
        for guild in guilds {
            if let Some(payload) = world.guild_create(guild) {
                session.push("GUILD_CREATE", payload, &mut world.faults, &limits);
            }
        }
    }
    world.sessions.begin(id.clone(), session);
    world.counters.identifies += 1;
    Ok(Some(id))
}

/// Goes on with a session and returns its id; `None` stands for op 9 with `d` false.
///
/// # Errors
/// The code to close with.
pub(super) fn resume(world: &mut World, line: &Line, data: &ResumeData) -> Result<Option<String>, CloseCode> {
    if !accepts(world, &data.token) {
        return Err(CloseCode::AuthenticationFailed);
    }
    let now_ms = world.clock.now_ms();
    let outcome = world.sessions.resume(
        &data.session_id,
        data.seq.unwrap_or(0),
        line.clone(),
        &mut world.faults,
        &world.limits,
        now_ms,
    );
    match outcome {
        Resume::Resumed => {
            world.counters.resumes += 1;
            Ok(Some(data.session_id.clone()))
        }
        Resume::Invalid => {
            world.counters.invalidated += 1;
            Ok(None)
        }
        Resume::InvalidSequence => Err(CloseCode::InvalidSequence),
    }
}

/// Tokens come with or without the prefix that REST demands.
fn accepts(world: &World, token: &str) -> bool {
    world.bot.accepts(token.strip_prefix("Bot ").unwrap_or(token))
}

fn shard(named: Option<&Value>) -> Result<[u64; 2], CloseCode> {
    let Some(named) = named.filter(|value| !value.is_null()) else {
        return Ok([0, 1]);
    };
    match <[u64; 2]>::deserialize(named) {
        Ok([id, count]) if id < count => Ok([id, count]),
        _ => Err(CloseCode::InvalidShard),
    }
}

fn intents(named: i64, granted: u64) -> Result<u64, CloseCode> {
    let named = u64::try_from(named).map_err(|_| CloseCode::InvalidIntents)?;
    if named & !intents::KNOWN != 0 {
        return Err(CloseCode::InvalidIntents);
    }
    if named & intents::PRIVILEGED & !granted != 0 {
        return Err(CloseCode::DisallowedIntents);
    }
    Ok(named)
}
