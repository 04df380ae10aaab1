//! The calls, one for each thing that the bot wants of Discord.

use domain::id::{ApplicationId, ChannelId, GuildId, MessageId, UserId};
use domain::time::UnixMs;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::application::ApplicationFlags;
use super::client::{Call, Content, Rest};
use super::error::{Refusal, RestError};
use super::limiter::Route;
use super::message::{MessageBody, MessageJson, NewMessage, PostedMessage, SeenMessage};
use crate::embed;
use crate::health::RouteClass;

/// Where and how sessions begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayBot {
    /// The gateway.
    pub url: Url,
    /// How many shards Discord recommends.
    pub shards: u32,
    /// How often sessions may be begun.
    pub session_start_limit: SessionStartLimit,
}

/// How often sessions may be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct SessionStartLimit {
    /// In a day.
    pub total: u32,
    /// Left of them.
    pub remaining: u32,
    /// How long until there are `total` again, ms.
    #[serde(rename = "reset_after")]
    pub reset_after_ms: u64,
    /// How many shards may begin a session in the same 5 s.
    pub max_concurrency: u16,
}

/// Ourselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentUser {
    /// Our id.
    pub id: UserId,
    /// Our name.
    pub name: String,
}

/// The application that the token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its id, for [`crate::invite_url`].
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// Its switches, those of the privileged intents among them.
    pub flags: ApplicationFlags,
    /// How many guilds the bot is in, roughly.
    pub approximate_guild_count: Option<u64>,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The channel.
    pub id: ChannelId,
    /// The guild that it belongs to; a direct message has none.
    pub guild: Option<GuildId>,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Discord's number of its type: 0 is a guild's text channel.
    pub kind: u8,
}

impl Rest {
    /// GET /gateway/bot.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn gateway_bot(&self) -> Result<GatewayBot, RestError> {
        #[derive(Deserialize)]
        struct Json {
            url: String,
            shards: u32,
            session_start_limit: SessionStartLimit,
        }
        let json: Json = self.about_us("GET gateway/bot", &["gateway", "bot"]).await?;
        let url = json
            .url
            .parse()
            .map_err(|_| RestError::Malformed { status: 200 })?;
        Ok(GatewayBot {
            url,
            shards: json.shards,
            session_start_limit: json.session_start_limit,
        })
    }

    /// What time it is by Discord's clock, to the second: the `Date` of its answer to GET /gateway. `None` where something in
    /// between took the header away.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn discord_time(&self) -> Result<Option<UnixMs>, RestError> {
        let call = Call {
            class: RouteClass::Ourselves,
            route: Route {
                guarded: false,
                ..Route::new("GET gateway", 0)
            },
            method: Method::GET,
            path: &["gateway"],
            query: &[],
            content: Content::None,
        };
        Ok(self.call(call).await?.date())
    }

    /// GET /users/@me.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn current_user(&self) -> Result<CurrentUser, RestError> {
        #[derive(Deserialize)]
        struct Json {
            id: String,
            username: String,
        }
        let json: Json = self.about_us("GET users/@me", &["users", "@me"]).await?;
        Ok(CurrentUser {
            id: id(&json.id)?,
            name: json.username,
        })
    }

    /// GET /applications/@me.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn application(&self) -> Result<Application, RestError> {
        #[derive(Deserialize)]
        struct Json {
            id: String,
            name: String,
            #[serde(default)]
            flags: u64,
            approximate_guild_count: Option<u64>,
        }
        let json: Json = self
            .about_us("GET applications/@me", &["applications", "@me"])
            .await?;
        Ok(Application {
            id: id(&json.id)?,
            name: json.name,
            flags: ApplicationFlags(json.flags),
            approximate_guild_count: json.approximate_guild_count,
        })
    }

    /// GET /channels/{channel}.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn channel(&self, channel: ChannelId) -> Result<Channel, RestError> {
        #[derive(Deserialize)]
        struct Json {
            id: String,
            guild_id: Option<String>,
            name: Option<String>,
            #[serde(rename = "type")]
            kind: u8,
        }
        let route = Route::new("GET channels/*", channel.0);
        let json: Json = self
            .get(
                RouteClass::Channels,
                route,
                &["channels", &channel.to_string()],
                &[],
            )
            .await?;
        Ok(Channel {
            id: id(&json.id)?,
            guild: json.guild_id.as_deref().map(id).transpose()?,
            name: json.name,
            kind: json.kind,
        })
    }

    /// POST /channels/{channel}/messages, with `enforce_nonce` where there is a nonce: then an earlier message with the
    /// same nonce comes back in place of a second one. So only a message with a nonce is sent again in place; all of it
    /// takes no longer than [`CALL_TIME_MAX`](crate::CALL_TIME_MAX), well within the time for which Discord remembers it.
    ///
    /// # Errors
    /// [`RestError`]. Where its verdict is unknown, the message perhaps stands in the channel.
    pub async fn create_message(
        &self,
        channel: ChannelId,
        message: &NewMessage,
    ) -> Result<PostedMessage, RestError> {
        #[derive(Deserialize)]
        struct Json {
            id: String,
        }
        embed::check(&message.embeds)?;
        let body = MessageBody::new(message);
        let json = serde_json::to_vec(&body).expect("strings, numbers and lists of them are always JSON");
        let answer = self
            .call(Call {
                class: RouteClass::Messages,
                route: Route::new("POST channels/*/messages", channel.0),
                method: Method::POST,
                path: &["channels", &channel.to_string(), "messages"],
                query: &[],
                content: Content::Json {
                    json,
                    files: message.attachment.as_slice(),
                    repeatable: message.nonce.is_some(),
                },
            })
            .await;
        match answer {
            Ok(answer) => {
                let posted: Json = answer.read()?;
                Ok(PostedMessage {
                    id: Some(id(&posted.id)?),
                    channel,
                })
            }
            // An earlier message with this nonce was posted and is gone.
            Err(error) if message.nonce.is_some() && error.refusal() == Some(Refusal::MessageGone) => {
                Ok(PostedMessage { id: None, channel })
            }
            Err(error) => Err(error),
        }
    }

    /// GET /channels/{channel}/messages: the `limit` (1 to 100) messages that come next after `after`, newest first.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn messages_after(
        &self,
        channel: ChannelId,
        after: MessageId,
        limit: u8,
    ) -> Result<Vec<SeenMessage>, RestError> {
        let route = Route::new("GET channels/*/messages", channel.0);
        let query = [
            ("after", after.to_string()),
            ("limit", limit.clamp(1, 100).to_string()),
        ];
        let page: Vec<MessageJson> = self
            .get(
                RouteClass::Channels,
                route,
                &["channels", &channel.to_string(), "messages"],
                &query,
            )
            .await?;
        page.into_iter()
            .map(|message| message.into_seen().ok_or(RestError::Malformed { status: 200 }))
            .collect()
    }

    /// A call that asks only about ourselves: it says nothing about anybody's permissions, so it is not held back when
    /// too many calls were refused.
    async fn about_us<T: DeserializeOwned>(&self, name: &'static str, path: &[&str]) -> Result<T, RestError> {
        self.get(
            RouteClass::Ourselves,
            Route {
                guarded: false,
                ..Route::new(name, 0)
            },
            path,
            &[],
        )
        .await
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        class: RouteClass,
        route: Route,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, RestError> {
        self.call(Call {
            class,
            route,
            method: Method::GET,
            path,
            query,
            content: Content::None,
        })
        .await?
        .read()
    }
}

pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, RestError> {
    text.parse().map_err(|_| RestError::Malformed { status: 200 })
}
