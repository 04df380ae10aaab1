//! What was chosen for a command's options, checked as Discord's client checks it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::start::{UseRefused, refused};
use crate::wire;
use crate::world::message::NewAttachment;
use crate::world::{Id, World};

const SUB_COMMAND: i64 = 1;
const SUB_COMMAND_GROUP: i64 = 2;

/// What the ids among the options stand for.
pub(super) struct Resolved {
    guild: Id,
    channel: Id,
    given: BTreeMap<String, NewAttachment>,
    found: Map<String, Value>,
    files: Vec<(Id, NewAttachment)>,
}

impl Resolved {
    pub(super) fn new(guild: Id, channel: Id, given: BTreeMap<String, NewAttachment>) -> Self {
        Self {
            guild,
            channel,
            given,
            found: Map::new(),
            files: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> (Map<String, Value>, Vec<(Id, NewAttachment)>) {
        (self.found, self.files)
    }

    fn put(&mut self, kind: &str, id: Id, value: Value) {
        self.found.entry(kind).or_insert_with(|| json!({}))[id.to_string()] = value;
    }

    /// Resolves what was chosen in a select of this type; its text stands for itself in one of texts.
    pub(super) fn name(&mut self, world: &World, component_type: i64, value: &str) -> Result<(), UseRefused> {
        match component_type {
            5 => self.user(world, value),
            6 => self.role(world, value),
            7 => self.user(world, value).or_else(|_| self.role(world, value)),
            8 => self.named_channel(world, value, &[]),
            _ => Ok(()),
        }
    }

    fn user(&mut self, world: &World, text: &str) -> Result<(), UseRefused> {
        let id = id(text)?;
        let Some(user) = world.users.get(&id) else {
            return refused(format!("there is no user {id}"));
        };
        self.put("users", id, json!(wire::user(user)));
        if let Some(member) = world.member(self.guild, id) {
            let mut value = json!(wire::member(member, user));
            if let Some(object) = value.as_object_mut() {
                object.remove("user");
                let held = world.permissions(self.guild, id, Some(self.channel));
                object.insert("permissions".to_owned(), json!(held.to_string()));
            }
            self.put("members", id, value);
        }
        Ok(())
    }

    fn role(&mut self, world: &World, text: &str) -> Result<(), UseRefused> {
        let id = id(text)?;
        let home = world.guilds.get(&self.guild);
        let Some(role) = home.and_then(|home| home.roles.get(&id)) else {
            return refused(format!("there is no role {id}"));
        };
        self.put("roles", id, wire::role(role));
        Ok(())
    }

    fn named_channel(&mut self, world: &World, text: &str, kinds: &[Value]) -> Result<(), UseRefused> {
        let id = id(text)?;
        let Some((guild, channel)) = world.channel(id).filter(|(guild, _)| guild.id == self.guild) else {
            return refused(format!("there is no channel {id} in this guild"));
        };
        if !kinds.is_empty() && !kinds.contains(&json!(channel.kind)) {
            return refused(format!("channel {id} is not of a type that the option takes"));
        }
        let mut value = wire::channel(channel);
        let bot = world.bot.id;
        value["permissions"] = json!(crate::world::permissions::ALL.to_string());
        value["app_permissions"] = json!(world.permissions(guild.id, bot, Some(id)).to_string());
        self.put("channels", id, value);
        Ok(())
    }

    fn file(&mut self, world: &mut World, option: &str) -> Option<Id> {
        let file = self.given.remove(option)?;
        Some(self.uploaded(world, file))
    }

    /// A file of a person's, which only those hear of who get its address.
    pub(super) fn uploaded(&mut self, world: &mut World, file: NewAttachment) -> Id {
        let id = world.ids.now();
        let url = format!("{}/ephemeral-attachments/{id}/{}", world.cdn_base, file.filename);
        let mut value = json!({
            "id": id.to_string(),
            "filename": file.filename,
            "size": file.bytes.len(),
            "url": url,
            "proxy_url": url,
            "ephemeral": true,
        });
        if let Some(media_type) = &file.content_type {
            value["content_type"] = json!(media_type);
        }
        if let Some((width, height)) = file.dimensions {
            value["width"] = json!(width);
            value["height"] = json!(height);
        }
        self.put("attachments", id, value);
        self.files.push((id, file));
        id
    }
}

fn id(text: &str) -> Result<Id, UseRefused> {
    text.parse()
        .map_err(|_| UseRefused(format!("\"{text}\" is no id")))
}

/// The options as INTERACTION_CREATE has them: those of the group and sub-command at `path`, within these two.
pub(super) fn choose(
    world: &mut World,
    definition: &Value,
    path: &[&str],
    given: &Map<String, Value>,
    resolved: &mut Resolved,
) -> Result<Value, UseRefused> {
    let known = definition["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let nests = |option: &&Value| matches!(option["type"].as_i64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP));
    if let Some((name, rest)) = path.split_first() {
        let Some(inner) = known.iter().filter(nests).find(|option| option["name"] == *name) else {
            return refused(format!("{} has no sub-command {name}", definition["name"]));
        };
        let options = choose(world, inner, rest, given, resolved)?;
        return Ok(json!([{"name": name, "type": inner["type"], "options": options}]));
    }
    if let Some(inner) = known.iter().find(nests) {
        return refused(format!(
            "{} needs a sub-command, such as {}",
            definition["name"], inner["name"]
        ));
    }
    for name in given.keys().chain(resolved.given.keys()) {
        if !known.iter().any(|option| option["name"] == *name.as_str()) {
            return refused(format!("{} has no option {name}", definition["name"]));
        }
    }
    let mut chosen = Vec::new();
    for option in known {
        let name = option["name"].as_str().unwrap_or_default();
        let value = match (option["type"].as_i64(), given.get(name)) {
            (Some(11), _) => resolved.file(world, name).map(|id| json!(id.to_string())),
            (_, Some(value)) => Some(checked(world, option, value, resolved)?),
            (_, None) => None,
        };
        match value {
            Some(value) => chosen.push(json!({"name": name, "type": option["type"], "value": value})),
            None if option["required"] == true => {
                return refused(format!("option {name} is required"));
            }
            None => {}
        }
    }
    Ok(Value::Array(chosen))
}

/// The options as they are while somebody types in one of them.
pub(super) fn typing(
    definition: &Value,
    path: &[&str],
    option: &str,
    typed: &str,
) -> Result<Value, UseRefused> {
    let known = definition["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if let Some((name, rest)) = path.split_first() {
        let Some(inner) = known.iter().find(|inner| inner["name"] == *name) else {
            return refused(format!("{} has no sub-command {name}", definition["name"]));
        };
        let options = typing(inner, rest, option, typed)?;
        return Ok(json!([{"name": name, "type": inner["type"], "options": options}]));
    }
    match known.iter().find(|known| known["name"] == option) {
        Some(known) if known["autocomplete"] == true => {
            Ok(json!([{"name": option, "type": known["type"], "value": typed, "focused": true}]))
        }
        _ => refused(format!("option {option} offers nothing while one types")),
    }
}

fn checked(
    world: &World,
    option: &Value,
    value: &Value,
    resolved: &mut Resolved,
) -> Result<Value, UseRefused> {
    let name = &option["name"];
    let text = value.as_str().unwrap_or_default();
    let choices = option["choices"].as_array().filter(|choices| !choices.is_empty());
    if let Some(choices) = choices
        && !choices.iter().any(|choice| choice["value"] == *value)
    {
        return refused(format!("option {name} does not offer {value}"));
    }
    let bounds = |what: f64, min: &str, max: &str| {
        option[min].as_f64().is_none_or(|min| what >= min)
            && option[max].as_f64().is_none_or(|max| what <= max)
    };
    let sound = match option["type"].as_i64() {
        Some(3) => value.is_string() && bounds(text.chars().count() as f64, "min_length", "max_length"),
        Some(4) => value.is_i64() && bounds(value.as_f64().unwrap_or(0.0), "min_value", "max_value"),
        Some(5) => value.is_boolean(),
        Some(6) => resolved.user(world, text).map(|()| true)?,
        Some(7) => {
            let kinds = option["channel_types"].as_array().cloned().unwrap_or_default();
            resolved.named_channel(world, text, &kinds).map(|()| true)?
        }
        Some(8) => resolved.role(world, text).map(|()| true)?,
        Some(9) => resolved
            .user(world, text)
            .or_else(|_| resolved.role(world, text))
            .map(|()| true)?,
        Some(10) => value.is_number() && bounds(value.as_f64().unwrap_or(0.0), "min_value", "max_value"),
        _ => false,
    };
    if sound {
        Ok(value.clone())
    } else {
        refused(format!("option {name} does not take {value}"))
    }
}
