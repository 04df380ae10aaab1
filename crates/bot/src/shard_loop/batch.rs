//! What a shard's loop has decided and not committed yet.

use std::sync::Arc;

use discord::Session;
use domain::activity::sum::ActivitySum;
use domain::effect::Effect;
use domain::id::GuildId;
use domain::time::UnixMs;

use crate::courtesies::Leave;
use crate::tally::EventCounts;

/// The most frames of a batch that changes what somebody waits for, as a new member does.
const BATCH_LEN_MAX: u32 = 500;

/// The most frames of a batch that only sums messages: more than one core takes in the time that it may take. Each is some
/// bytes until the commit, whose cost goes by the members who wrote; so the more, the cheaper.
const SUMMED_LEN_MAX: u32 = 20_000;

/// What was decided and is not committed yet.
#[derive(Default)]
pub(super) struct OpenBatch {
    pub(super) len: u32,
    /// Its frames by the names of their events.
    pub(super) events: EventCounts,
    /// Messages that count for somebody.
    pub(super) counted: u64,
    pub(super) effects: Vec<Effect>,
    /// What the messages come to.
    pub(super) activity: ActivitySum,
    /// When its first frame came in.
    pub(super) heard_at: Option<UnixMs>,
    /// The sequence of the frame that was taken last, and its session.
    pub(super) position: Option<(u64, Option<Arc<Session>>)>,
    /// The time of the youngest event, by Discord's clock.
    pub(super) told_at: Option<UnixMs>,
    /// The batch changes which guilds there are to be searched.
    pub(super) begins_searches: bool,
    /// Guilds where the bot may be allowed something new.
    pub(super) access_changed: Vec<GuildId>,
    /// Who left.
    pub(super) left: Vec<Leave>,
}

impl OpenBatch {
    pub(super) fn is_full(&self) -> bool {
        let len_max = if self.only_sums() {
            SUMMED_LEN_MAX
        } else {
            BATCH_LEN_MAX
        };
        self.len >= len_max
    }

    /// Nobody waits for it.
    pub(super) fn only_sums(&self) -> bool {
        self.effects.is_empty()
    }
}
