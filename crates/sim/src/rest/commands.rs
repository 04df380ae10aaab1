//! Application commands: registering and reading them.
//!
//! Source: Discord's documentation, "Application Commands", read in August 2026.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::answer::{Acted, Answer};
use super::command_form;
use super::refusal::{FormErrors, Refusal};
use super::request::Call;
use super::route::Place;
use crate::state::State;
use crate::world::{Id, World};

/// Slash commands of an application, all over or in one guild.
const COMMANDS_MAX: usize = 100;

/// All commands, as Discord gives them back. `None` is everywhere.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    by_guild: HashMap<Option<Id>, Vec<Value>>,
}

impl Commands {
    /// The command that a person in a guild means by a name: the guild's own goes before one for everywhere.
    pub(super) fn find(&self, guild: Id, name: &str) -> Option<&Value> {
        [Some(guild), None]
            .iter()
            .filter_map(|place| self.by_guild.get(place))
            .flatten()
            .find(|command| command["name"] == name)
    }

    /// The commands of a guild, or those for everywhere.
    pub(crate) fn of(&self, guild: Option<Id>) -> &[Value] {
        self.by_guild.get(&guild).map(Vec::as_slice).unwrap_or_default()
    }
}

/// # Errors
/// The application is not the bot's, or it is not in the guild.
fn enter(world: &World, place: Place) -> Result<(), Refusal> {
    if place.application != world.bot.application_id {
        return Err(Refusal::unknown_application());
    }
    match place.guild {
        Some(guild) if world.guild(guild).is_none() => Err(Refusal::missing_access()),
        _ => Ok(()),
    }
}

pub(super) fn list(state: &State, call: &Call, place: Place) -> Acted {
    let commands = state.rest.commands();
    enter(&state.world(), place)?;
    let with_localizations = call.switch("with_localizations");
    let listed: Vec<Value> = commands
        .of(place.guild)
        .iter()
        .map(|command| {
            let mut command = command.clone();
            if !with_localizations && let Some(object) = command.as_object_mut() {
                object.remove("name_localizations");
                object.remove("description_localizations");
            }
            command
        })
        .collect();
    Ok(Answer::ok(&listed))
}

/// Puts these commands in place of all there are. Commands that keep name and type keep their id.
pub(super) fn overwrite(state: &State, call: &Call, place: Place) -> Acted {
    let mut commands = state.rest.commands();
    let mut world = state.world();
    enter(&world, place)?;
    let mut form = FormErrors::default();
    let list = form.list("", Some(call.json()?), COMMANDS_MAX);
    let mut names = std::collections::HashSet::new();
    for (index, command) in list.iter().enumerate() {
        command_form::check(&index.to_string(), command, &mut form);
        if !names.insert((command["name"].as_str(), kind(command))) {
            form.add(
                &index.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    form.check()?;
    let new: Vec<Value> = list
        .iter()
        .map(|command| {
            let old = same(commands.of(place.guild), command).map(|old| old["id"].clone());
            complete(&mut world, place, command, old)
        })
        .collect();
    let answer = Answer::ok(&new);
    commands.by_guild.insert(place.guild, new);
    Ok(answer)
}

/// Adds a command, or replaces the one of the same name and type.
pub(super) fn create(state: &State, call: &Call, place: Place) -> Acted {
    let mut commands = state.rest.commands();
    let mut world = state.world();
    enter(&world, place)?;
    let command = call.json()?;
    let mut form = FormErrors::default();
    command_form::check("", command, &mut form);
    let old = same(commands.of(place.guild), command).map(|old| old["id"].clone());
    if old.is_none() && commands.of(place.guild).len() >= COMMANDS_MAX {
        form.add(
            "",
            "APPLICATION_COMMAND_TOO_MANY",
            format!("There are {COMMANDS_MAX} commands already."),
        );
    }
    form.check()?;
    let status = if old.is_some() { 200 } else { 201 };
    let new = complete(&mut world, place, command, old);
    let kept = commands.by_guild.entry(place.guild).or_default();
    kept.retain(|old| old["id"] != new["id"]);
    kept.push(new.clone());
    Ok(Answer::json(status, &new))
}

pub(super) fn get(state: &State, place: Place, id: Id) -> Acted {
    let commands = state.rest.commands();
    enter(&state.world(), place)?;
    let id = json!(id.to_string());
    let found = commands
        .of(place.guild)
        .iter()
        .find(|command| command["id"] == id);
    found.map(Answer::ok).ok_or_else(Refusal::unknown_command)
}

/// Changes the fields that are named.
pub(super) fn edit(state: &State, call: &Call, place: Place, id: Id) -> Acted {
    let mut commands = state.rest.commands();
    let mut world = state.world();
    enter(&world, place)?;
    let id = json!(id.to_string());
    let kept = commands.by_guild.entry(place.guild).or_default();
    let old = kept
        .iter_mut()
        .find(|command| command["id"] == id)
        .ok_or_else(Refusal::unknown_command)?;
    let mut changed = old.as_object().cloned().unwrap_or_default();
    let mut form = FormErrors::default();
    changed.extend(form.object("", Some(call.json()?)).cloned().unwrap_or_default());
    let changed = Value::Object(changed);
    command_form::check("", &changed, &mut form);
    form.check()?;
    *old = complete(&mut world, place, &changed, Some(id));
    Ok(Answer::ok(old))
}

pub(super) fn delete(state: &State, place: Place, id: Id) -> Acted {
    let mut commands = state.rest.commands();
    enter(&state.world(), place)?;
    let id = json!(id.to_string());
    let kept = commands.by_guild.entry(place.guild).or_default();
    let before = kept.len();
    kept.retain(|command| command["id"] != id);
    if kept.len() == before {
        Err(Refusal::unknown_command())
    } else {
        Ok(Answer::empty())
    }
}

/// The type of a command; 1, a slash command, unless it says otherwise.
fn kind(command: &Value) -> i64 {
    command["type"].as_i64().unwrap_or(1)
}

fn same<'a>(commands: &'a [Value], command: &Value) -> Option<&'a Value> {
    commands
        .iter()
        .find(|old| old["name"] == command["name"] && kind(old) == kind(command))
}

/// A command as Discord gives it back: with ids, a version, and every field that is not optional.
fn complete(world: &mut World, place: Place, given: &Value, id: Option<Value>) -> Value {
    let mut command = Map::new();
    let id = id.unwrap_or_else(|| json!(world.ids.now().to_string()));
    let permissions = match &given["default_member_permissions"] {
        Value::Number(bits) => json!(bits.to_string()),
        other => other.clone(),
    };
    let or = |field: &str, default: Value| match given.get(field) {
        None | Some(Value::Null) => default,
        Some(value) => value.clone(),
    };
    let fields = [
        ("id", id),
        ("application_id", json!(place.application.to_string())),
        ("version", json!(world.ids.now().to_string())),
        ("default_member_permissions", permissions),
        ("type", json!(kind(given))),
        ("name", given["name"].clone()),
        ("name_localizations", given["name_localizations"].clone()),
        ("description", or("description", json!(""))),
        (
            "description_localizations",
            given["description_localizations"].clone(),
        ),
        ("dm_permission", or("dm_permission", json!(true))),
        ("contexts", given["contexts"].clone()),
        ("integration_types", or("integration_types", json!([0]))),
        ("nsfw", or("nsfw", json!(false))),
    ];
    for (name, value) in fields {
        command.insert(name.to_owned(), value);
    }
    if let Some(options) = given["options"].as_array().filter(|options| !options.is_empty()) {
        let options: Vec<Value> = options.iter().map(without_nulls).collect();
        command.insert("options".to_owned(), json!(options));
    }
    if let Some(guild) = place.guild {
        command.insert("guild_id".to_owned(), json!(guild.to_string()));
    }
    Value::Object(command)
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
