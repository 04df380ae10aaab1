//! Who is pinged by a message.
//!
//! Source: Discord's documentation, "Messages Resource", heading "Allowed Mentions Object", read in August 2026.

use serde_json::Value;

use super::refusal::FormErrors;
use crate::world::permissions::MENTION_EVERYONE;
use crate::world::{Id, World};

/// Which mentions in the text ping.
#[derive(Clone, Debug)]
pub(super) struct AllowedMentions {
    users: Allowed,
    everyone: bool,
}

#[derive(Clone, Debug)]
enum Allowed {
    All,
    These(Vec<Id>),
}

impl AllowedMentions {
    /// Reads the field; without it everything pings.
    pub(super) fn read(value: Option<&Value>, form: &mut FormErrors) -> Self {
        let Some(object) = form.object("allowed_mentions", value) else {
            return Self {
                users: Allowed::All,
                everyone: true,
            };
        };
        let mut parsed = Vec::new();
        for (index, kind) in form
            .list("allowed_mentions.parse", object.get("parse"), 3)
            .iter()
            .enumerate()
        {
            match kind.as_str() {
                Some(kind @ ("users" | "roles" | "everyone")) => parsed.push(kind),
                _ => form.add(
                    &format!("allowed_mentions.parse.{index}"),
                    "BASE_TYPE_CHOICES",
                    "Value must be one of ('users', 'everyone', 'roles').",
                ),
            }
        }
        let mut ids = |name: &str| {
            let path = format!("allowed_mentions.{name}");
            let listed = form.list(&path, object.get(name), 100);
            let ids: Vec<Id> = listed
                .iter()
                .enumerate()
                .filter_map(|(index, id)| form.snowflake(&format!("{path}.{index}"), Some(id)))
                .collect();
            if !ids.is_empty() && parsed.contains(&name) {
                form.add(
                    "allowed_mentions",
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    format!("parse:[\"{name}\"] and {name}: [ids...] are mutually exclusive."),
                );
            }
            ids
        };
        let users = ids("users");
        ids("roles");
        form.flag("allowed_mentions.replied_user", object.get("replied_user"));
        Self {
            users: if parsed.contains(&"users") {
                Allowed::All
            } else {
                Allowed::These(users)
            },
            everyone: parsed.contains(&"everyone"),
        }
    }

    /// The users that a text pings, in its order.
    pub(super) fn users_in(&self, content: &str, world: &World) -> Vec<Id> {
        let mut found = Vec::new();
        for (at, _) in content.match_indices("<@") {
            let inner = &content[at + 2..];
            let inner = inner.strip_prefix('!').unwrap_or(inner);
            let Some((id, _)) = inner.split_once('>') else {
                continue;
            };
            let allowed = |id: &Id| match &self.users {
                Allowed::All => true,
                Allowed::These(users) => users.contains(id),
            };
            if let Ok(id) = id.parse()
                && allowed(&id)
                && world.users.contains_key(&id)
                && !found.contains(&id)
            {
                found.push(id);
            }
        }
        found
    }

    /// Whether a text pings everybody, for somebody with these permissions.
    pub(super) fn pings_everyone(&self, content: &str, held: u64) -> bool {
        self.everyone
            && held & MENTION_EVERYONE != 0
            && (content.contains("@everyone") || content.contains("@here"))
    }
}
