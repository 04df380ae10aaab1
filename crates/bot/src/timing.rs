//! How long the bot waits for what.

use std::time::Duration;

use crate::patience::Patience;

/// Every wait of the application. The defaults are right against Discord; shorter ones are for rehearsals against the
/// simulator, whose own windows can be shortened with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// For so long after a first attempt a second one with the same nonce is trusted to return the first's message.
    /// Discord says "in the past few minutes"; the default is less.
    /// Source: Discord's documentation, "Message", heading "Create Message", read in August 2026.
    pub nonce_window: Duration,
    /// For so long a begun post is left alone by everybody else: longer than a request may take.
    pub attempt_lease: Duration,
    /// The outbox is looked at this often, also when nothing asked for it.
    pub look_every: Duration,
    /// How long a guild rests when the database failed in the middle of its lane.
    pub rest_when_stalled: Duration,
    /// How often a guild is tried whose channel is gone or closed to us, when nothing is heard that may have mended it.
    pub probe_every: Duration,
    /// How long after a post of unknown outcome its echo may still come, where the channel cannot be read: longer than
    /// Discord keeps a session that can be resumed.
    pub echo_within: Duration,
    /// Discord's clock and ours may differ by this much when a channel is read from the time of an attempt.
    pub clock_slack: Duration,
    /// From one page of a guild's members to the next, in the search for missed joins. The default is a tenth of the 50
    /// requests that Discord allows in a second.
    pub page_every: Duration,
    /// How long a guild's search rests after a page that did not come.
    pub rest_after_page: Duration,
    /// How long a guild's search rests when Discord refuses us its list.
    pub rest_when_list_refused: Duration,
    /// From one message to a member alone to the next, and from one farewell to the next. The default leaves Discord's
    /// limits to the welcomes.
    pub courtesy_every: Duration,
    /// How often the roles that members have by their level are compared with their scores.
    pub level_roles_every: Duration,
    /// From one role that is given or taken in a guild to the next.
    pub role_every: Duration,
    /// The same over all guilds. The default is a tenth of the 50 requests that Discord allows in a second.
    pub role_every_in_all: Duration,
    /// How long a command may work before its answer is promised, so that Discord, which waits three seconds, has one.
    pub promise_after: Duration,
    /// How long a command waits for the database before it says that this does not answer.
    pub store_within: Duration,
    /// How long a command may work in all: far less than the quarter of an hour for which its answer can be put in place.
    pub command_within: Duration,
    /// How often a process that stands by asks whether the one that is at work has ended.
    pub stand_by_every: Duration,
    /// For the database, which has tried for seconds itself before it gives an error.
    pub store: Patience,
    /// For Discord at the start, when nothing else can be done than to wait for it.
    pub discord: Patience,
    /// For a welcome whose post failed.
    pub post: Patience,
    /// For a connection to the gateway that broke.
    pub connect: Patience,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            nonce_window: Duration::from_secs(60),
            attempt_lease: Duration::from_secs(90),
            look_every: Duration::from_secs(15),
            rest_when_stalled: Duration::from_secs(2),
            probe_every: Duration::from_secs(30 * 60),
            echo_within: Duration::from_secs(5 * 60),
            clock_slack: Duration::from_secs(60),
            page_every: Duration::from_millis(200),
            rest_after_page: Duration::from_secs(30),
            rest_when_list_refused: Duration::from_secs(3600),
            courtesy_every: Duration::from_millis(500),
            level_roles_every: Duration::from_secs(5 * 60),
            role_every: Duration::from_millis(500),
            role_every_in_all: Duration::from_millis(200),
            promise_after: Duration::from_millis(1_500),
            store_within: Duration::from_secs(10),
            command_within: Duration::from_secs(60),
            stand_by_every: Duration::from_secs(1),
            store: Patience {
                first: Duration::from_millis(200),
                longest: Duration::from_secs(5),
            },
            discord: Patience {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(60),
            },
            post: Patience {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(300),
            },
            connect: Patience {
                first: Duration::from_millis(500),
                longest: Duration::from_secs(60),
            },
        }
    }
}

impl Timing {
    /// The same waits, each `by` times shorter; `by` is at least 1.
    pub fn hastened(self, by: u32) -> Self {
        let by = by.max(1);
        let patience = |patience: Patience| Patience {
            first: patience.first / by,
            longest: patience.longest / by,
        };
        Self {
            nonce_window: self.nonce_window / by,
            attempt_lease: self.attempt_lease / by,
            look_every: self.look_every / by,
            rest_when_stalled: self.rest_when_stalled / by,
            probe_every: self.probe_every / by,
            echo_within: self.echo_within / by,
            clock_slack: self.clock_slack / by,
            page_every: self.page_every / by,
            rest_after_page: self.rest_after_page / by,
            rest_when_list_refused: self.rest_when_list_refused / by,
            courtesy_every: self.courtesy_every / by,
            level_roles_every: self.level_roles_every / by,
            role_every: self.role_every / by,
            role_every_in_all: self.role_every_in_all / by,
            promise_after: self.promise_after / by,
            store_within: self.store_within / by,
            command_within: self.command_within / by,
            stand_by_every: self.stand_by_every / by,
            store: patience(self.store),
            discord: patience(self.discord),
            post: patience(self.post),
            connect: patience(self.connect),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haste_shortens_every_wait_alike() {
        let (usual, hasty) = (Timing::default(), Timing::default().hastened(10));
        assert_eq!(usual.hastened(1), usual);
        assert_eq!(hasty.nonce_window, Duration::from_secs(6));
        assert_eq!(hasty.probe_every, Duration::from_secs(180));
        assert_eq!(hasty.post.first, Duration::from_millis(100));
        assert_eq!(hasty.post.longest, Duration::from_secs(30));
        assert_eq!(hasty.hastened(10), usual.hastened(100));
    }
}
