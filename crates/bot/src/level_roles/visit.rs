//! One look at a guild: who ought to have another role, and the changes that follow.

use std::time::Duration;

use discord::{Refusal, RestError, Verdict};
use domain::activity::level::Level;
use domain::activity::rules::ActivityRules;
use domain::activity::score::Score;
use domain::id::{GuildId, RoleId, UserId};
use domain::language::Language;
use domain::time::UnixMs;
use store::{GivenRole, GivenState, StoreError};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::ladder::{Changes, Ladder};
use super::pace::Pace;
use super::reach::Reach;
use super::{LevelRoles, Obstacle, Sweep, locked};
use crate::commands::words::Words;

/// Members that are read at once.
const PAGE_LEN: usize = 500;

/// A visit ends after so many requests; the guild's turn comes again when others had theirs.
const TURNS_MAX: usize = 120;

/// Changes that fail one after the other, for whatever reason, before the guild is left alone for a while.
const FAILURES_MAX: u32 = 3;

/// How long the bot leaves a guild alone after those.
const REST_AFTER_FAILURES: Duration = Duration::from_secs(30);

/// How long roles give way to more urgent requests at most.
const GIVE_WAY_MAX: Duration = Duration::from_secs(60);
const GIVE_WAY_STEP: Duration = Duration::from_millis(250);

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

/// A member's score, and what they have from us.
struct Known<'a> {
    user: UserId,
    score: Option<Score>,
    given: &'a [GivenRole],
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

    /// Takes before it gives, so that nobody has two at a time; where one could not be taken, none is given.
    async fn make(&mut self, user: UserId, given: &[GivenRole], changes: Changes) -> Result<(), Stop> {
        for role in changes.take {
            if !self.take(user, role).await? {
                return Ok(());
            }
        }
        match changes.give {
            Some((level, role)) => {
                let was_noted = given
                    .iter()
                    .any(|one| one.role == role && one.state == GivenState::Giving);
                self.give(user, level, role, was_noted).await
            }
            None => Ok(()),
        }
    }

    /// Returns whether they do not have it any more.
    async fn take(&mut self, user: UserId, role: RoleId) -> Result<bool, Stop> {
        let LevelRoles {
            store,
            rest,
            clock,
            tally,
            ..
        } = &self.sweep.parts;
        let reach = self
            .reach
            .as_ref()
            .expect("it was asked for before the first change");
        if reach.roles.role(role).is_none() {
            store.forget_role(self.guild, role).await?;
            return Ok(true);
        }
        if !reach.can_take(role) {
            self.hinder(|hindrances| hindrances.not_taken.push(role));
            return Ok(false);
        }
        self.turn().await?;
        let reason = self.words.level_role_taken_reason();
        match rest.take_role(self.guild, user, role, &reason).await {
            Ok(()) => {
                tally.level_roles_taken(1);
                self.failures = 0;
            }
            Err(error) => match error.refusal() {
                Some(Refusal::MemberGone) => {}
                Some(Refusal::RoleGone) => {
                    self.role_is_gone(role).await?;
                    return Ok(true);
                }
                _ => {
                    self.failed(&error, "a role is not taken")?;
                    return Ok(false);
                }
            },
        }
        store
            .settle_role(self.guild, user, role, None, clock.now())
            .await?;
        Ok(true)
    }

    /// `was_noted`: somebody began to give it before and did not say how that ended.
    async fn give(&mut self, user: UserId, level: Level, role: RoleId, was_noted: bool) -> Result<(), Stop> {
        let LevelRoles {
            store,
            rest,
            clock,
            tally,
            ..
        } = &self.sweep.parts;
        self.turn().await?;
        store.begin_role(self.guild, user, role, clock.now()).await?;
        let reason = self.words.level_role_given_reason(self.words.level(level));
        let state = match rest.give_role(self.guild, user, role, &reason).await {
            Ok(()) => {
                tally.level_roles_given(1);
                self.failures = 0;
                Some(GivenState::Given)
            }
            Err(error) => match (error.refusal(), error.verdict()) {
                (Some(Refusal::MemberGone), _) => {
                    tally.level_roles_members_gone(1);
                    Some(GivenState::Gone)
                }
                (Some(Refusal::RoleGone), _) => return self.role_is_gone(role).await,
                (_, verdict) => {
                    // Certainly without effect, unless an earlier try had it.
                    if verdict != Verdict::Unknown && !was_noted {
                        store
                            .settle_role(self.guild, user, role, None, clock.now())
                            .await?;
                    }
                    return self.failed(&error, "a role is not given");
                }
            },
        };
        store
            .settle_role(self.guild, user, role, state, clock.now())
            .await?;
        Ok(())
    }

    async fn role_is_gone(&mut self, role: RoleId) -> Result<(), Stop> {
        info!(guild = %self.guild, %role, "the role of a level was deleted");
        self.hinder(|hindrances| hindrances.not_given.push(role));
        self.sweep.parts.store.forget_role(self.guild, role).await?;
        Ok(())
    }

    /// Whether the visit goes on after a failure.
    ///
    /// # Errors
    /// How it ends.
    fn failed(&mut self, error: &RestError, what: &'static str) -> Result<(), Stop> {
        self.failures += 1;
        let guild = self.guild;
        let ended = match (error.refusal(), error.verdict()) {
            (Some(Refusal::MissingPermission | Refusal::MissingAccess), _) => Ended::Parked,
            (_, Verdict::Wait(time)) => Ended::RestFor(time),
            (_, Verdict::TokenRefused) => Ended::RestFor(self.sweep.parts.timing.probe_every),
            _ => {
                warn!(%guild, %error, what, "tried again later");
                if self.failures < FAILURES_MAX {
                    return Ok(());
                }
                Ended::RestFor(REST_AFTER_FAILURES)
            }
        };
        Err(Stop::Ended(ended))
    }

    /// Waits until one more request may be made.
    async fn turn(&mut self) -> Result<(), Stop> {
        let Sweep {
            parts, pace, stop, ..
        } = self.sweep;
        if self.turns >= TURNS_MAX || self.began.elapsed() >= parts.timing.level_roles_every {
            return Err(Stop::Ended(Ended::More));
        }
        self.turns += 1;
        let its_turn = async {
            self.pace.turn().await;
            let asked = Instant::now();
            while parts.rest.is_busy() && asked.elapsed() < GIVE_WAY_MAX {
                tokio::time::sleep(GIVE_WAY_STEP).await;
            }
            pace.turn().await;
        };
        tokio::select! {
            () = stop.cancelled() => Err(Stop::Ended(Ended::More)),
            () = its_turn => Ok(()),
        }
    }
}

/// The last member of whom both lists say everything; `None` when both are at their end.
fn page_end(scored: &[(UserId, Score)], given: &[GivenRole]) -> Option<UserId> {
    let of_scored = scored
        .last()
        .filter(|_| scored.len() >= PAGE_LEN)
        .map(|(user, _)| *user);
    // The last one's other roles may be on the next page.
    let of_given = given
        .last()
        .filter(|_| given.len() >= PAGE_LEN)
        .map(|last| UserId(last.user.0 - 1));
    match (of_scored, of_given) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Both lists together, member by member.
fn merged<'a>(
    scored: &'a [(UserId, Score)],
    given: &'a [GivenRole],
    up_to: Option<UserId>,
) -> impl Iterator<Item = Known<'a>> {
    let (mut scored, mut given) = (scored, given);
    std::iter::from_fn(move || {
        let next_scored = scored.first().map(|(user, _)| *user);
        let next_given = given.first().map(|one| one.user);
        let user = match (next_scored, next_given) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other)?,
        };
        if up_to.is_some_and(|up_to| user > up_to) {
            return None;
        }
        let score = match scored {
            [(of, score), rest @ ..] if *of == user => {
                scored = rest;
                Some(*score)
            }
            _ => None,
        };
        let (theirs, rest) = given.split_at(given.iter().take_while(|one| one.user == user).count());
        given = rest;
        Some(Known {
            user,
            score,
            given: theirs,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(user: u64, role: u64) -> GivenRole {
        GivenRole {
            user: UserId(user),
            role: RoleId(role),
            state: GivenState::Given,
            at: UnixMs(0),
        }
    }

    #[test]
    fn every_member_comes_once_with_score_and_roles() {
        let scored = [2, 3, 7].map(|user| (UserId(user), Score::points(1)));
        let given = [given(1, 5), given(3, 5), given(3, 6), given(9, 5)];
        let list = |up_to| -> Vec<(u64, bool, usize)> {
            merged(&scored, &given, up_to)
                .map(|known| (known.user.0, known.score.is_some(), known.given.len()))
                .collect()
        };
        let all = [
            (1, false, 1),
            (2, true, 0),
            (3, true, 2),
            (7, true, 0),
            (9, false, 1),
        ];
        assert_eq!(list(None), all);
        assert_eq!(list(Some(UserId(3))), all[..3]);
    }

    #[test]
    fn page_ends_where_both_lists_are_whole() {
        let scored = |len: u64| {
            (1..=len)
                .map(|user| (UserId(user), Score::points(1)))
                .collect::<Vec<_>>()
        };
        let roles = |len: u64| (0..len).map(|n| given(10 + n / 2, n)).collect::<Vec<_>>();
        assert_eq!(page_end(&scored(3), &roles(3)), None);
        assert_eq!(page_end(&scored(500), &roles(3)), Some(UserId(500)));
        assert_eq!(page_end(&scored(3), &roles(500)), Some(UserId(258)));
        assert_eq!(page_end(&scored(500), &roles(500)), Some(UserId(258)));
    }
}
