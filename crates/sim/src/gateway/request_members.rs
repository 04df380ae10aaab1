//! Op 8: the members of a guild, in chunks.
//!
//! Source: Discord's documentation, "Gateway Events", headings "Request Guild Members", "Guild Members Chunk" and "Rate
//! Limited", read in August 2026. Left open there, and so decided here: without the intent GUILD_MEMBERS a request for
//! the whole list closes the connection with 4014.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::close_code::CloseCode;
use super::intents;
use crate::wire;
use crate::world::member::Member;
use crate::world::{Id, World};

/// Members in one chunk.
const CHUNK_LEN: usize = 1000;
/// Users that can be asked for by id, and members that can be found by name.
const FOUND_MAX: usize = 100;
/// The whole list of a guild is given once in this time.
const WHOLE_LIST_EVERY_MS: i64 = 30_000;

/// The data of op 8.
#[derive(Debug, Deserialize)]
pub(super) struct RequestMembers {
    guild_id: OneOrMany,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    user_ids: Option<OneOrMany>,
    #[serde(default)]
    presences: Option<bool>,
    #[serde(default)]
    nonce: Option<String>,
}

/// Ids come as one or as a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(SentId),
    Many(Vec<SentId>),
}

/// Discord writes ids as text and reads numbers too: discord.py sends them here.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum SentId {
    Number(Id),
    Text(String),
}

impl OneOrMany {
    /// # Errors
    /// Something among them is no id.
    fn ids(&self) -> Result<Vec<Id>, CloseCode> {
        let sent = match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Many(ids) => ids,
        };
        sent.iter()
            .map(|id| match id {
                SentId::Number(id) => Ok(*id),
                SentId::Text(text) => text.parse().map_err(|_| CloseCode::DecodeError),
            })
            .collect()
    }
}

/// Gives a session the chunks that it asked for. A guild that the bot is not in is passed over in silence.
///
/// # Errors
/// The code to close with.
pub(super) fn request_members(
    world: &mut World,
    session_id: &str,
    data: &RequestMembers,
) -> Result<(), CloseCode> {
    let [guild] = data.guild_id.ids()?[..] else {
        return Err(CloseCode::DecodeError);
    };
    let now_ms = world.clock.now_ms();
    let Some(session) = world.sessions.get_mut(session_id) else {
        return Ok(());
    };
    let asks_for_all =
        data.user_ids.is_none() && data.query.as_deref() == Some("") && data.limit.unwrap_or(0) == 0;
    let mut events = Vec::new();
    if asks_for_all {
        if session.intents & intents::GUILD_MEMBERS == 0 {
            return Err(CloseCode::DisallowedIntents);
        }
        let earlier = session.members_asked_ms.insert(guild, now_ms);
        if let Some(earlier) = earlier.filter(|at| now_ms - at < WHOLE_LIST_EVERY_MS) {
            session.members_asked_ms.insert(guild, earlier);
            let wait_ms = WHOLE_LIST_EVERY_MS - (now_ms - earlier);
            let refusal = json!({
                "opcode": 8,
                "retry_after": wait_ms as f64 / 1000.0,
                "meta": {"guild_id": guild.to_string(), "nonce": data.nonce},
            });
            events.push(("RATE_LIMITED", refusal));
        }
    }
    if events.is_empty() {
        events = chunks(world, guild, data)?;
    }
    if let Some(session) = world.sessions.get_mut(session_id) {
        for (name, payload) in events {
            let payload: Arc<str> = payload.to_string().into();
            session.push(name, payload, &mut world.faults, &world.limits);
        }
    }
    Ok(())
}

fn chunks(world: &World, guild: Id, data: &RequestMembers) -> Result<Vec<(&'static str, Value)>, CloseCode> {
    let Some(home) = world.guild(guild) else {
        return Ok(Vec::new());
    };
    let mut not_found = Vec::new();
    let found: Vec<&Member> = match (&data.user_ids, data.query.as_deref()) {
        (Some(ids), _) => {
            let ids = ids.ids()?;
            if ids.len() > FOUND_MAX {
                return Err(CloseCode::DecodeError);
            }
            not_found = ids
                .iter()
                .filter(|id| !home.members.contains_key(id))
                .map(ToString::to_string)
                .collect();
            ids.iter().filter_map(|id| home.members.get(id)).collect()
        }
        (None, Some(query)) => {
            let limit = match data.limit.unwrap_or(0) {
                0 if query.is_empty() => usize::MAX,
                0 => FOUND_MAX,
                limit => limit.min(FOUND_MAX),
            };
            home.members
                .values()
                .filter(|member| is_called(world, member, query))
                .take(limit)
                .collect()
        }
        (None, None) => return Err(CloseCode::DecodeError),
    };
    let count = found.len().div_ceil(CHUNK_LEN).max(1);
    Ok((0..count)
        .map(|index| {
            let members: Vec<_> = found
                .iter()
                .skip(index * CHUNK_LEN)
                .take(CHUNK_LEN)
                .map(|member| json!(wire::member(member, world.user(member.user))))
                .collect();
            let mut chunk = json!({
                "guild_id": guild.to_string(),
                "members": members,
                "chunk_index": index,
                "chunk_count": count,
                "not_found": not_found,
            });
            if data.presences == Some(true) {
                chunk["presences"] = json!([]);
            }
            // A nonce longer than 32 bytes is ignored.
            if let Some(nonce) = data.nonce.as_ref().filter(|nonce| nonce.len() <= 32) {
                chunk["nonce"] = json!(nonce);
            }
            ("GUILD_MEMBERS_CHUNK", chunk)
        })
        .collect())
}

/// Whether a member's username or nick begins with `query`, in upper or lower case.
fn is_called(world: &World, member: &Member, query: &str) -> bool {
    let query = query.to_lowercase();
    let user = world.user(member.user);
    [
        Some(&user.username),
        user.global_name.as_ref(),
        member.nick.as_ref(),
    ]
    .into_iter()
    .flatten()
    .any(|name| name.to_lowercase().starts_with(&query))
}
