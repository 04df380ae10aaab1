//! Messages that were counted of late.
//!
//! Discord tells of one thing twice at times, under two numbers of its session. What a shard is told twice within
//! [`LEN_MAX`] messages of people is counted once. This is memory: what is told a second time after a restart was either
//! not committed the first time, or comes again under a number of its own, which nobody has seen Discord do over so long.

use std::collections::{HashSet, VecDeque};

use domain::id::MessageId;

/// As many as a shard with its 2,500 guilds is told in some minutes; 50 KB.
const LEN_MAX: usize = 2048;

/// The last messages of a shard.
#[derive(Debug, Default)]
pub(super) struct RecentMessages {
    known: HashSet<MessageId, foldhash::fast::RandomState>,
    ages: VecDeque<MessageId>,
}

impl RecentMessages {
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
}
