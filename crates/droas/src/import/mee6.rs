//! A list of levels, as MEE6's leaderboard shows it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::{anyhow, bail};
use domain::activity::score::Score;
use domain::id::{GuildId, UserId};
use serde_json::Value;
use store::ImportedMember;

use super::file::SourceFile;
use super::findings::{Findings, TableFindings, shown};
use crate::moment;

/// Far above what years of writing lead to.
const LEVEL_MAX: u64 = 10_000;

/// Reads the players; the guild is the file's own, or the one that was named.
pub(super) fn read(file: &SourceFile, named: Option<GuildId>) -> anyhow::Result<Findings> {
    let path = file.path.display();
    let value: Value = serde_json::from_slice(&file.bytes()?).map_err(|error| {
        anyhow!("{path} is not JSON ({error}); save the list of levels as JSON and name that file")
    })?;
    let (players, told_guild) = match &value {
        Value::Array(players) => (players, None),
        Value::Object(object) => match object.get("players") {
            Some(Value::Array(players)) => (players, object.get("guild")),
            _ => bail!(
                "{path} has no list `players`; a list of levels is {{\"guild\": ..., \"players\": [...]}}"
            ),
        },
        _ => bail!(
            "{path} is no list of levels; it is {{\"guild\": ..., \"players\": [...]}} or the list of players alone"
        ),
    };
    let own = told_guild.and_then(|guild| id(guild.get("id").unwrap_or(guild)));
    let guild = match (own, named) {
        (Some(own), Some(named)) if own != named.0 => {
            bail!("{path} is of the server {own}, not of {named}; leave --guild out, or name another file")
        }
        (Some(own), _) => GuildId(own),
        (None, Some(named)) if named.0 > 0 => named,
        (None, _) => bail!(
            "{path} does not tell of which server it is; name it with --guild: in Discord, turn on Settings > Advanced > Developer \
             Mode, right-click the server and choose \"Copy ID\""
        ),
    };
    Ok(findings(guild, players))
}

fn findings(guild: GuildId, players: &[Value]) -> Findings {
    let mut told = TableFindings::of("players");
    let mut levels: HashMap<UserId, u64> = HashMap::new();
    for (row, player) in (1..).zip(players) {
        told.read += 1;
        match one(player) {
            Ok((_, 0)) => told.empty += 1,
            Ok((user, level)) => match levels.entry(user) {
                Entry::Vacant(place) => {
                    told.taken += 1;
                    place.insert(level);
                }
                Entry::Occupied(mut known) => {
                    told.merged += 1;
                    let higher = level.max(*known.get());
                    known.insert(higher);
                }
            },
            Err(reason) => told.refuse(row, reason),
        }
    }
    told.note(
        "has XP, counts of messages and names, which are not taken: nobody knows of which days they are",
    );
    let highest = levels.values().copied().max().unwrap_or(0);
    if highest > 0 {
        told.note(format!(
            "level {highest} is the highest and becomes 100 points, the others their share of it; they fade from the import on"
        ));
    }
    let last = moment::now();
    let mut members: Vec<_> = levels
        .into_iter()
        .map(|(user, level)| ImportedMember {
            guild,
            user,
            score: share(level, highest),
            last,
            days: Vec::new(),
        })
        .collect();
    members.sort_by_key(|member| member.user);
    Findings {
        members,
        settings: Vec::new(),
        tables: vec![told],
    }
}

/// The points of a level, to a tenth, rounded down.
fn share(level: u64, highest: u64) -> Score {
    let tenths = level * 1000 / highest.max(1);
    Score::tenths(i64::try_from(tenths).expect("at most 1000"))
}

fn one(player: &Value) -> Result<(UserId, u64), String> {
    let Some(player) = player.as_object() else {
        return Err("it is no player: not an object".to_owned());
    };
    let user = match player.get("id") {
        None => return Err("the id is missing".to_owned()),
        Some(written) => id(written).ok_or_else(|| format!("the id is {}, which is none", told(written)))?,
    };
    let level = match player.get("level") {
        None | Some(Value::Null) => return Err("the level is missing".to_owned()),
        Some(written) => whole(written)
            .filter(|level| *level <= LEVEL_MAX)
            .ok_or_else(|| format!("the level is {}, which is none", told(written)))?,
    };
    Ok((UserId(user), level))
}

/// A whole number, also one that is written as a text.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    }
}

fn id(value: &Value) -> Option<u64> {
    whole(value).filter(|id| (1..=i64::MAX.cast_unsigned()).contains(id))
}

fn told(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        value => shown(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn levels_become_their_share_of_the_highest() {
        let found = findings(
            GuildId(1),
            &[
                json!({"id": "10", "level": 50, "xp": 1, "message_count": 9}),
                json!({"id": 11, "level": "20"}),
                json!({"id": "12", "level": 0}),
                json!({"id": "11", "level": 7}),
                json!({"id": "x", "level": 7}),
                json!({"id": "13", "level": -7}),
                json!({"id": "14"}),
                json!([]),
                json!({"level": 3}),
                json!({"id": "15", "level": 1e300}),
            ],
        );
        let scores: Vec<_> = found
            .members
            .iter()
            .map(|member| (member.user.0, member.score.to_string()))
            .collect();
        assert_eq!(scores, [(10, "100.0".to_owned()), (11, "40.0".to_owned())]);
        let told = &found.tables[0];
        assert_eq!((told.read, told.taken, told.merged, told.empty), (10, 2, 1, 1));
        let refused: Vec<_> = told.refused.iter().map(|refused| refused.row).collect();
        assert_eq!(refused, [5, 6, 7, 8, 9, 10]);
    }
}
