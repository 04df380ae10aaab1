//! One role that is given or taken, and what becomes of a visit where that fails.

use std::time::Duration;

use discord::{Refusal, RestError, Verdict};
use domain::activity::level::Level;
use domain::id::{RoleId, UserId};
use store::{GivenRole, GivenState};
use tokio::time::Instant;
use tracing::{info, warn};

use super::{Ended, Stop, Visit};
use crate::level_roles::ladder::Changes;
use crate::level_roles::{LevelRoles, Sweep};

/// A visit ends after so many requests; the guild's turn comes again when others had theirs.
const TURNS_MAX: usize = 120;

/// Changes that fail one after the other, for whatever reason, before the guild is left alone for a while.
const FAILURES_MAX: u32 = 3;

/// How long the bot leaves a guild alone after those.
pub(super) const REST_AFTER_FAILURES: Duration = Duration::from_secs(30);

/// How long roles give way to more urgent requests at most.
const GIVE_WAY_MAX: Duration = Duration::from_secs(60);
const GIVE_WAY_STEP: Duration = Duration::from_millis(250);

impl Visit<'_> {
    /// Takes before it gives, so that nobody has two at a time; where one could not be taken, none is given.
    pub(super) async fn make(
        &mut self,
        user: UserId,
        given: &[GivenRole],
        changes: Changes,
    ) -> Result<(), Stop> {
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
    pub(super) fn failed(&mut self, error: &RestError, what: &'static str) -> Result<(), Stop> {
        self.failures += 1;
        let guild = self.guild;
        let ended = match (error.refusal(), error.verdict()) {
            // The last: of a guild that we have left, and of whose end we have not heard.
            (Some(Refusal::MissingPermission | Refusal::MissingAccess | Refusal::ChannelGone), _) => {
                Ended::Parked
            }
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
    pub(super) async fn turn(&mut self) -> Result<(), Stop> {
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
