//! Discord's JSON of the world's objects, one writer for each, for the gateway and REST alike.
//!
//! Every function returns something that serialises; fields that Discord sends as null are null. Checked against
//! Discord's OpenAPI document where the object occurs in REST.

mod channel;
mod guild;
mod media;
mod member;
mod message;
mod user;

use serde::{Serialize, Serializer};

pub use channel::{channel, guild_channel};
pub use guild::{guild, guild_create, role};
pub use member::{guild_member, member};
pub(crate) use message::attachment_url;
pub use message::{gateway_message, message};
pub use user::{current_user, partial_application, user};

use crate::world::Id;

/// An id as Discord writes it: as text.
#[derive(Clone, Copy, Debug)]
pub struct Text(pub Id);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
