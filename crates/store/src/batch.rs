//! What is written in one transaction.

use domain::effect::Effect;
use domain::id::MessageId;
use domain::shard::ShardKey;
use domain::time::UnixMs;

/// The effects of a run of events and the checkpoint behind them: all of it is stored, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// When it was put together; the time of what it changes, where an effect does not carry its own.
    pub at: UnixMs,
    /// Applied in order.
    pub effects: Vec<Effect>,
    /// What becomes of the shard's checkpoint; `None` leaves it alone.
    pub checkpoint: Option<CheckpointChange>,
}

/// What becomes of a shard's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointChange {
    /// The session can be resumed from here.
    Save(Checkpoint),
    /// There is nothing to resume any more.
    Forget(ShardKey),
}

/// Where a shard's session is resumed after a restart: everything up to `sequence` is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose session.
    pub shard: ShardKey,
    /// The session.
    pub session_id: String,
    /// Where it is resumed.
    pub resume_url: String,
    /// The last event whose effects are stored.
    pub sequence: u64,
    /// Messages that were told last, the oldest first: one that is told again after a restart is known by them.
    pub recent_messages: Vec<MessageId>,
}

/// Messages in a column: eight bytes each, the high ones first.
pub(crate) fn recent_to_db(messages: &[MessageId]) -> Vec<u8> {
    messages
        .iter()
        .flat_map(|message| message.0.to_be_bytes())
        .collect()
}

/// The messages of a column. What is no whole message is none.
pub(crate) fn recent_of_db(bytes: &[u8]) -> Vec<MessageId> {
    let (messages, _) = bytes.as_chunks();
    messages
        .iter()
        .map(|bytes| MessageId(u64::from_be_bytes(*bytes)))
        .collect()
}

/// What a batch did. A welcome that was settled before is not counted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Welcomes queued.
    pub welcomes_queued: u64,
    /// Welcomes that will not be posted: of members who left before it, or who begin an episode without one.
    pub welcomes_skipped: u64,
    /// Welcomes now known to stand in their channel.
    pub welcomes_confirmed: u64,
    /// Episodes that were stored already, as by another process that saw the same join.
    pub episodes_repeated: u64,
}
