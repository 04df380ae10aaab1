//! A role for a level, given and taken as the score moves.
//!
//! Guilds that have such roles are due every few minutes, and at once when their roles or levels are chosen anew; the store
//! hands out who is due, each guild to one process. A visit ([`visit`]) compares what members ought to have ([`ladder`])
//! with what they have from us, and makes the changes one by one, at a pace that leaves Discord's limits to the welcomes.
//!
//! Everything may be done twice: before a role is given it is noted as being given, so that whatever dies, none is ever
//! forgotten with a member; giving it once more changes nothing. What is taken is only what was given. A guild in which
//! the bot may not manage roles is left alone until something changes there, or for a while ([`Timing::probe_every`]).

mod ladder;
mod pace;
mod reach;
mod visit;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use discord::Rest;
use domain::id::{GuildId, UserId};
use domain::settings::Field;
use domain::time::UnixMs;
use store::{Store, StoreError};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::access_news::AccessNews;
use crate::app::Fatal;
use crate::clock::Clock;
use crate::said_once::SaidOnce;
use crate::settings::Settings;
use crate::tally::Tally;
use crate::timing::Timing;
use pace::Pace;
pub(crate) use reach::{Obstacle, OutOfHand, Reach};
use visit::{Ended, Hindrances};

/// Guilds that are visited at the same time, so that one with many changes, which has a pace of its own, keeps no other
/// waiting.
const VISITS_MAX: usize = 4;

/// What level roles need.
pub(crate) struct LevelRoles {
    pub(crate) store: Store,
    pub(crate) rest: Rest,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    pub(crate) access_news: Arc<AccessNews>,
    pub(crate) bot: UserId,
}

/// What visits share.
struct Sweep {
    parts: LevelRoles,
    /// Over all guilds.
    pace: Pace,
    /// Guilds that this process found closed: news of them are worth another look.
    closed: Mutex<BTreeSet<GuildId>>,
    /// Guilds in which roles may have changed since they were looked at.
    stirred: Mutex<BTreeSet<GuildId>>,
    /// What cannot be done in some guilds, so that it is not tried at each visit.
    hindrances: Mutex<HashMap<GuildId, Hindrances>>,
    /// That these are closed is in the log.
    complained: SaidOnce<GuildId>,
    stop: CancellationToken,
}

/// Gives and takes roles until `stop`, and finishes the change that is under way.
///
/// # Errors
/// None of its own: what fails is tried again.
pub(crate) async fn run(parts: LevelRoles, stop: CancellationToken) -> Result<(), Fatal> {
    let sweep = Arc::new(Sweep {
        pace: Pace::new(parts.timing.role_every_in_all),
        closed: Mutex::default(),
        stirred: Mutex::default(),
        hindrances: Mutex::default(),
        complained: SaidOnce::default(),
        stop: stop.clone(),
        parts,
    });
    tokio::select! {
        () = listen(&sweep) => {}
        () = visit_all(&sweep) => {}
    }
    Ok(())
}

/// Guilds whose roles or channels changed are due at once, if they have roles for levels: one of these may be deleted, or
/// grant what it did not, or the bot may be allowed what it was not.
async fn listen(sweep: &Sweep) {
    let LevelRoles {
        store,
        settings,
        clock,
        access_news,
        ..
    } = &sweep.parts;
    loop {
        let guild = access_news.next_for_level_roles().await;
        let noted = async {
            let stored = settings.get(guild).await?;
            let has_roles = stored.settings.get(Field::ActivityLevelRoles).is_some();
            if has_roles || locked(&sweep.closed).contains(&guild) {
                locked(&sweep.stirred).insert(guild);
                store.hasten_level_roles(guild, clock.now()).await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = noted.await {
            warn!(%guild, %error, "a change of access is not noted; the guild's roles are looked at later");
        }
    }
}

async fn visit_all(sweep: &Arc<Sweep>) {
    let LevelRoles {
        store, clock, timing, ..
    } = &sweep.parts;
    let mut visits = JoinSet::new();
    while !sweep.stop.is_cancelled() {
        let now = clock.now();
        let until = now + timing.level_roles_every;
        let room = VISITS_MAX - visits.len();
        let taken = store.take_level_role_guilds(now, until, room).await;
        let taken = taken.unwrap_or_else(|error| {
            error!(%error, "the database does not answer; roles of levels wait");
            Vec::new()
        });
        for guild in taken {
            let sweep = Arc::clone(sweep);
            visits.spawn(async move { sweep.visit_and_note(guild, until).await });
        }
        tokio::select! {
            () = sweep.stop.cancelled() => {}
            Some(ended) = visits.join_next() => note_panic(ended),
            () = tokio::time::sleep(timing.look_every), if visits.len() < VISITS_MAX => {}
        }
    }
    while let Some(ended) = visits.join_next().await {
        note_panic(ended);
    }
}

fn note_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        error!(%error, "looking at the roles of a guild ended by a mistake of ours, please report it");
    }
}

impl Sweep {
    /// Visits a guild that was taken `until` a time, and notes when it is to be visited next.
    async fn visit_and_note(&self, guild: GuildId, until: UnixMs) {
        let LevelRoles {
            store, clock, timing, ..
        } = &self.parts;
        self.parts.tally.level_roles_looks(1);
        let ended = match self.visit(guild).await {
            Ok(ended) => ended,
            Err(error) => {
                error!(%guild, %error, "the database does not answer; the guild's roles wait");
                Ended::RestFor(timing.look_every)
            }
        };
        if matches!(ended, Ended::Parked) {
            locked(&self.closed).insert(guild);
        } else {
            locked(&self.closed).remove(&guild);
        }
        let rest_for = match ended {
            // It is due when the time is over for which it was taken.
            Ended::Done => None,
            Ended::Over => {
                self.noted(guild, store.end_level_roles(guild, until).await.map(drop));
                None
            }
            Ended::More => Some(Duration::ZERO),
            Ended::RestFor(time) => Some(time),
            Ended::Parked => {
                self.parts.tally.level_roles_parked(1);
                if self.complained.is_first(guild) {
                    info!(%guild, "roles of levels cannot be given or taken here until somebody lets the bot manage roles");
                }
                Some(timing.probe_every)
            }
        };
        if let Some(time) = rest_for {
            let noted = store.put_off_level_roles(guild, until, clock.now() + time).await;
            self.noted(guild, noted);
        }
    }

    /// What is not noted is done again when the time is over for which the guild was taken.
    fn noted(&self, guild: GuildId, noted: Result<(), StoreError>) {
        if let Err(error) = noted {
            warn!(%guild, %error, "it is not noted when the guild's roles are to be looked at next");
        }
    }
}

/// Every change of what is kept is a single step, so a panic elsewhere leaves it sound.
fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
