//! Somebody uses the bot.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Done;
use super::asked::{Asked, IdText, Wrong};
use super::base64;
use crate::rest::interactions::{Use, start};
use crate::rest::picture_size::sniff;
use crate::wire;
use crate::world::Id;
use crate::world::message::NewAttachment;

pub(super) fn commands(asked: &Asked<'_>) -> Done {
    let guild = asked.number("guild")?;
    let commands = asked.state.rest.commands();
    let of = commands.of(guild);
    Ok(json!({"count": of.len(), "commands": of}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    filename: String,
    base64: String,
}

impl File {
    fn read(self, of: &str) -> Result<NewAttachment, Wrong> {
        let bytes = base64::decode(&self.base64)
            .ok_or_else(|| Wrong::asked(format!("the file of {of} is no base64")))?;
        let picture = sniff(&bytes);
        Ok(NewAttachment {
            filename: self.filename,
            description: None,
            content_type: picture.map(|(media_type, _)| media_type.to_owned()),
            dimensions: picture.map(|(_, size)| size),
            bytes: Bytes::from(bytes),
        })
    }
}

pub(super) fn command(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        channel: IdText,
        user: IdText,
        command: String,
        #[serde(default)]
        options: Map<String, Value>,
        #[serde(default)]
        files: BTreeMap<String, File>,
    }
    let body: Body = asked.body()?;
    let files = body
        .files
        .into_iter()
        .map(|(option, file)| {
            let given = file.read(&format!("option {option}"))?;
            Ok((option, given))
        })
        .collect::<Result<_, Wrong>>()?;
    let what = Use::Command {
        name: body.command,
        options: body.options,
        files,
    };
    started(asked, body.channel.0, body.user.0, what)
}

pub(super) fn autocomplete(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        channel: IdText,
        user: IdText,
        command: String,
        option: String,
        #[serde(default)]
        typed: String,
    }
    let body: Body = asked.body()?;
    let what = Use::Autocomplete {
        name: body.command,
        option: body.option,
        typed: body.typed,
    };
    started(asked, body.channel.0, body.user.0, what)
}

pub(super) fn component(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        channel: IdText,
        user: IdText,
        message: IdText,
        custom_id: String,
        #[serde(default)]
        values: Vec<String>,
    }
    let body: Body = asked.body()?;
    let what = Use::Component {
        message: body.message.0,
        custom_id: body.custom_id,
        values: body.values,
    };
    started(asked, body.channel.0, body.user.0, what)
}

pub(super) fn modal(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        channel: IdText,
        user: IdText,
        interaction: IdText,
        #[serde(default)]
        fields: Map<String, Value>,
        #[serde(default)]
        files: BTreeMap<String, Vec<File>>,
    }
    let body: Body = asked.body()?;
    let files = body
        .files
        .into_iter()
        .map(|(input, files)| {
            let files = files.into_iter().map(|file| file.read(&format!("input {input}")));
            Ok((input.clone(), files.collect::<Result<_, _>>()?))
        })
        .collect::<Result<_, Wrong>>()?;
    let what = Use::Modal {
        of: body.interaction.0,
        fields: body.fields,
        files,
    };
    started(asked, body.channel.0, body.user.0, what)
}

fn started(asked: &Asked<'_>, channel: Id, user: Id, what: Use) -> Done {
    let id = start(asked.state, channel, user, what).map_err(|refused| Wrong::conflict(refused.0))?;
    Ok(json!({"id": id.to_string()}))
}

pub(super) fn show(asked: &Asked<'_>) -> Done {
    let id = asked.ids[0];
    let interactions = asked.state.rest.interactions();
    let world = asked.state.world();
    let found = interactions
        .get(id)
        .ok_or_else(|| Wrong::missing(format!("there is no interaction {id}")))?;
    let messages: Vec<Value> = found
        .original
        .iter()
        .chain(&found.follow_ups)
        .filter_map(|message| {
            let private = found.private.get(message);
            let shown = private.or_else(|| world.message(found.channel, *message))?;
            let mut value = json!(wire::message(&world, shown));
            value["private"] = json!(private.is_some());
            Some(value)
        })
        .collect();
    let answers = usize::from(found.callback.is_some()) + found.follow_ups.len();
    Ok(json!({
        "id": id.to_string(),
        "kind": found.kind,
        "channel": found.channel.to_string(),
        "user": found.user.to_string(),
        "at_ms": found.at_ms,
        "count": answers,
        "callback": found.callback,
        "messages": messages,
    }))
}
