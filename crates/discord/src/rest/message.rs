//! Messages: what is posted, and what is seen of those that stand in a channel.

use bytes::Bytes;
use domain::id::{ChannelId, MessageId, UserId};
use reqwest::multipart::{Form, Part};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::embed::{self, Embed};

/// The most characters of an attachment's description.
/// Source: Discord's documentation, "Message", heading "Attachment Object", read in August 2026.
const DESCRIPTION_LEN_MAX: usize = 1024;

/// A message to be posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMessage {
    /// Its text, at most 2000 characters.
    pub content: String,
    /// Who are told of it, where the text mentions them; at most 100. No other mention in the text has an effect.
    pub mentions: Vec<UserId>,
    /// At most 25 characters. For some minutes a second message with the same nonce is not posted; the first one comes
    /// back in its place.
    pub nonce: Option<String>,
    /// A file that goes with it.
    pub attachment: Option<Attachment>,
    /// Boxes under the text, at most 10. One that shows the file names it as `attachment://` and its name.
    pub embeds: Vec<Embed>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, with an extension by which Discord shows it as a picture.
    pub file_name: String,
    /// Its media type, such as `image/jpeg`.
    pub media_type: &'static str,
    /// Its content, at most 10 MiB.
    pub bytes: Bytes,
    /// What it shows, for those who do not see it; cut off at 1024 characters, and left out where it is empty.
    pub description: String,
}

/// A message that was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostedMessage {
    /// The message; `None` when one with the same nonce had been posted before and was deleted since.
    pub id: Option<MessageId>,
    /// Where it stands.
    pub channel: ChannelId,
}

/// A message that stands in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMessage {
    /// The message.
    pub id: MessageId,
    /// Who wrote it.
    pub author: UserId,
    /// The nonce that its sender gave it. Discord does not promise to tell it here.
    pub nonce: Option<String>,
    /// Whom it mentions.
    pub mentions: Vec<UserId>,
    /// Its text. Of what others wrote it is empty: we do not ask for that.
    /// Source: Discord's documentation, "Gateway", heading "Message Content Intent", read in August 2026.
    pub content: String,
}

/// The body of Create Message.
/// Source: Discord's documentation, "Message", heading "Create Message", read in August 2026.
#[derive(Serialize)]
pub(super) struct MessageBody<'a> {
    content: &'a str,
    allowed_mentions: AllowedMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce_nonce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<[Value; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embeds: Option<Value>,
}

#[derive(Serialize)]
struct AllowedMentions {
    parse: [&'static str; 0],
    users: Vec<String>,
}

impl Attachment {
    /// What the JSON beside a form's files says of the file of this number.
    pub(crate) fn json(&self, number: usize) -> Value {
        let description: String = self.description.chars().take(DESCRIPTION_LEN_MAX).collect();
        let mut json = json!({"id": number, "filename": self.file_name});
        if !description.is_empty() {
            json["description"] = json!(description);
        }
        json
    }
}

impl<'a> MessageBody<'a> {
    pub(super) fn new(message: &'a NewMessage) -> Self {
        Self {
            content: &message.content,
            allowed_mentions: AllowedMentions {
                parse: [],
                users: message.mentions.iter().map(UserId::to_string).collect(),
            },
            nonce: message.nonce.as_deref(),
            enforce_nonce: message.nonce.as_ref().map(|_| true),
            attachments: message.attachment.as_ref().map(|attachment| [attachment.json(0)]),
            embeds: (!message.embeds.is_empty()).then(|| embed::json(&message.embeds)),
        }
    }
}

/// The form that carries `json` and files.
/// Source: Discord's documentation, "API Reference", heading "Uploading Files", read in August 2026.
pub(super) fn form(json: Vec<u8>, files: &[Attachment]) -> Result<Form, reqwest::Error> {
    let json = Part::bytes(json).mime_str("application/json")?;
    let mut form = Form::new().part("payload_json", json);
    for (number, file) in files.iter().enumerate() {
        let len = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        let part = Part::stream_with_length(file.bytes.clone(), len)
            .file_name(file.file_name.clone())
            .mime_str(file.media_type)?;
        form = form.part(format!("files[{number}]"), part);
    }
    Ok(form)
}

/// A message as Discord writes it, as far as it is read.
#[derive(Deserialize)]
pub(super) struct MessageJson {
    pub(super) id: String,
    pub(super) author: AuthorJson,
    pub(super) nonce: Option<serde_json::Value>,
    #[serde(default)]
    pub(super) mentions: Vec<AuthorJson>,
    #[serde(default)]
    pub(super) content: String,
}

#[derive(Deserialize)]
pub(super) struct AuthorJson {
    pub(super) id: String,
}

impl MessageJson {
    /// `None` when an id is none.
    pub(super) fn into_seen(self) -> Option<SeenMessage> {
        Some(SeenMessage {
            id: self.id.parse().ok()?,
            author: self.author.id.parse().ok()?,
            nonce: match self.nonce {
                Some(serde_json::Value::String(text)) => Some(text),
                Some(serde_json::Value::Number(number)) => Some(number.to_string()),
                _ => None,
            },
            mentions: self
                .mentions
                .iter()
                .map(|user| user.id.parse().ok())
                .collect::<Option<_>>()?,
            content: self.content,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_mentions_one_member_and_nobody_else() {
        let message = NewMessage {
            content: "hello <@7> @everyone".into(),
            mentions: vec![UserId(7)],
            nonce: Some("99".into()),
            attachment: Some(Attachment {
                file_name: "welcome.jpg".into(),
                media_type: "image/jpeg",
                bytes: Bytes::from_static(b"x"),
                description: "é".repeat(2000),
            }),
            embeds: Vec::new(),
        };
        let body = serde_json::to_value(MessageBody::new(&message)).expect("serialises");
        assert_eq!(
            body["allowed_mentions"],
            serde_json::json!({"parse": [], "users": ["7"]})
        );
        assert_eq!(body["nonce"], "99");
        assert_eq!(body["enforce_nonce"], true);
        assert_eq!(body["attachments"][0]["filename"], "welcome.jpg");
        assert_eq!(body["attachments"][0]["description"], "é".repeat(1024));
    }

    #[test]
    fn body_without_nonce_does_not_enforce_one() {
        let body = serde_json::to_value(MessageBody::new(&NewMessage::default())).expect("serialises");
        assert_eq!(
            body,
            serde_json::json!({"content": "", "allowed_mentions": {"parse": [], "users": []}})
        );
    }
}
