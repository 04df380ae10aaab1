//! Messages that were told of late.
//!
//! Discord tells of one thing twice at times, under two numbers of its session. A message that a shard is told again within
//! [`LEN_MAX`] messages of people is counted once; over a restart, within [`KEPT_MAX`], which are committed with the
//! checkpoint. What was told and not committed is replayed, and that is not told twice.

use std::collections::{HashSet, VecDeque};

use domain::id::MessageId;

/// As many as a shard with its 2,500 guilds is told in some minutes; 50 KB.
const LEN_MAX: usize = 2048;
/// Half a kilobyte in each commit.
const KEPT_MAX: usize = 64;

/// The last messages of a shard.
#[derive(Debug, Default)]
pub(super) struct RecentMessages {
    known: HashSet<MessageId, foldhash::fast::RandomState>,
    ages: VecDeque<MessageId>,
}

impl RecentMessages {
    /// Those of before a restart.
    pub(super) fn of(messages: &[MessageId]) -> Self {
        let mut recent = Self::default();
        for message in messages {
            recent.is_first(*message);
        }
        recent
    }

    /// Whether a message is none of the last ones. It is one of them from now on.
    pub(super) fn is_first(&mut self, message: MessageId) -> bool {
        if !self.known.insert(message) {
            return false;
        }
        if self.ages.len() == LEN_MAX
            && let Some(oldest) = self.ages.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.ages.push_back(message);
        true
    }

    /// What a restart is to know, the oldest first.
    pub(super) fn kept(&self) -> Vec<MessageId> {
        let skipped = self.ages.len().saturating_sub(KEPT_MAX);
        self.ages.range(skipped..).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_is_known_until_as_many_others_came_and_no_longer() {
        let mut recent = RecentMessages::default();
        let len_max = u64::try_from(LEN_MAX).expect("small");
        for id in 0..len_max {
            assert!(recent.is_first(MessageId(id)));
        }
        assert!(!recent.is_first(MessageId(0)));
        assert!(recent.is_first(MessageId(len_max)), "one more");
        assert!(!recent.is_first(MessageId(1)));
        assert!(recent.is_first(MessageId(0)), "made room for it");
        assert_eq!((recent.known.len(), recent.ages.len()), (LEN_MAX, LEN_MAX));
    }

    #[test]
    fn last_messages_are_known_after_a_restart() {
        let mut recent = RecentMessages::default();
        for id in 0..100 {
            recent.is_first(MessageId(id));
        }
        let kept = recent.kept();
        assert_eq!((kept.len(), kept.last()), (KEPT_MAX, Some(&MessageId(99))));
        let mut after = RecentMessages::of(&kept);
        assert_eq!(after.kept(), kept);
        assert!(!after.is_first(MessageId(36)) && after.is_first(MessageId(35)));
    }
}
