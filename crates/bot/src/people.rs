//! What members are called and look like, for pictures with many of them.
//!
//! Whoever is known already is not asked for: those that used a command lately, and those that were asked for within the
//! hour. The others are asked for a few at a time, over all guilds. Who is no member any more, or cannot be asked for now,
//! is known by their last welcome.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use discord::{Refusal, Rest};
use domain::id::{GuildId, UserId};
use domain::member::Member;
use domain::time::UnixMs;
use store::Store;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::info;

/// The most that is remembered: some 300 bytes each.
const LEN_MAX: usize = 8192;

/// For how long somebody is taken to look as they did.
const FRESH_FOR: Duration = Duration::from_secs(3600);

/// How many are asked for at the same time, over all guilds.
const AT_ONCE: usize = 5;

/// How long all who are asked for at once may take.
const WITHIN: Duration = Duration::from_millis(2_500);

/// What members are called and look like.
#[derive(Debug)]
pub(crate) struct People {
    rest: Rest,
    store: Store,
    turns: Arc<Semaphore>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_member: HashMap<(GuildId, UserId), Look>,
    /// In the order in which they came to be known, each once.
    order: VecDeque<(GuildId, UserId)>,
}

#[derive(Clone, Debug)]
struct Look {
    /// `None` for who is nobody whom we could name.
    member: Option<Member>,
    at: UnixMs,
}

impl People {
    pub(crate) fn new(rest: Rest, store: Store) -> Self {
        Self {
            rest,
            store,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            known: Mutex::default(),
        }
    }

    /// Takes note of somebody whom Discord told.
    pub(crate) fn note(&self, guild: GuildId, member: &Member, now: UnixMs) {
        self.known().put(
            (guild, member.id),
            Look {
                member: Some(member.clone()),
                at: now,
            },
        );
    }

    /// Forgets somebody everywhere.
    pub(crate) fn forget(&self, user: UserId) {
        let mut known = self.known();
        known.by_member.retain(|(_, known), _| *known != user);
        known.order.retain(|(_, known)| *known != user);
    }

    /// Some of a guild's members, or of those that it had, in their order; `None` for those of whom nothing is known. Takes
    /// up to [`WITHIN`] and what the store takes.
    pub(crate) async fn of(&self, guild: GuildId, users: &[UserId], now: UnixMs) -> Vec<Option<Member>> {
        let mut looks: Vec<Option<Look>> = {
            let known = self.known();
            let fresh = |user: &UserId| known.fresh((guild, *user), now);
            users.iter().map(fresh).collect()
        };
        let missing = looks.iter().zip(users).filter(|(look, _)| look.is_none());
        let missing: Vec<UserId> = missing.map(|(_, user)| *user).collect();
        let answers = self.ask(guild, missing).await;
        for (look, user) in looks.iter_mut().zip(users).filter(|(look, _)| look.is_none()) {
            let answer = answers.get(user);
            let member = match answer {
                Some(Some(member)) => Some(member.clone()),
                Some(None) | None => self.as_they_joined(guild, *user).await,
            };
            let found = Look { member, at: now };
            if answer.is_some() {
                self.known().put((guild, *user), found.clone());
            }
            *look = Some(found);
        }
        looks.into_iter().map(|look| look?.member).collect()
    }

    /// Asks Discord, as far as it answers in time: `Some(None)` for who is no member.
    async fn ask(&self, guild: GuildId, users: Vec<UserId>) -> HashMap<UserId, Option<Member>> {
        let mut answers = HashMap::new();
        let mut asking = JoinSet::new();
        for user in users {
            let (rest, turns) = (self.rest.clone(), Arc::clone(&self.turns));
            asking.spawn(async move {
                let _turn = turns.acquire_owned().await.expect("nobody closes it");
                (user, rest.member(guild, user).await)
            });
        }
        let all = async {
            while let Some(asked) = asking.join_next().await {
                match asked {
                    Ok((user, Ok(member))) => {
                        answers.insert(user, Some(member));
                    }
                    Ok((user, Err(error))) if error.refusal() == Some(Refusal::MemberGone) => {
                        answers.insert(user, None);
                    }
                    Ok((user, Err(error))) => info!(%guild, %user, %error, "a member cannot be named"),
                    Err(_) => {}
                }
            }
        };
        // Who did not come in time is given up with the set.
        drop(tokio::time::timeout(WITHIN, all).await);
        answers
    }

    /// As their last welcome in the guild knows them. Those who had their data erased have no name there.
    async fn as_they_joined(&self, guild: GuildId, user: UserId) -> Option<Member> {
        let welcomes = self.store.welcomes_of(user).await.ok()?;
        let last = welcomes.into_iter().find(|welcome| welcome.guild == guild)?;
        (!last.member.username.is_empty()).then_some(last.member)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn fresh(&self, key: (GuildId, UserId), now: UnixMs) -> Option<Look> {
        let look = self.by_member.get(&key)?;
        (now.since(look.at) < FRESH_FOR).then(|| look.clone())
    }

    fn put(&mut self, key: (GuildId, UserId), look: Look) {
        if self.by_member.insert(key, look).is_some() {
            return;
        }
        self.order.push_back(key);
        while self.order.len() > LEN_MAX {
            let oldest = self.order.pop_front().expect("it is longer than nothing");
            self.by_member.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user: u64) -> (GuildId, UserId) {
        (GuildId(1), UserId(user))
    }

    fn nobody(at: i64) -> Look {
        Look {
            member: None,
            at: UnixMs(at),
        }
    }

    #[test]
    fn looks_are_known_for_an_hour_and_memory_has_an_end() {
        let mut known = Known::default();
        known.put(key(0), nobody(0));
        assert!(known.fresh(key(0), UnixMs(3_599_999)).is_some());
        assert!(known.fresh(key(0), UnixMs(3_600_000)).is_none());
        known.put(key(0), nobody(3_600_000));
        assert!(known.fresh(key(0), UnixMs(3_600_000)).is_some());
        for user in 0..2 * LEN_MAX as u64 {
            known.put(key(user), nobody(0));
        }
        assert_eq!((known.order.len(), known.by_member.len()), (LEN_MAX, LEN_MAX));
        assert!(known.fresh(key(0), UnixMs(0)).is_none());
    }
}
