//! The HTTP control API under `/sim`: the words of [`crate::driver`] for whoever does not speak Rust.
//!
//! Every endpoint is one line of a table, from which `GET /sim` is made: so none is undocumented. Bodies and answers
//! are JSON; ids are text, and taken as numbers too. What cannot be done is answered by `{"error": "a sentence"}`.

mod asked;
mod base64;
mod bot_uses;
mod guilds;
mod people;
mod running;
mod talk;
mod threads;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State as Shared};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};

use crate::state::State;
use asked::{Asked, Wrong};

/// Bytes of a body: room for a file of 10 MiB as base64.
const BODY_BYTES_MAX: usize = 16 << 20;
/// How long `at_least` waits unless told otherwise.
const PATIENCE_DEFAULT_MS: u64 = 10_000;
const PATIENCE_MAX_MS: u64 = 600_000;

/// What an endpoint gives: JSON, or why not.
type Done = Result<Value, Wrong>;

/// One thing that can be asked.
struct Endpoint {
    method: &'static str,
    /// Segments in braces are ids.
    path: &'static str,
    about: &'static str,
    /// The body, as an example; empty where there is none.
    body: &'static str,
    run: fn(&Asked<'_>) -> Done,
}

const fn get(path: &'static str, about: &'static str, run: fn(&Asked<'_>) -> Done) -> Endpoint {
    Endpoint {
        method: "GET",
        path,
        about,
        body: "",
        run,
    }
}

const fn post(
    path: &'static str,
    body: &'static str,
    about: &'static str,
    run: fn(&Asked<'_>) -> Done,
) -> Endpoint {
    Endpoint {
        method: "POST",
        path,
        about,
        body,
        run,
    }
}

const fn put(
    path: &'static str,
    body: &'static str,
    about: &'static str,
    run: fn(&Asked<'_>) -> Done,
) -> Endpoint {
    Endpoint {
        method: "PUT",
        ..post(path, body, about, run)
    }
}

const fn delete(path: &'static str, about: &'static str, run: fn(&Asked<'_>) -> Done) -> Endpoint {
    Endpoint {
        method: "DELETE",
        ..get(path, about, run)
    }
}

const ENDPOINTS: &[Endpoint] = &[
    get("/sim", "This list.", |_| Ok(describe())),
    get(
        "/sim/status",
        "Addresses, the world's time, and the gateway's connected sessions (their number is `count`).",
        running::status,
    ),
    get(
        "/sim/counters",
        "What the clients did: requests by route and status, invalid and unexpected ones, identifies, resumes, closes.",
        running::counters,
    ),
    get(
        "/sim/log",
        "Every join, leave and post so far, and every role that the bot gave or took, for an independent count.",
        running::log,
    ),
    get("/sim/guilds", "All guilds.", guilds::list),
    post(
        "/sim/guilds",
        r#"{"name": "茶館", "locale": "zh-TW"}"#,
        "Makes a guild with the bot in it and a system channel `welcome`.",
        guilds::create,
    ),
    get(
        "/sim/guilds/{guild}",
        "A guild with its channels and roles.",
        guilds::show,
    ),
    post(
        "/sim/guilds/{guild}/channels",
        r#"{"name": "general"}"#,
        "Makes a text channel.",
        guilds::create_channel,
    ),
    delete(
        "/sim/channels/{channel}",
        "Deletes a channel or a thread.",
        guilds::delete_channel,
    ),
    post(
        "/sim/channels/{channel}/threads",
        r#"{"user": "1", "name": "a question"}"#,
        "Somebody begins a public thread. It is written in as in a channel.",
        threads::begin,
    ),
    put(
        "/sim/channels/{channel}/archived",
        r#"{"archived": true}"#,
        "Archives a thread, or opens it.",
        threads::archive,
    ),
    put(
        "/sim/guilds/{guild}/system_channel",
        r#"{"channel": "1"}"#,
        "Names another system channel; null takes it away.",
        guilds::set_system_channel,
    ),
    post(
        "/sim/channels/{channel}/overwrites",
        r#"{"id": "1", "member": false, "allow": "0", "deny": "2048"}"#,
        "Sets the exception of a role (the guild's id is @everyone) or a member, as bits.",
        guilds::set_overwrite,
    ),
    post(
        "/sim/guilds/{guild}/roles",
        r#"{"name": "Staff", "permissions": "32"}"#,
        "Makes a role above all others.",
        guilds::create_role,
    ),
    put(
        "/sim/guilds/{guild}/roles/{role}",
        r#"{"permissions": "32", "raise": true}"#,
        "Changes what a role grants; `raise` puts it above all others.",
        guilds::change_role,
    ),
    delete(
        "/sim/guilds/{guild}/roles/{role}",
        "Deletes a role.",
        guilds::delete_role,
    ),
    post(
        "/sim/guilds/{guild}/bot/remove",
        "",
        "Removes the bot from a guild.",
        guilds::remove_bot,
    ),
    post(
        "/sim/guilds/{guild}/bot/invite",
        "",
        "Invites the bot back.",
        guilds::invite_bot,
    ),
    get(
        "/sim/guilds/{guild}/members",
        "Members; their number is `count`.",
        people::members,
    ),
    post(
        "/sim/users",
        r#"{"name": "小林", "username": "kobayashi", "avatar": true, "animated": false, "bot": false}"#,
        "Makes an account. `avatar` is true for a picture of its own.",
        people::create_user,
    ),
    post(
        "/sim/guilds/{guild}/join",
        r#"{"name": "小林", "avatar": true, "pending": false} or {"user": "1"}"#,
        "A new person joins, or one who has an account; who left before comes back as one who rejoined.",
        people::join,
    ),
    post(
        "/sim/guilds/{guild}/leave",
        r#"{"user": "1"}"#,
        "Somebody leaves.",
        people::leave,
    ),
    post(
        "/sim/guilds/{guild}/announce",
        r#"{"user": "1", "drift_ms": 400}"#,
        "Sends GUILD_MEMBER_ADD once more for a member, as Discord does at times.",
        people::announce,
    ),
    put(
        "/sim/guilds/{guild}/members/{user}",
        r#"{"nick": "小林さん", "pending": false, "roles": ["1"]}"#,
        "Changes what is named about a member.",
        people::change,
    ),
    get(
        "/sim/channels/{channel}/messages",
        "A channel as a person sees it, the oldest first; their number is `count`. Files have a `url`.",
        talk::read,
    ),
    post(
        "/sim/channels/{channel}/messages",
        r#"{"user": "1", "text": "hello"}"#,
        "Somebody writes.",
        talk::post,
    ),
    delete(
        "/sim/channels/{channel}/messages/{message}",
        "Deletes a message.",
        talk::delete,
    ),
    get(
        "/sim/commands",
        "Commands that the bot registered; those for one guild with `?guild=1`.",
        bot_uses::commands,
    ),
    post(
        "/sim/interactions/command",
        r#"{"channel": "1", "user": "1", "command": "welcome channel", "options": {"channel": "1"}, "files": {"picture": {"filename": "a.png", "base64": "iVBO..."}}}"#,
        "Somebody uses a slash command. Values by the options' names; ids as text.",
        bot_uses::command,
    ),
    post(
        "/sim/interactions/autocomplete",
        r#"{"channel": "1", "user": "1", "command": "settings timezone", "option": "zone", "typed": "asia"}"#,
        "Somebody types in an option that offers values; the offer is in the answer's callback.",
        bot_uses::autocomplete,
    ),
    post(
        "/sim/interactions/component",
        r#"{"channel": "1", "user": "1", "message": "1", "custom_id": "ok", "values": []}"#,
        "Somebody presses a button or chooses in a select.",
        bot_uses::component,
    ),
    post(
        "/sim/interactions/modal",
        r#"{"channel": "1", "user": "1", "interaction": "1", "fields": {"text": "hello"}, "files": {"picture": [{"filename": "a.png", "base64": "iVBO..."}]}}"#,
        "Somebody sends off the modal that an interaction was answered with.",
        bot_uses::modal,
    ),
    get(
        "/sim/interactions/{interaction}",
        "An interaction and how the bot answered; the number of answers is `count`. Messages that only the person sees are `private`.",
        bot_uses::show,
    ),
    get("/sim/faults", "What goes wrong, and the seed.", running::faults),
    put(
        "/sim/faults",
        r#"{"plan": {"create_message": {"error_after": 0.1}}, "seed": 7}"#,
        "What goes wrong from now on. Without `plan` nothing; `seed` starts the random numbers anew.",
        running::set_faults,
    ),
    get(
        "/sim/limits",
        "How many requests REST lets through.",
        running::limits,
    ),
    put(
        "/sim/limits",
        r#"{"create_message": {"requests": 5, "window_ms": 5000}}"#,
        "Sets rate limits; what is not named is as Discord has it.",
        running::set_limits,
    ),
    post(
        "/sim/limits/shared",
        r#"{"resource": "1", "for_ms": 5000}"#,
        "Others use up a channel or guild: 429 of scope shared.",
        running::exhaust_shared,
    ),
    post(
        "/sim/gateway/cut",
        "",
        "Breaks all connections to the gateway; their sessions live on.",
        running::cut,
    ),
    post(
        "/sim/gateway/reconnect",
        "",
        "Asks all connections to reconnect (op 7).",
        running::reconnect,
    ),
    post(
        "/sim/gateway/invalidate",
        r#"{"resumable": false}"#,
        "Invalidates all sessions (op 9).",
        running::invalidate,
    ),
    post(
        "/sim/outage",
        r#"{"for_ms": 60000}"#,
        "All of Discord is down until the world's clock has moved so far.",
        running::begin_outage,
    ),
    delete("/sim/outage", "Ends an outage.", running::end_outage),
    post(
        "/sim/clock/advance",
        r#"{"ms": 60000}"#,
        "Moves the world's clock forward.",
        running::advance,
    ),
    post("/sim/shutdown", "", "Stops the simulator.", running::shutdown),
];

/// Everything that can be asked.
fn describe() -> Value {
    let endpoints: Vec<Value> = ENDPOINTS
        .iter()
        .map(|endpoint| {
            json!({
                "method": endpoint.method,
                "path": endpoint.path,
                "body": endpoint.body,
                "about": endpoint.about,
            })
        })
        .collect();
    json!({
        "about": "Control of a simulated Discord. Bodies and answers are JSON; ids are text.",
        "waiting": "Every GET whose answer has a `count` takes ?at_least=N and ?timeout_ms=M: it answers as soon as there \
                    are so many, or with 408 when that took too long.",
        "endpoints": endpoints,
    })
}

/// The control API's routes.
pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/sim", any(serve))
        .route("/sim/{*path}", any(serve))
}

async fn serve(Shared(state): Shared<Arc<State>>, request: Request) -> Response {
    let query = Query::try_from_uri(request.uri()).unwrap_or_default().0;
    let (head, body) = request.into_parts();
    let body = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(_) => {
            return respond(Err(Wrong::asked(format!(
                "the body is larger than {BODY_BYTES_MAX} bytes"
            ))));
        }
    };
    let path = head.uri.path().trim_end_matches('/');
    let (endpoint, ids) = match find(head.method.as_str(), path) {
        Ok(found) => found,
        Err(wrong) => return respond(Err(wrong)),
    };
    let asked = Asked {
        state: &state,
        ids,
        query,
        body: &body,
    };
    respond(wait_for_count(endpoint, &asked).await)
}

/// Answers at once, or as soon as there are as many as were asked for.
async fn wait_for_count(endpoint: &Endpoint, asked: &Asked<'_>) -> Done {
    let Some(at_least) = asked.number("at_least")? else {
        return (endpoint.run)(asked);
    };
    if endpoint.method != "GET" {
        return Err(Wrong::asked("at_least goes with GET"));
    }
    let patience_ms = asked
        .number("timeout_ms")?
        .unwrap_or(PATIENCE_DEFAULT_MS)
        .min(PATIENCE_MAX_MS);
    let mut changes = asked.state.changes();
    let waiting = async {
        loop {
            changes.mark_unchanged();
            let answer = (endpoint.run)(asked)?;
            let Some(count) = answer["count"].as_u64() else {
                return Err(Wrong::asked("this answer has no `count` to wait for"));
            };
            if count >= at_least {
                return Ok(answer);
            }
            // The sender lives in the state.
            let _ = changes.changed().await;
        }
    };
    tokio::select! {
        answer = waiting => answer,
        () = asked.state.stop.cancelled() => Err(Wrong::late("the simulator stops")),
        () = tokio::time::sleep(Duration::from_millis(patience_ms)) => {
            Err(Wrong::late(format!("there were not {at_least} within {patience_ms} ms")))
        }
    }
}

/// The endpoint of a path, with the ids that stand in it.
fn find(method: &str, path: &str) -> Result<(&'static Endpoint, Vec<u64>), Wrong> {
    let mut of_path = ENDPOINTS
        .iter()
        .filter_map(|endpoint| Some((endpoint, ids_in(endpoint.path, path)?)))
        .peekable();
    if of_path.peek().is_none() {
        return Err(Wrong::missing(format!(
            "there is no {path} here; GET /sim lists all there is"
        )));
    }
    let (endpoint, texts) = of_path
        .find(|(endpoint, _)| endpoint.method == method)
        .ok_or_else(|| {
            Wrong::asked(format!(
                "{path} does not take {method}; GET /sim lists all there is"
            ))
        })?;
    let ids = texts
        .into_iter()
        .map(|text| {
            text.parse()
                .map_err(|_| Wrong::asked(format!("\"{text}\" is no id")))
        })
        .collect::<Result<_, _>>()?;
    Ok((endpoint, ids))
}

fn ids_in<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut ids = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(ids),
            (Some(wanted), Some(given)) if wanted.starts_with('{') => ids.push(given),
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}

fn respond(done: Done) -> Response {
    let (status, body) = match done {
        Ok(body) => (StatusCode::OK, body),
        Err(wrong) => (wrong.status, json!({"error": wrong.sentence})),
    };
    let mut text = body.to_string();
    text.push('\n');
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
