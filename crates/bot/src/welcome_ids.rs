//! New ids for welcomes.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::effect::Effect;
use domain::id::WelcomeId;
use domain::time::UnixMs;

/// Far from what is counted in a millisecond, and odd: taken again and again it comes by all counts.
const ELSEWHERE: u32 = 0x9e37_79b1;

/// Hands out ids that hardly any other welcome of this bot has: the time, and a count from a random start. Another process
/// may draw the same all the same, and so may this one where the clock shows a millisecond twice; the database refuses it
/// then.
#[derive(Debug)]
pub(crate) struct WelcomeIds {
    count: AtomicU32,
}

impl WelcomeIds {
    /// Starts counting at a random number, so that two processes differ within the same millisecond.
    pub(crate) fn starting_at(count: u32) -> Self {
        Self {
            count: AtomicU32::new(count),
        }
    }

    /// The next id.
    pub(crate) fn next(&self, now: UnixMs) -> WelcomeId {
        WelcomeId::new(now, self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// Gives all new episodes among `effects` other ids, counted on from elsewhere: who drew one of them may have drawn those
    /// beside it too. Nothing else in a batch names the ids of its new episodes.
    pub(crate) fn draw_again(&self, effects: &mut [Effect], now: UnixMs) {
        self.count.fetch_add(ELSEWHERE, Ordering::Relaxed);
        for effect in effects {
            if let Effect::BeginEpisode(episode) = effect {
                episode.id = self.next(now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::effect::NewEpisode;
    use domain::id::{GuildId, UserId};
    use domain::member::Member;

    use super::*;

    fn ids_of(effects: &[Effect]) -> Vec<WelcomeId> {
        let id = |effect: &Effect| match effect {
            Effect::BeginEpisode(episode) => Some(episode.id),
            _ => None,
        };
        effects.iter().filter_map(id).collect()
    }

    #[test]
    fn ids_that_are_drawn_again_are_others_in_the_order_of_their_events() {
        let now = UnixMs(1_790_000_000_000);
        let (ids, other) = (WelcomeIds::starting_at(7), WelcomeIds::starting_at(0));
        // What another process may have drawn in the same millisecond.
        let taken: Vec<_> = (0..1_000).map(|_| other.next(now)).collect();
        let episode = |user| {
            Effect::BeginEpisode(NewEpisode {
                id: ids.next(now),
                guild: GuildId(1),
                member: Member {
                    id: UserId(user),
                    username: "a".to_owned(),
                    global_name: None,
                    nick: None,
                    discriminator: 0,
                    avatar: None,
                    guild_avatar: None,
                    bot: false,
                },
                joined_at: now,
                queued_at: now,
                skip: None,
                screening: false,
                found: false,
            })
        };
        let mut effects: Vec<_> = (0..500).map(episode).collect();
        effects.push(Effect::EndSearch(GuildId(1)));
        let before = effects.clone();
        ids.draw_again(&mut effects, now);
        let mut again = ids_of(&effects);
        assert!(
            again
                .iter()
                .all(|id| !taken.contains(id) && !ids_of(&before).contains(id))
        );
        assert!(again.is_sorted());
        again.dedup();
        assert_eq!(again.len(), 500);
        assert_eq!(effects.last(), before.last());
    }
}
