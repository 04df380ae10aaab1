//! Whether a channel's past can be read.

use domain::id::{ChannelId, MessageId};
use serde::de::IgnoredAny;

use super::client::Rest;
use super::error::{Refusal, RestError};
use super::limiter::Route;
use crate::health::RouteClass;

impl Rest {
    /// Whether messages of the channel can be read. Without the permission READ_MESSAGE_HISTORY a list of them is not
    /// refused but empty, so that an empty list proves nothing; asking for a single message is refused. `absent` is the id
    /// of a message that is thought not to exist.
    /// Source: Discord's documentation, "Message", headings "Get Channel Messages" and "Get Channel Message", read in
    /// August 2026.
    ///
    /// # Errors
    /// [`RestError`]: also when the channel cannot be seen at all.
    pub async fn can_read_history(&self, channel: ChannelId, absent: MessageId) -> Result<bool, RestError> {
        let route = Route::new("GET channels/*/messages/*", channel.0);
        let path = ["channels", &channel.to_string(), "messages", &absent.to_string()];
        match self
            .get::<IgnoredAny>(RouteClass::Channels, route, &path, &[])
            .await
        {
            Ok(_) => Ok(true),
            Err(error) => match error.refusal() {
                Some(Refusal::MessageGone) => Ok(true),
                Some(Refusal::MissingPermission) => Ok(false),
                _ => Err(error),
            },
        }
    }
}
