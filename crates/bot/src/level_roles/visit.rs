//! One look at a guild: who ought to have another role, and the changes that follow.

mod change;
mod members;

use std::time::Duration;

use domain::activity::rules::ActivityRules;
use domain::id::{GuildId, RoleId, UserId};
use domain::language::Language;
use domain::time::UnixMs;
use store::StoreError;
use tokio::time::Instant;
use tracing::debug;

use super::ladder::{Changes, Ladder};
use super::pace::Pace;
use super::reach::Reach;
use super::{LevelRoles, Obstacle, Sweep, locked};
use crate::commands::words::Words;
use change::REST_AFTER_FAILURES;
use members::{PAGE_LEN, merged, page_end};

/// How a visit ended.
pub(super) enum Ended {
    /// Everything is as it ought to be.
    Done,
    /// The guild has no roles for levels any more, and nobody has one from us, as far as was seen.
    Over,
    /// There is more to do.
    More,
    /// The guild is to be left alone for so long.
    RestFor(Duration),
    /// The bot may not manage roles here.
    Parked,
}

/// A visit that has begun.
struct Visit<'a> {
    sweep: &'a Sweep,
    guild: GuildId,
    words: Words,
    /// As the guild chose it.
    chosen: Ladder,
    /// Without what cannot be given.
    ladder: Ladder,
    /// What Discord says of the guild's roles; asked for when the first change is to be made.
    reach: Option<Reach>,
    pace: Pace,
    began: Instant,
    turns: usize,
    failures: u32,
    hindrances: Hindrances,
}

/// Roles of a guild about which nothing can be done, until somebody puts them in their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Hindrances {
    found_at: UnixMs,
    /// They cannot be given.
    not_given: Vec<RoleId>,
    /// They cannot be taken.
    not_taken: Vec<RoleId>,
}

/// Why a visit ends early.
enum Stop {
    Ended(Ended),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Sweep {
    /// Looks at a guild and makes the changes that follow.
    ///
    /// # Errors
    /// [`StoreError`]: the changes that were made are noted, or are made again.
    pub(super) async fn visit(&self, guild: GuildId) -> Result<Ended, StoreError> {
        let LevelRoles {
            store,
            settings,
            timing,
            ..
        } = &self.parts;
        let Some(facts) = store.guild(guild).await? else {
            // The bot is not there. Should it come back, its members have the roles still.
            return Ok(Ended::RestFor(timing.probe_every));
        };
        let stored = settings.get(guild).await?;
        let rules = ActivityRules::of(&stored.settings);
        let language = stored.settings.language();
        let chosen = Ladder::new(rules.levels, stored.settings.level_roles());
        let mut visit = Visit {
            sweep: self,
            guild,
            ladder: chosen.clone(),
            chosen,
            words: Words(language.unwrap_or_else(|| Language::of_locale(&facts.locale))),
            reach: None,
            pace: Pace::new(timing.role_every),
            began: Instant::now(),
            turns: 0,
            failures: 0,
            hindrances: Hindrances::default(),
        };
        match visit.all_members(&rules).await {
            Ok(ended) => Ok(ended),
            Err(Stop::Ended(ended)) => Ok(ended),
            Err(Stop::Store(error)) => Err(error),
        }
    }
}

impl Visit<'_> {
    async fn all_members(&mut self, rules: &ActivityRules) -> Result<Ended, Stop> {
        let LevelRoles { store, clock, .. } = &self.sweep.parts;
        let has_roles = !self.ladder.is_empty();
        self.look_around().await?;
        let (mut after, mut anybody) = (UserId(0), false);
        loop {
            let now = clock.now();
            let scored = if has_roles {
                store
                    .scored_members(self.guild, after, PAGE_LEN, now, &rules.score)
                    .await?
            } else {
                Vec::new()
            };
            let given = store.given_roles(self.guild, after, PAGE_LEN).await?;
            anybody |= !given.is_empty();
            let up_to = page_end(&scored, &given);
            for known in merged(&scored, &given, up_to) {
                let changes = self.ladder.changes(known.score, known.given, now);
                self.forget(known.user, &changes).await?;
                if changes.are_silent() || self.is_stuck(&changes) {
                    continue;
                }
                self.reach().await?;
                // Of the roles that can be given.
                let changes = self.ladder.changes(known.score, known.given, now);
                self.make(known.user, known.given, changes).await?;
            }
            match up_to {
                Some(user) => after = user,
                None => break,
            }
        }
        // A guild without such roles, in which nobody has one any more, is over at its next visit.
        Ok(if has_roles || anybody {
            Ended::Done
        } else {
            Ended::Over
        })
    }

    /// Begins with what was found lately, or asks anew where that may have changed.
    async fn look_around(&mut self) -> Result<(), Stop> {
        let Sweep {
            parts,
            stirred,
            hindrances,
            ..
        } = self.sweep;
        let is_stirred = locked(stirred).remove(&self.guild);
        if is_stirred {
            let asked = self.reach().await;
            if self.reach.is_none() {
                locked(stirred).insert(self.guild);
            }
            return asked;
        }
        let now = parts.clock.now();
        let lately = |found: &&Hindrances| now.since(found.found_at) < parts.timing.probe_every;
        let found = locked(hindrances).get(&self.guild).filter(lately).cloned();
        if let Some(found) = found {
            self.ladder.retain(|role| !found.not_given.contains(&role));
            self.hindrances = found;
        }
        Ok(())
    }

    /// Finds out which roles can be given and taken, once.
    async fn reach(&mut self) -> Result<(), Stop> {
        if self.reach.is_some() {
            return Ok(());
        }
        let LevelRoles { rest, store, bot, .. } = &self.sweep.parts;
        self.turn().await?;
        let reach = match Reach::ask(rest, self.guild, *bot).await {
            Ok(reach) => reach,
            Err(error) => {
                self.failed(&error, "the guild's roles cannot be read")?;
                return Err(Stop::Ended(Ended::RestFor(REST_AFTER_FAILURES)));
            }
        };
        if !reach.may_manage() {
            return Err(Stop::Ended(Ended::Parked));
        }
        let mut not_given = Vec::new();
        for role in self.chosen.roles() {
            let Some(obstacle) = reach.obstacle(role) else {
                continue;
            };
            debug!(guild = %self.guild, %role, ?obstacle, "a role of a level cannot be given");
            if obstacle == Obstacle::Gone {
                store.forget_role(self.guild, role).await?;
            }
            not_given.push(role);
        }
        self.reach = Some(reach);
        locked(&self.sweep.hindrances).remove(&self.guild);
        self.ladder = self.chosen.clone();
        self.hindrances = Hindrances::default();
        self.hinder(|hindrances| hindrances.not_given = not_given);
        Ok(())
    }

    /// Remembers what cannot be done.
    fn hinder(&mut self, add: impl FnOnce(&mut Hindrances)) {
        add(&mut self.hindrances);
        let Hindrances {
            found_at,
            not_given,
            not_taken,
        } = &mut self.hindrances;
        self.ladder.retain(|role| !not_given.contains(&role));
        if !(not_given.is_empty() && not_taken.is_empty()) {
            *found_at = self.sweep.parts.clock.now();
            locked(&self.sweep.hindrances).insert(self.guild, self.hindrances.clone());
        }
    }

    /// Whether something would have to be taken that cannot be; nobody gets another role beside it.
    fn is_stuck(&self, changes: &Changes) -> bool {
        let mut taken = changes.take.iter();
        taken.any(|role| self.hindrances.not_taken.contains(role))
    }

    /// Forgets what needs no request.
    async fn forget(&self, user: UserId, changes: &Changes) -> Result<(), StoreError> {
        let LevelRoles { store, clock, .. } = &self.sweep.parts;
        for role in &changes.forget {
            store
                .settle_role(self.guild, user, *role, None, clock.now())
                .await?;
        }
        Ok(())
    }
}
