//! What an import does to what is here.

use std::collections::HashMap;

use domain::activity::meter::{Meter, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::settings::{Patch, StoredSettings};
use domain::time::UnixMs;

use super::{Import, Imported, ImportedMember, Present};

/// What is to be written of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberChange {
    pub(crate) guild: GuildId,
    pub(crate) user: UserId,
    /// `None` where nothing was known of the member.
    pub(crate) before: Option<Meter>,
    pub(crate) after: Meter,
    pub(crate) rules: ScoreRules,
    /// Messages to be added.
    pub(crate) days: Vec<(Day, u64)>,
}

/// All that is to be written, and what is to be told of it.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    pub(crate) members: Vec<MemberChange>,
    /// Made from the version that is here.
    pub(crate) settings: Vec<(StoredSettings, Patch)>,
    pub(crate) told: Imported,
}

/// Decides on all of an import. Members in whom nothing changes and to whom nothing is added are left out, unless they are
/// new.
pub(crate) fn decide(import: &Import, present: &Present) -> Decided {
    let mut decided = Decided::default();
    if present.already_at.is_some() {
        decided.told.already_at = present.already_at;
        return decided;
    }
    decided.told.guilds_unknown = import.guilds();
    decided
        .told
        .guilds_unknown
        .retain(|guild| !present.guilds.contains(guild));
    for member in &import.members {
        let change = change(member, present, &mut decided.told);
        if change.before != Some(change.after) || !change.days.is_empty() {
            decided.members.push(change);
        }
    }
    decided.members.sort_by_key(|change| (change.guild, change.user));
    let mut patches: HashMap<GuildId, Patch> = HashMap::new();
    for (guild, field, text) in &import.settings {
        let stored = present.settings.get(guild);
        if stored.is_some_and(|stored| stored.settings.get(*field).is_some()) {
            decided.told.settings_kept.push((*guild, *field));
        } else {
            let patch = patches.remove(guild).unwrap_or_default();
            patches.insert(*guild, patch.set(*field, text.clone()));
            decided.told.settings_set.push((*guild, *field, text.clone()));
        }
    }
    decided.settings = patches
        .into_iter()
        .map(|(guild, patch)| {
            let stored = present.settings.get(&guild).cloned();
            (stored.unwrap_or_else(|| StoredSettings::none(guild)), patch)
        })
        .collect();
    decided.settings.sort_by_key(|(stored, _)| stored.guild);
    decided
}

fn change(member: &ImportedMember, present: &Present, told: &mut Imported) -> MemberChange {
    let (guild, user) = (member.guild, member.user);
    let rules = present.rules(guild);
    let before = present.meters.get(&(guild, user)).copied();
    let after = match before {
        None => {
            told.members_new += 1;
            settled(member.score, member.last, Slots::default())
        }
        Some(here) => match raised(member, &here, &rules) {
            Some(raised) => {
                told.scores_raised += 1;
                raised
            }
            None => {
                told.scores_kept += 1;
                here
            }
        },
    };
    let mut days = Vec::new();
    for (day, messages) in &member.days {
        let known = present.brought.get(&(guild, user, *day)).copied().unwrap_or(0);
        let new = messages.saturating_sub(known);
        told.messages_added += new;
        told.messages_known += messages - new;
        if new > 0 {
            days.push((*day, new));
        }
    }
    MemberChange {
        guild,
        user,
        before,
        after,
        rules,
        days,
    }
}

/// The higher of two scores at the time of the later of their last messages; `None` where that is the one that is here.
fn raised(member: &ImportedMember, here: &Meter, rules: &ScoreRules) -> Option<Meter> {
    let at = here.last.max(member.last);
    let imported = settled(member.score, member.last, Slots::default()).at(at, rules);
    if imported <= here.at(at, rules) {
        return None;
    }
    // No message gains twice, also one whose minute had begun before.
    let later = rules.slot(at) - rules.slot(here.last);
    Some(settled(imported, at, here.recent.aged(later)))
}

/// A score that stands, and fades from `last` on.
fn settled(score: Score, last: UnixMs, recent: Slots) -> Meter {
    Meter {
        base: score,
        base_at: last,
        first: last,
        last,
        gained: Score::ZERO,
        recent,
    }
}

impl MemberChange {
    /// The messages by month.
    pub(crate) fn months(&self) -> Vec<(Month, u64)> {
        months(&self.days)
    }
}

/// Messages of days, by month.
pub(crate) fn months(days: &[(Day, u64)]) -> Vec<(Month, u64)> {
    let mut months: Vec<(Month, u64)> = Vec::new();
    for (day, messages) in days {
        let month = day.month();
        match months.iter_mut().find(|(known, _)| *known == month) {
            Some((_, sum)) => *sum += messages,
            None => months.push((month, *messages)),
        }
    }
    months
}
