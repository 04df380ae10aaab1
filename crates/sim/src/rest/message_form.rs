//! Reading a message out of a request.
//!
//! Source of the limits: Discord's documentation, "Messages Resource", headings "Create Message" and "Embed Limits",
//! and "API Reference", heading "Uploading Files", read in August 2026.

use serde_json::{Map, Value, json};

use super::allowed_mentions::AllowedMentions;
use super::components;
use super::embeds;
use super::picture_size::sniff;
use super::refusal::{FormErrors, Refusal};
use super::request::Part;
use crate::wire;
use crate::world::embed_files::point_at_files;
use crate::world::message::{Message, NewAttachment, NewMessage};
use crate::world::{Id, World};

const CONTENT_CHARS_MAX: usize = 2_000;
const NONCE_CHARS_MAX: usize = 25;
const FILES_MAX: usize = 10;
const FILE_BYTES_MAX: usize = 10 << 20;

/// The message is seen by one person alone.
pub(super) const EPHEMERAL: u64 = 1 << 6;
/// An answer is promised and not there yet.
pub(super) const LOADING: u64 = 1 << 7;
/// The message is made of components alone.
const COMPONENTS_V2: u64 = 1 << 15;
/// Flags that a bot may set: SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2.
const FLAGS_ALLOWED: u64 = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2;

/// A message as it was sent, checked by itself. What an edit leaves alone is `None`.
#[derive(Debug)]
pub(super) struct MessageForm {
    content: Option<String>,
    pub(super) embeds: Option<Vec<Value>>,
    components: Option<Vec<Value>>,
    pub(super) attachments: Vec<NewAttachment>,
    /// Files of the earlier message that an edit keeps; `None` keeps all.
    kept: Option<Vec<Id>>,
    pub(super) flags: u64,
    nonce: Option<Value>,
    enforce_nonce: bool,
    allowed: AllowedMentions,
    reference: Option<Value>,
}

impl MessageForm {
    /// Reads and checks a message. `files` are the form's, with the numbers of their parts.
    ///
    /// # Errors
    /// Something is too long, too large, or of the wrong kind.
    pub(super) fn read(json: &Value, files: &[(u64, &Part)]) -> Result<Self, Refusal> {
        if files.iter().any(|(_, file)| file.bytes.len() > FILE_BYTES_MAX) {
            return Err(Refusal::entity_too_large());
        }
        let empty = Map::new();
        let mut form = FormErrors::default();
        let fields = form.object("", Some(json)).unwrap_or(&empty);
        let content = form.text("content", fields.get("content"), CONTENT_CHARS_MAX);
        // Null in an edit takes the text away.
        let content = if fields.contains_key("content") {
            Some(content.unwrap_or_default().to_owned())
        } else {
            None
        };
        let embeds = fields.get("embeds").map(|list| embeds::read(list, &mut form));
        let flags = form
            .integer("flags", fields.get("flags"), 0, i64::MAX)
            .and_then(|flags| u64::try_from(flags).ok())
            .unwrap_or(0)
            & FLAGS_ALLOWED;
        let v2 = flags & COMPONENTS_V2 != 0;
        let components = fields
            .get("components")
            .map(|list| components::read(list, v2, &mut form));
        if v2 {
            for field in ["content", "embeds"] {
                if fields.get(field).is_some_and(|value| !is_empty(value)) {
                    form.add(
                        field,
                        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                        format!(
                            "The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                        ),
                    );
                }
            }
        }
        let allowed = AllowedMentions::read(fields.get("allowed_mentions"), &mut form);
        let nonce = read_nonce(fields.get("nonce"), &mut form);
        let enforce_nonce = form
            .flag("enforce_nonce", fields.get("enforce_nonce"))
            .unwrap_or(false);
        form.flag("tts", fields.get("tts"));
        let reference = read_reference(fields.get("message_reference"), &mut form);
        let (attachments, kept) = read_files(fields, files, &mut form);
        form.check()?;
        Ok(Self {
            content,
            embeds,
            components,
            attachments,
            kept,
            flags,
            nonce,
            enforce_nonce,
            allowed,
            reference,
        })
    }

    /// Nothing that could be seen.
    pub(super) fn is_empty(&self) -> bool {
        self.content.as_deref().unwrap_or_default().trim().is_empty()
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.attachments.is_empty()
    }

    /// The message to be posted to one person alone.
    pub(super) fn into_direct(self, world: &World) -> NewMessage {
        let content = self.content.unwrap_or_default().trim().to_owned();
        NewMessage {
            mentions: self.allowed.users_in(&content, world),
            content,
            nonce: self.nonce,
            enforce_nonce: self.enforce_nonce,
            embeds: self.embeds.unwrap_or_default(),
            components: self.components.unwrap_or_default(),
            flags: self.flags,
            ..NewMessage::default()
        }
    }

    /// The message to be posted by `author`.
    pub(super) fn into_new(self, world: &World, guild: Id, channel: Id, author: Id) -> NewMessage {
        let content = self.content.unwrap_or_default().trim().to_owned();
        let held = world.permissions(guild, author, Some(channel));
        NewMessage {
            mentions: self.allowed.users_in(&content, world),
            mention_everyone: self.allowed.pings_everyone(&content, held),
            content,
            nonce: self.nonce,
            enforce_nonce: self.enforce_nonce,
            attachments: self.attachments,
            embeds: self.embeds.unwrap_or_default(),
            components: self.components.unwrap_or_default(),
            kind: if self.reference.is_some() { 19 } else { 0 },
            flags: self.flags,
            reference: self.reference.map(|mut reference| {
                reference["channel_id"] = json!(channel.to_string());
                reference["guild_id"] = json!(guild.to_string());
                reference
            }),
            interaction_metadata: None,
            webhook: None,
        }
    }

    /// The earlier message with what the form changes. It is not loading any more.
    ///
    /// # Errors
    /// Nothing would be left of it.
    pub(super) fn applied_to(self, world: &mut World, mut message: Message) -> Result<Message, Refusal> {
        if let Some(content) = self.content {
            message.content = content.trim().to_owned();
            message.mentions = self.allowed.users_in(&message.content, world);
        }
        if let Some(embeds) = self.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = self.components {
            message.components = components;
        }
        if let Some(kept) = self.kept {
            message.attachments.retain(|file| kept.contains(&file.id));
        }
        for file in self.attachments {
            message.attachments.push(file.uploaded(world.ids.now()));
        }
        point_at_files(&mut message.embeds, |name| {
            let file = message.attachments.iter().find(|file| file.filename == name)?;
            Some(wire::attachment_url(&world.cdn_base, message.channel, file))
        });
        message.flags = message.flags & !LOADING | self.flags & !EPHEMERAL;
        let empty = message.content.is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && message.attachments.is_empty();
        if empty {
            Err(Refusal::empty_message())
        } else {
            Ok(message)
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn read_nonce(value: Option<&Value>, form: &mut FormErrors) -> Option<Value> {
    let value = value.filter(|value| !value.is_null())?;
    if !value.is_i64() {
        form.text("nonce", Some(value), NONCE_CHARS_MAX);
    }
    Some(value.clone())
}

fn read_reference(value: Option<&Value>, form: &mut FormErrors) -> Option<Value> {
    let object = form.object("message_reference", value)?;
    let message = form.snowflake("message_reference.message_id", object.get("message_id"));
    if message.is_none() {
        form.required("message_reference.message_id");
    }
    Some(json!({"type": 0, "message_id": message?.to_string()}))
}

/// New files, and those of the earlier message that stay. The metadata in `attachments` name new files by the number of
/// their part and old ones by their id.
fn read_files(
    fields: &Map<String, Value>,
    files: &[(u64, &Part)],
    form: &mut FormErrors,
) -> (Vec<NewAttachment>, Option<Vec<Id>>) {
    if files.len() > FILES_MAX {
        let message = format!("Must be {FILES_MAX} or fewer in length.");
        form.add("files", "BASE_TYPE_MAX_LENGTH", message);
    }
    let mut described = Vec::new();
    let mut kept = Vec::new();
    for (index, entry) in form
        .list("attachments", fields.get("attachments"), FILES_MAX)
        .iter()
        .enumerate()
    {
        let path = format!("attachments.{index}");
        let Some(entry) = form.object(&path, Some(entry)) else {
            continue;
        };
        let Some(id) = form.snowflake(&format!("{path}.id"), entry.get("id")) else {
            form.required(&format!("{path}.id"));
            continue;
        };
        let filename = form.text(&format!("{path}.filename"), entry.get("filename"), 1024);
        let description = form.text(&format!("{path}.description"), entry.get("description"), 1024);
        if files.iter().any(|(number, _)| *number == id) {
            described.push((id, filename, description));
        } else if id > u64::from(u16::MAX) {
            kept.push(id);
        } else {
            form.add(
                &path,
                "ATTACHMENT_NOT_FOUND",
                format!("No file was sent as files[{id}]."),
            );
        }
    }
    let new = files
        .iter()
        .map(|(number, file)| {
            let about = described.iter().find(|(id, ..)| id == number);
            let filename = about
                .and_then(|(_, filename, _)| *filename)
                .or(file.filename.as_deref())
                .unwrap_or("unknown");
            let picture = sniff(&file.bytes);
            NewAttachment {
                filename: safe_name(filename),
                description: about.and_then(|(.., description)| description.map(str::to_owned)),
                content_type: picture
                    .map(|(media_type, _)| media_type.to_owned())
                    .or_else(|| file.content_type.clone()),
                dimensions: picture.map(|(_, size)| size),
                bytes: file.bytes.clone(),
            }
        })
        .collect();
    let kept = fields
        .get("attachments")
        .filter(|list| !list.is_null())
        .map(|_| kept);
    (new, kept)
}

/// A file's name as it can stand in an address: letters, digits, `.`, `-` and `_`.
pub(super) fn safe_name(name: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    name.chars()
        .map(|letter| if kept(letter) { letter } else { '_' })
        .collect()
}
