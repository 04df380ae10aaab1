//! Which channels are threads, and of which parents, as far as messages asked for it.
//!
//! The store knows all of them; here is what was asked of it, brought up to date by what is told meanwhile. Whoever asks for
//! one that is not here asks the store, once what the open batch may change of it is committed: so an answer is that of
//! all events before the message, also after a restart, and what is let go of here changes none.

use std::collections::HashMap;

use domain::event::Event;
use domain::id::{ChannelId, GuildId};
use domain::thread::ThreadChange;

/// More than the channels that a shard's guilds with rules for channels are talked in; half a megabyte.
const LEN_MAX: usize = 16_384;

/// The channels that were asked for, of each guild; each with its parent, if it is a thread.
#[derive(Debug, Default)]
pub(super) struct KnownThreads {
    guilds: HashMap<GuildId, HashMap<ChannelId, Option<ChannelId>, foldhash::fast::RandomState>>,
    len: usize,
}

impl KnownThreads {
    /// The parent of a channel, which has one if it is a thread; the outer `None`: the store is to be asked.
    pub(super) fn parent(&self, guild: GuildId, channel: ChannelId) -> Option<Option<ChannelId>> {
        self.guilds.get(&guild)?.get(&channel).copied()
    }

    /// Keeps what the store answered.
    pub(super) fn learn(&mut self, guild: GuildId, channel: ChannelId, parent: Option<ChannelId>) {
        if self.len >= LEN_MAX {
            // What is talked in is soon asked for again.
            *self = Self::default();
        }
        let known = self.guilds.entry(guild).or_default();
        self.len += usize::from(known.insert(channel, parent).is_none());
    }

    /// Takes note of an event, before the messages that come after it.
    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::ThreadsTold(news) => match &news.change {
                ThreadChange::There(thread) => self.correct(news.guild, thread.id, Some(thread.parent)),
                ThreadChange::Gone(thread) => self.correct(news.guild, *thread, None),
                ThreadChange::Listed { .. } => self.forget(news.guild),
            },
            Event::GuildSeen {
                facts,
                threads: Some(_),
                ..
            } => self.forget(facts.id),
            Event::GuildLeft(guild) => self.forget(*guild),
            _ => {}
        }
    }

    /// Of guilds in which nobody asked nothing is kept.
    fn correct(&mut self, guild: GuildId, thread: ChannelId, parent: Option<ChannelId>) {
        if self.guilds.contains_key(&guild) {
            self.learn(guild, thread, parent);
        }
    }

    fn forget(&mut self, guild: GuildId) {
        self.len -= self.guilds.remove(&guild).map_or(0, |known| known.len());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::guild::GuildFacts;
    use domain::thread::{Thread, ThreadNews};
    use proptest::prelude::*;

    use super::*;

    /// What a shard hears, and what may happen beside.
    #[derive(Clone, Debug)]
    enum Step {
        Told(u64, ThreadChange),
        Listed(u64, Vec<Thread>),
        Left(u64),
        /// Somebody writes in a channel, named by guild and number.
        Wrote(u64, u64),
        Committed,
        /// The process dies and what was not committed is told anew.
        Died,
        /// There was no room for more.
        LetGo,
    }

    type Stored = BTreeMap<(GuildId, ChannelId), ChannelId>;

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let thread = || (0..6_u64, 10..13_u64).prop_map(|(id, parent)| thread(id, parent));
        let threads = || prop::collection::vec(thread(), 0..4);
        let step = prop_oneof![
            3 => (0..3_u64, thread()).prop_map(|(guild, thread)| Step::Told(guild, ThreadChange::There(thread))),
            1 => (0..3_u64, 0..6_u64).prop_map(|(guild, id)| Step::Told(guild, ThreadChange::Gone(ChannelId(id)))),
            1 => (0..3_u64, prop::collection::vec((10..13_u64).prop_map(ChannelId), 0..3), threads()).prop_map(
                |(guild, parents, threads)| Step::Told(guild, ThreadChange::Listed { parents: Some(parents), threads })
            ),
            1 => (0..3_u64, threads()).prop_map(|(guild, threads)| Step::Listed(guild, threads)),
            1 => (0..3_u64).prop_map(Step::Left),
            8 => (0..3_u64, 0..6_u64).prop_map(|(guild, id)| Step::Wrote(guild, id)),
            2 => Just(Step::Committed),
            1 => Just(Step::Died),
            1 => Just(Step::LetGo),
        ];
        prop::collection::vec(step, 1..60)
    }

    fn thread(id: u64, parent: u64) -> Thread {
        Thread {
            id: ChannelId(id),
            parent: ChannelId(parent),
        }
    }

    fn event(step: &Step) -> Option<Event> {
        Some(match step {
            Step::Told(guild, change) => Event::ThreadsTold(ThreadNews {
                guild: GuildId(*guild),
                change: change.clone(),
            }),
            Step::Listed(guild, threads) => Event::GuildSeen {
                facts: GuildFacts {
                    id: GuildId(*guild),
                    name: "Tea".to_owned(),
                    locale: "ja".to_owned(),
                    system_channel: None,
                    member_count: None,
                },
                joined_at: None,
                threads: Some(threads.clone()),
            },
            Step::Left(guild) => Event::GuildLeft(GuildId(*guild)),
            _ => return None,
        })
    }

    /// What the store makes of it.
    fn store(stored: &mut Stored, step: &Step) {
        let mut list = |guild: u64, parents: Option<&Vec<ChannelId>>, threads: &[Thread]| {
            stored.retain(|(of, _), parent| {
                *of != GuildId(guild) || parents.is_some_and(|parents| !parents.contains(parent))
            });
            let listed = threads.iter();
            stored.extend(listed.map(|thread| ((GuildId(guild), thread.id), thread.parent)));
        };
        match step {
            Step::Told(guild, ThreadChange::Listed { parents, threads }) => {
                list(*guild, parents.as_ref(), threads);
            }
            Step::Listed(guild, threads) => list(*guild, None, threads),
            Step::Left(guild) => list(*guild, None, &[]),
            Step::Told(guild, ThreadChange::There(thread)) => {
                stored.insert((GuildId(*guild), thread.id), thread.parent);
            }
            Step::Told(guild, ThreadChange::Gone(thread)) => {
                stored.remove(&(GuildId(*guild), *thread));
            }
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn message_is_judged_by_all_that_was_told_before_it_whatever_was_kept(steps in steps()) {
            let mut heard = Stored::new();
            // Each message with what was told before it.
            let right: Vec<_> = steps.iter().map(|step| {
                store(&mut heard, step);
                match step {
                    Step::Wrote(guild, id) => heard.get(&(GuildId(*guild), ChannelId(*id))).copied(),
                    _ => None,
                }
            }).collect();
            let mut known = KnownThreads::default();
            let (mut stored, mut committed) = (Stored::new(), 0);
            let mut died = std::collections::BTreeSet::new();
            let mut at = 0;
            while at < steps.len() {
                let step = &steps[at];
                let mut commit = |until: usize| {
                    steps[committed..until].iter().for_each(|step| store(&mut stored, step));
                    committed = until;
                    stored.clone()
                };
                match step {
                    Step::Wrote(guild, id) => {
                        let (guild, channel) = (GuildId(*guild), ChannelId(*id));
                        let parent = known.parent(guild, channel).unwrap_or_else(|| {
                            let parent = commit(at).get(&(guild, channel)).copied();
                            known.learn(guild, channel, parent);
                            parent
                        });
                        prop_assert_eq!(parent, right[at], "message {}", at);
                    }
                    Step::Committed => drop(commit(at)),
                    Step::Died if died.insert(at) => {
                        known = KnownThreads::default();
                        at = committed;
                        continue;
                    }
                    Step::LetGo => known = KnownThreads::default(),
                    _ => {}
                }
                if let Some(event) = event(step) {
                    known.hear(&event);
                }
                let kept: usize = known.guilds.values().map(HashMap::len).sum();
                prop_assert_eq!(known.len, kept);
                at += 1;
            }
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let mut known = KnownThreads::default();
        let channels = u64::try_from(LEN_MAX).expect("small");
        for id in 0..channels {
            known.learn(GuildId(id % 5), ChannelId(id), None);
        }
        assert_eq!(known.parent(GuildId(0), ChannelId(0)), Some(None));
        known.learn(GuildId(9), ChannelId(channels), Some(ChannelId(1)));
        assert_eq!(
            known.parent(GuildId(9), ChannelId(channels)),
            Some(Some(ChannelId(1)))
        );
        assert_eq!((known.parent(GuildId(0), ChannelId(0)), known.len), (None, 1));
    }
}
