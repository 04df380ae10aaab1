//! Direct messages.

use domain::id::{ChannelId, UserId};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::{Call, Content, Rest};
use super::error::RestError;
use super::limiter::Route;
use super::routes::id;
use crate::health::RouteClass;

impl Rest {
    /// POST /users/@me/channels: the channel in which `user` and we write to each other, opened where there is none yet.
    /// Whether they take messages of ours turns out at the first one:
    /// [`Refusal::MemberUnreachable`](crate::Refusal::MemberUnreachable).
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn open_dm(&self, user: UserId) -> Result<ChannelId, RestError> {
        #[derive(Deserialize)]
        struct Opened {
            id: String,
        }
        let json = json!({"recipient_id": user.to_string()}).to_string().into_bytes();
        let opened: Opened = self
            .call(Call {
                class: RouteClass::Channels,
                route: Route::new("POST users/@me/channels", 0),
                method: Method::POST,
                path: &["users", "@me", "channels"],
                query: &[],
                content: Content::Json {
                    json,
                    files: &[],
                    // It is the same channel each time.
                    repeatable: true,
                },
            })
            .await?
            .read()?;
        id(&opened.id)
    }
}
