//! Counters of what happened since the start.

mod kinds;

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::latency::Latencies;
pub use kinds::{COMMAND_GROUPS, CommandOutcome, KindCounts};
pub(crate) use kinds::{CommandGroup, EventCounts, Kinds};

macro_rules! tally {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        /// Counts what happened since the start; shared by everything that runs.
        #[derive(Debug, Default)]
        pub struct Tally {
            $($name: AtomicU64,)+
            latencies: Latencies,
            kinds: Kinds,
            changed: Notify,
        }

        /// The counters at one moment. They are read one after the other, so a sum may be off by what happens meanwhile.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct TallySnapshot {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl TallySnapshot {
            /// Each counter by its name.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
                self.explained().map(|(name, _, count)| (name, count))
            }

            /// Each counter by its name, with what it counts.
            pub fn explained(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
                [$((stringify!($name), concat!($($doc),+).trim_ascii(), self.$name),)+].into_iter()
            }
        }

        impl Tally {
            $(pub(crate) fn $name(&self, count: u64) {
                if count > 0 {
                    self.$name.fetch_add(count, Ordering::Relaxed);
                    self.changed.notify_waiters();
                }
            })+

            /// Reads all counters.
            pub fn snapshot(&self) -> TallySnapshot {
                TallySnapshot { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }

            /// What comes in several kinds.
            pub(crate) fn kinds(&self) -> &Kinds {
                &self.kinds
            }

            /// How long things took.
            pub fn latencies(&self) -> &Latencies {
                &self.latencies
            }

            /// Waits until the counters are as asked for.
            pub async fn wait_until(&self, mut enough: impl FnMut(TallySnapshot) -> bool) {
                loop {
                    let mut changed = pin!(self.changed.notified());
                    // From here on a change is not missed.
                    changed.as_mut().enable();
                    if enough(self.snapshot()) {
                        return;
                    }
                    changed.await;
                }
            }
        }
    };
}

tally! {
    /// Joins that Discord told, each time that it told them.
    joins_told,
    /// Members found in a list who may have joined while nobody listened.
    joins_found,
    /// Members in the lists that were looked through for missed joins.
    members_looked_at,
    /// Joins that were refused as told twice or long ago.
    joins_refused,
    /// Welcomes that were queued.
    welcomes_queued,
    /// Welcomes that were posted, or found to have been posted.
    welcomes_sent,
    /// Welcomes that will not be posted.
    welcomes_skipped,
    /// Messages that greeted several members at once.
    groups_sent,
    /// Messages to new members alone.
    direct_messages_sent,
    /// Messages to new members alone that these do not take.
    direct_messages_refused,
    /// Messages that were posted because somebody left.
    farewells_sent,
    /// Messages to members alone and farewells that failed, came too late or were too many. They are not tried again.
    courtesies_dropped,
    /// Times that a guild was parked: its channel is gone or closed to the bot.
    guilds_parked,
    /// Times that a parked guild could be greeted in again.
    guilds_unparked,
    /// Posts that must be tried again.
    posts_retried,
    /// Welcomes posted without a picture, because none could be drawn.
    cards_missing,
    /// Avatars that could not be had; the card shows one of our own drawing.
    avatars_missing,
    /// Backgrounds that were prepared for a look of cards.
    backgrounds_prepared,
    /// Cards that stand on the usual background, because the one that the guild chose could not be had.
    backgrounds_missing,
    /// Messages that were counted for their authors.
    messages_counted,
    /// Messages that Discord told again after it had told them.
    messages_told_twice,
    /// Guilds whose scores were reckoned anew, because they changed how these fade.
    guilds_rescored,
    /// Sessions that began anew.
    sessions_begun,
    /// Sessions that were resumed.
    sessions_resumed,
    /// Settled welcomes that were deleted because they are old.
    welcomes_forgotten,
    /// Pictures that were removed because no guild had them for its background any more.
    pictures_collected,
    /// Frames that could not be read and were passed over.
    frames_unreadable,
    /// Daily reports that were posted, or found to have been posted.
    reports_posted,
    /// Daily reports that will not be posted.
    reports_skipped,
    /// Posts of daily reports that must be tried again.
    reports_retried,
    /// Uses of the bot that Discord told, each time that it told them.
    interactions_told,
    /// Uses of the bot that came too late to be answered: replayed, mostly.
    interactions_late,
    /// Uses of the bot that could not be read; where possible they are answered with a no.
    interactions_unreadable,
    /// Uses of the bot that were dropped because too many wait to be answered.
    interactions_dropped,
    /// Uses of the bot whose answer was promised first, since the work took long.
    interactions_promised,
    /// Uses of the bot that were refused: not allowed, wrong, or too late for what changed meanwhile.
    interactions_refused,
    /// Uses of the bot whose answer did not reach Discord.
    interactions_unanswered,
    /// Times that the commands were registered, because Discord had others.
    commands_registered,
    /// Times that a guild was looked at for roles of levels to be given or taken.
    level_roles_looks,
    /// Roles that were given for a level.
    level_roles_given,
    /// Roles of levels that were taken.
    level_roles_taken,
    /// Members who were to be given a role and had left.
    level_roles_members_gone,
    /// Times that a guild with roles for levels was found in which the bot may not manage roles.
    level_roles_parked,
}
