//! How an import is taken back.

use std::collections::{HashMap, HashSet};

use domain::activity::meter::{Meter, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch, StoredSettings};

use super::decide::months;
use super::{ImportRecord, Undone, guilds_of, rules_of};

/// What an import brought, and what is here now.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    pub(crate) members: Vec<BroughtMember>,
    pub(crate) settings: Vec<(GuildId, Field, String)>,
    /// Of the guilds that it brought something to.
    pub(crate) stored: HashMap<GuildId, StoredSettings>,
    /// Messages of months, of its guilds.
    pub(crate) months: HashMap<(GuildId, UserId, Month), u64>,
}

/// Of a member, what was there before an import and after it, what it added, and what is there now.
#[derive(Clone, Debug)]
pub(crate) struct BroughtMember {
    pub(crate) guild: GuildId,
    pub(crate) user: UserId,
    pub(crate) before: Option<Meter>,
    pub(crate) after: Meter,
    pub(crate) now: Meter,
    pub(crate) days: Vec<(Day, u64)>,
}

impl Brought {
    /// The guilds that it speaks of, sorted, each once.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        guilds_of(self.members.iter().map(|member| member.guild), &self.settings)
    }
}

/// What is to be written of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UndoChange {
    pub(crate) guild: GuildId,
    pub(crate) user: UserId,
    /// `None`: nothing is known of the member any more.
    pub(crate) meter: Option<Meter>,
    pub(crate) rules: ScoreRules,
    /// Messages to be taken away.
    pub(crate) days: Vec<(Day, u64)>,
    pub(crate) months: Vec<(Month, u64)>,
}

/// What is to be written, and what is to be told of it. `done` is left to whoever does it.
pub(crate) fn decide_undo(
    import: ImportRecord,
    brought: &Brought,
) -> (Vec<UndoChange>, Vec<(StoredSettings, Patch)>, Undone) {
    let mut told = Undone {
        import,
        restored: 0,
        rebased: 0,
        kept: Vec::new(),
        messages_removed: 0,
        settings_unset: Vec::new(),
        settings_kept: Vec::new(),
        done: false,
    };
    let left = months_left(brought);
    let mut changes = Vec::with_capacity(brought.members.len());
    for member in &brought.members {
        let key = (member.guild, member.user);
        let meter = match without(member) {
            Without::Known(meter) => {
                told.restored += 1;
                // Who has messages that were counted here has a meter, and be it an empty one: it is what finds them.
                meter.or_else(|| left.contains(&key).then(|| empty(&member.now)))
            }
            Without::Rebased(meter) => {
                told.rebased += 1;
                Some(meter)
            }
            Without::Unknown => {
                told.kept.push(key);
                Some(member.now)
            }
        };
        told.messages_removed += member.days.iter().map(|(_, messages)| messages).sum::<u64>();
        changes.push(UndoChange {
            guild: member.guild,
            user: member.user,
            meter,
            rules: rules_of(&brought.stored, member.guild),
            days: member.days.clone(),
            months: months(&member.days),
        });
    }
    let mut patches: HashMap<GuildId, Patch> = HashMap::new();
    for (guild, field, text) in &brought.settings {
        let now = brought
            .stored
            .get(guild)
            .and_then(|stored| stored.settings.get(*field));
        if now == Some(text.as_str()) {
            let patch = patches.remove(guild).unwrap_or_default();
            patches.insert(*guild, patch.unset(*field));
            told.settings_unset.push((*guild, *field));
        } else if now.is_some() {
            told.settings_kept.push((*guild, *field));
        }
    }
    let patches = patches
        .into_iter()
        .filter_map(|(guild, patch)| Some((brought.stored.get(&guild)?.clone(), patch)))
        .collect();
    (changes, patches, told)
}

/// A member's meter as it would be without an import.
enum Without {
    /// It has not changed since, or the import had not changed it.
    Known(Option<Meter>),
    /// Messages came since, and what they gained is known by itself.
    Rebased(Meter),
    /// They are in one number with what was imported.
    Unknown,
}

fn without(member: &BroughtMember) -> Without {
    let BroughtMember {
        before, after, now, ..
    } = member;
    if *before == Some(*after) {
        return Without::Known(Some(*now));
    }
    if now == after {
        return Without::Known(*before);
    }
    // As long as there was one burst of messages since, what was before it is exactly what was imported.
    let one_burst = (now.base, now.base_at) == (after.base, after.base_at);
    match before {
        None if one_burst => Without::Rebased(Meter {
            base: Score::ZERO,
            base_at: now.first,
            ..*now
        }),
        _ => Without::Unknown,
    }
}

fn empty(now: &Meter) -> Meter {
    Meter {
        base: Score::ZERO,
        base_at: now.last,
        first: now.last,
        last: now.last,
        gained: Score::ZERO,
        recent: Slots::default(),
    }
}

/// Who has messages left in a month once what was brought is taken away.
fn months_left(brought: &Brought) -> HashSet<(GuildId, UserId)> {
    let mut left = brought.months.clone();
    for member in &brought.members {
        for (month, messages) in months(&member.days) {
            if let Some(sum) = left.get_mut(&(member.guild, member.user, month)) {
                *sum = sum.saturating_sub(messages);
            }
        }
    }
    left.into_iter()
        .filter(|(_, sum)| *sum > 0)
        .map(|((guild, user, _), _)| (guild, user))
        .collect()
}
