//! Which request is meant.

use axum::http::Method;

use super::limits::{Bucket, BucketKind};
use super::refusal::Refusal;
use crate::faults::RequestClass;
use crate::world::Id;

/// A route, and what is asked of it.
#[derive(Debug)]
pub(super) struct Route {
    /// Method and path as Discord's documentation writes them.
    pub(super) template: &'static str,
    pub(super) class: RequestClass,
    pub(super) bucket: Bucket,
    /// Whether the bot's token must be named. The webhooks of interactions carry a token in their path.
    pub(super) needs_token: bool,
    /// What is asked; an id that is none spoils it.
    pub(super) action: Result<Action, Refusal>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Gateway,
    GatewayBot,
    CurrentUser,
    CurrentApplication,
    User(Id),
    CurrentUserGuilds,
    OpenDirectChannel,
    Guild(Id),
    GuildChannels(Id),
    GuildRoles(Id),
    GuildMembers(Id),
    GuildMember(Id, Id),
    GiveRole(Membership, Id),
    TakeRole(Membership, Id),
    Channel(Id),
    ListMessages(Id),
    CreateMessage(Id),
    Message(Id, Id),
    EditMessage(Id, Id),
    DeleteMessage(Id, Id),
    Typing(Id),
    ListCommands(Place),
    OverwriteCommands(Place),
    CreateCommand(Place),
    Command(Place, Id),
    EditCommand(Place, Id),
    DeleteCommand(Place, Id),
    Callback(Id, String),
    FollowUp(Id, String),
    AnswerMessage(Id, String, Which),
    EditAnswerMessage(Id, String, Which),
    DeleteAnswerMessage(Id, String, Which),
}

/// Whose membership: guild and user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) guild: Id,
    pub(super) user: Id,
}

/// Whose commands: an application's own, or those for one guild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) application: Id,
    pub(super) guild: Option<Id>,
}

/// Which message of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Original,
    FollowUp(Id),
}

/// Finds the route of a path from its first slash.
///
/// # Errors
/// There is none (404), or none with this method (405).
pub(super) fn find(method: &Method, path: &str) -> Result<Route, Refusal> {
    let inner = path.strip_prefix("/api").unwrap_or(path);
    // Without a version Discord takes an old one; ours is the same for all.
    let inner = inner
        .strip_prefix("/v10")
        .or_else(|| inner.strip_prefix("/v9"))
        .unwrap_or(inner);
    let segments: Vec<&str> = inner.split('/').skip(1).collect();
    if let Some(route) = of(method.as_str(), &segments) {
        return Ok(route);
    }
    let exists = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        .into_iter()
        .any(|other| of(other, &segments).is_some());
    Err(if exists {
        Refusal::method_not_allowed()
    } else {
        Refusal::not_found()
    })
}

/// The path with tokens of interactions left out.
pub(super) fn without_tokens(path: &str) -> String {
    let mut segments: Vec<&str> = path.split('/').collect();
    if let Some(at) = segments
        .iter()
        .position(|segment| matches!(*segment, "interactions" | "webhooks"))
        && let Some(token) = segments.get_mut(at + 2)
    {
        *token = ":token";
    }
    segments.join("/")
}

fn of(method: &str, segments: &[&str]) -> Option<Route> {
    use Action as A;
    use BucketKind as B;

    let other = |template, action| route(template, B::Other, "", Ok(action));
    let guild_read = |template, id: &str, action: fn(Id) -> Action| {
        route(template, B::Guild, id, snowflake("guild_id", id).map(action))
    };
    let channel = |template, kind, id: &str, action: fn(Id) -> Action| {
        route(template, kind, id, snowflake("channel_id", id).map(action))
    };
    let message = |template, id: &str, message: &str, action: fn(Id, Id) -> Action| {
        let both = snowflake("channel_id", id)
            .and_then(|channel| Ok(action(channel, snowflake("message_id", message)?)));
        route(template, B::Messages, id, both)
    };
    let answer = |template, app: &str, token: &str, of: &str, action: fn(Id, String, Which) -> Action| {
        let which = match of {
            "@original" => Ok(Which::Original),
            id => snowflake("message_id", id).map(Which::FollowUp),
        };
        let both = snowflake("webhook_id", app).and_then(|app| Ok(action(app, token.to_owned(), which?)));
        Route {
            needs_token: false,
            ..route(template, B::Webhook, token, both)
        }
    };

    Some(match (method, segments) {
        ("GET", ["gateway"]) => Route {
            needs_token: false,
            ..other("GET /gateway", A::Gateway)
        },
        ("GET", ["gateway", "bot"]) => other("GET /gateway/bot", A::GatewayBot),
        ("GET", ["users", "@me"]) => other("GET /users/@me", A::CurrentUser),
        ("GET", ["users", "@me", "guilds"]) => other("GET /users/@me/guilds", A::CurrentUserGuilds),
        ("POST", ["users", "@me", "channels"]) => other("POST /users/@me/channels", A::OpenDirectChannel),
        ("GET", ["users", id]) => route(
            "GET /users/{user.id}",
            B::Other,
            "",
            snowflake("user_id", id).map(A::User),
        ),
        ("GET", ["applications", "@me"]) => other("GET /applications/@me", A::CurrentApplication),
        ("GET", ["oauth2", "applications", "@me"]) => {
            other("GET /oauth2/applications/@me", A::CurrentApplication)
        }
        ("GET", ["guilds", id]) => guild_read("GET /guilds/{guild.id}", id, A::Guild),
        ("GET", ["guilds", id, "channels"]) => {
            guild_read("GET /guilds/{guild.id}/channels", id, A::GuildChannels)
        }
        ("GET", ["guilds", id, "roles"]) => guild_read("GET /guilds/{guild.id}/roles", id, A::GuildRoles),
        ("GET", ["guilds", id, "members"]) => route(
            "GET /guilds/{guild.id}/members",
            B::Members,
            id,
            snowflake("guild_id", id).map(A::GuildMembers),
        ),
        ("GET", ["guilds", id, "members", user]) => route(
            "GET /guilds/{guild.id}/members/{user.id}",
            B::Members,
            id,
            snowflake("guild_id", id)
                .and_then(|guild| Ok(A::GuildMember(guild, snowflake("user_id", user)?))),
        ),
        ("PUT", ["guilds", id, "members", user, "roles", role]) => member_role(
            "PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}",
            [id, user, role],
            A::GiveRole,
        ),
        ("DELETE", ["guilds", id, "members", user, "roles", role]) => member_role(
            "DELETE /guilds/{guild.id}/members/{user.id}/roles/{role.id}",
            [id, user, role],
            A::TakeRole,
        ),
        ("GET", ["channels", id]) => channel("GET /channels/{channel.id}", B::Guild, id, A::Channel),
        ("GET", ["channels", id, "messages"]) => channel(
            "GET /channels/{channel.id}/messages",
            B::Messages,
            id,
            A::ListMessages,
        ),
        ("POST", ["channels", id, "messages"]) => Route {
            class: RequestClass::CreateMessage,
            ..channel(
                "POST /channels/{channel.id}/messages",
                B::CreateMessage,
                id,
                A::CreateMessage,
            )
        },
        ("POST", ["channels", id, "typing"]) => {
            channel("POST /channels/{channel.id}/typing", B::Messages, id, A::Typing)
        }
        ("GET", ["channels", id, "messages", of]) => message(
            "GET /channels/{channel.id}/messages/{message.id}",
            id,
            of,
            A::Message,
        ),
        ("PATCH", ["channels", id, "messages", of]) => message(
            "PATCH /channels/{channel.id}/messages/{message.id}",
            id,
            of,
            A::EditMessage,
        ),
        ("DELETE", ["channels", id, "messages", of]) => message(
            "DELETE /channels/{channel.id}/messages/{message.id}",
            id,
            of,
            A::DeleteMessage,
        ),
        (_, ["applications", application, rest @ ..]) => return commands(method, application, rest),
        ("POST", ["interactions", id, token, "callback"]) => Route {
            needs_token: false,
            ..route(
                "POST /interactions/{interaction.id}/{interaction.token}/callback",
                B::Webhook,
                id,
                snowflake("interaction_id", id).map(|id| A::Callback(id, (*token).to_owned())),
            )
        },
        ("POST", ["webhooks", app, token]) => Route {
            needs_token: false,
            ..route(
                "POST /webhooks/{application.id}/{interaction.token}",
                B::Webhook,
                token,
                snowflake("webhook_id", app).map(|app| A::FollowUp(app, (*token).to_owned())),
            )
        },
        ("GET", ["webhooks", app, token, "messages", of]) => answer(
            "GET /webhooks/{application.id}/{interaction.token}/messages/{message.id}",
            app,
            token,
            of,
            A::AnswerMessage,
        ),
        ("PATCH", ["webhooks", app, token, "messages", of]) => answer(
            "PATCH /webhooks/{application.id}/{interaction.token}/messages/{message.id}",
            app,
            token,
            of,
            A::EditAnswerMessage,
        ),
        ("DELETE", ["webhooks", app, token, "messages", of]) => answer(
            "DELETE /webhooks/{application.id}/{interaction.token}/messages/{message.id}",
            app,
            token,
            of,
            A::DeleteAnswerMessage,
        ),
        _ => return None,
    })
}

fn member_role(template: &'static str, ids: [&str; 3], action: fn(Membership, Id) -> Action) -> Route {
    let [guild, user, role] = ids;
    let whole = || {
        let of = Membership {
            guild: snowflake("guild_id", guild)?,
            user: snowflake("user_id", user)?,
        };
        Ok(action(of, snowflake("role_id", role)?))
    };
    route(template, BucketKind::MemberRoles, guild, whole())
}

/// Routes under `applications/{application.id}`.
fn commands(method: &str, application: &str, rest: &[&str]) -> Option<Route> {
    let (guild, rest) = match rest {
        ["guilds", guild, rest @ ..] => (Some(*guild), rest),
        rest => (None, rest),
    };
    let (template, id, action): (_, _, fn(Place, Id) -> Action) = match (method, guild, rest) {
        ("GET", None, ["commands"]) => ("GET /applications/{application.id}/commands", None, |place, _| {
            Action::ListCommands(place)
        }),
        ("PUT", None, ["commands"]) => ("PUT /applications/{application.id}/commands", None, |place, _| {
            Action::OverwriteCommands(place)
        }),
        ("POST", None, ["commands"]) => (
            "POST /applications/{application.id}/commands",
            None,
            |place, _| Action::CreateCommand(place),
        ),
        ("GET", None, ["commands", id]) => (
            "GET /applications/{application.id}/commands/{command.id}",
            Some(id),
            Action::Command,
        ),
        ("PATCH", None, ["commands", id]) => (
            "PATCH /applications/{application.id}/commands/{command.id}",
            Some(id),
            Action::EditCommand,
        ),
        ("DELETE", None, ["commands", id]) => (
            "DELETE /applications/{application.id}/commands/{command.id}",
            Some(id),
            Action::DeleteCommand,
        ),
        ("GET", Some(_), ["commands"]) => (
            "GET /applications/{application.id}/guilds/{guild.id}/commands",
            None,
            |place, _| Action::ListCommands(place),
        ),
        ("PUT", Some(_), ["commands"]) => (
            "PUT /applications/{application.id}/guilds/{guild.id}/commands",
            None,
            |place, _| Action::OverwriteCommands(place),
        ),
        ("POST", Some(_), ["commands"]) => (
            "POST /applications/{application.id}/guilds/{guild.id}/commands",
            None,
            |place, _| Action::CreateCommand(place),
        ),
        ("GET", Some(_), ["commands", id]) => (
            "GET /applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
            Some(id),
            Action::Command,
        ),
        ("PATCH", Some(_), ["commands", id]) => (
            "PATCH /applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
            Some(id),
            Action::EditCommand,
        ),
        ("DELETE", Some(_), ["commands", id]) => (
            "DELETE /applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
            Some(id),
            Action::DeleteCommand,
        ),
        _ => return None,
    };
    let whole = || {
        let place = Place {
            application: snowflake("application_id", application)?,
            guild: guild.map(|guild| snowflake("guild_id", guild)).transpose()?,
        };
        let id = id.map_or(Ok(0), |id| snowflake("command_id", id))?;
        Ok(action(place, id))
    };
    Some(route(
        template,
        BucketKind::Commands,
        guild.unwrap_or(application),
        whole(),
    ))
}

fn route(template: &'static str, kind: BucketKind, resource: &str, action: Result<Action, Refusal>) -> Route {
    let class = if kind == BucketKind::Webhook {
        RequestClass::Interaction
    } else if template.starts_with("GET ") {
        RequestClass::Read
    } else {
        RequestClass::Write
    };
    Route {
        template,
        class,
        bucket: Bucket {
            kind,
            route: template,
            resource: resource.to_owned(),
        },
        needs_token: true,
        action,
    }
}

fn snowflake(name: &str, text: &str) -> Result<Id, Refusal> {
    text.parse().map_err(|_| Refusal::not_snowflake(name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_may_be_ten_nine_or_absent() {
        for path in [
            "/api/v10/channels/7/messages",
            "/api/v9/channels/7/messages",
            "/api/channels/7/messages",
        ] {
            let route = find(&Method::POST, path).expect("a route");
            assert_eq!(route.action, Ok(Action::CreateMessage(7)));
            assert_eq!(route.bucket.resource, "7");
        }
    }

    #[test]
    fn wrong_method_differs_from_unknown_route() {
        let status =
            |method: Method, path: &str| find(&method, path).map(|_| ()).map_err(|refusal| refusal.status);
        assert_eq!(status(Method::PUT, "/api/v10/gateway"), Err(405));
        assert_eq!(
            status(Method::PUT, "/api/v10/applications/7/commands/8"),
            Err(405)
        );
        assert_eq!(status(Method::GET, "/api/v10/nowhere"), Err(404));
        assert_eq!(status(Method::GET, "/api/v11/gateway"), Err(404));
    }

    #[test]
    fn id_that_is_none_names_its_field() {
        let route = find(&Method::GET, "/api/v10/channels/7/messages/x").expect("a route");
        let refusal = route.action.expect_err("x is no id");
        assert!(
            refusal
                .errors
                .is_some_and(|errors| errors["message_id"]["_errors"].is_array())
        );
    }

    #[test]
    fn tokens_of_interactions_are_left_out() {
        assert_eq!(
            without_tokens("/api/v10/webhooks/7/secret/messages/@original"),
            "/api/v10/webhooks/7/:token/messages/@original"
        );
        assert_eq!(
            without_tokens("/api/v10/interactions/7/secret/callback"),
            "/api/v10/interactions/7/:token/callback"
        );
        assert_eq!(
            without_tokens("/api/v10/channels/7/messages"),
            "/api/v10/channels/7/messages"
        );
    }
}
