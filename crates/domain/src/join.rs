//! When a join is greeted.
//!
//! Discord sends GUILD_MEMBER_ADD twice at times, with `joined_at` some 400 ms apart (discord-api-docs#3377), and may
//! send it for people who are members already (#8337). There is no exact key, so a welcome belongs to an *episode* of
//! membership, and this module says when a new episode begins.

use std::time::Duration;

use crate::event::Join;
use crate::id::WelcomeId;
use crate::time::UnixMs;
use crate::welcome::{Episode, SkipReason};

/// The limits of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinRules {
    /// A join older than this by its `joined_at` is no join: Discord spoke of somebody who is a member already.
    pub age_max: Duration,
    /// Two joins of one member whose `joined_at` are at most this far apart are one join, told twice: five times
    /// the drift that was seen, and less than anybody needs to leave and come back.
    pub drift_max: Duration,
    /// A member who was found in the list is greeted no later than this after they joined.
    pub found_age_max: Duration,
    /// How late Discord may tell a join of one guild after younger events of other guilds. What is known for certain of
    /// a shard's joins lies this far behind its youngest event. Costs nothing when it is too long: who is found twice
    /// is refused.
    pub told_late_max: Duration,
    /// Within this time of a member's last welcome there is no second one.
    pub quiet: Duration,
}

impl Default for JoinRules {
    fn default() -> Self {
        Self {
            age_max: Duration::from_secs(60 * 60),
            drift_max: Duration::from_secs(2),
            found_age_max: Duration::from_secs(24 * 60 * 60),
            told_late_max: Duration::from_secs(15 * 60),
            quiet: Duration::from_secs(5 * 60),
        }
    }
}

/// What a join means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinVerdict {
    /// A new episode begins, and its member is greeted.
    Greet,
    /// A new episode begins without a welcome.
    Skip(SkipReason),
    /// No new episode: the gateway tells of the beginning of one that was found before.
    Tell(WelcomeId),
    /// No new episode: one that was found goes on. The leave that was told after that ended an earlier stay.
    GoOn {
        /// The episode's row.
        id: WelcomeId,
        /// Whether its member is greeted, if they were not.
        greet: bool,
    },
    /// No new episode: Discord told us of one that we know, or of somebody who has long been a member.
    Refuse(Refusal),
}

/// Why a join is no new episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The member is in an episode already.
    Duplicate,
    /// `joined_at` lies far in the past.
    LongAgo,
}

/// Judges a join that the gateway told at `now` against the member's last episode. Pure: the same arguments, the same
/// verdict.
pub fn judge(rules: &JoinRules, last: Option<&Episode>, join: &Join, now: UnixMs) -> JoinVerdict {
    if let Some(found) = last.filter(|last| last.untold && is_the_join_of(last, rules, join)) {
        return if found.left {
            go_on(rules, found, join, now)
        } else {
            JoinVerdict::Tell(found.id)
        };
    }
    // A leave alone is not enough: a join told twice may come the second time when its member has already left.
    let new_stay = |last: &Episode| last.left || join.rejoined;
    judge_by(rules, rules.age_max, new_stay, last, join, now)
}

/// Judges a member whom the guild's list names. The list knows when each member's stay truly began, so a stay that began
/// later than the last episode is another one, also when neither its leave nor its join was told; and one that it names again
/// goes on, unless the gateway told of its beginning and of a leave after that.
pub fn judge_found(rules: &JoinRules, last: Option<&Episode>, join: &Join, now: UnixMs) -> JoinVerdict {
    if let Some(found) = last.filter(|last| last.untold && last.left && is_the_join_of(last, rules, join)) {
        return go_on(rules, found, join, now);
    }
    judge_by(rules, rules.found_age_max, |_| true, last, join, now)
}

fn go_on(rules: &JoinRules, found: &Episode, join: &Join, now: UnixMs) -> JoinVerdict {
    JoinVerdict::GoOn {
        id: found.id,
        greet: !is_quiet(rules, found, join, now),
    }
}

/// Whether a join is the one with which an episode began.
fn is_the_join_of(episode: &Episode, rules: &JoinRules, join: &Join) -> bool {
    let apart_ms = episode.joined_at.0.abs_diff(join.joined_at.0);
    Duration::from_millis(apart_ms) <= rules.drift_max
}

/// Whether the member was greeted so recently that they are not greeted again. Discord's clock or ours may be wrong or
/// late; the earlier of the two decides.
fn is_quiet(rules: &JoinRules, last: &Episode, join: &Join, now: UnixMs) -> bool {
    last.greeted_at
        .is_some_and(|at| now.min(join.joined_at) < at + rules.quiet)
}

fn judge_by(
    rules: &JoinRules,
    age_max: Duration,
    new_stay: impl Fn(&Episode) -> bool,
    last: Option<&Episode>,
    join: &Join,
    now: UnixMs,
) -> JoinVerdict {
    if now.since(join.joined_at) > age_max {
        return JoinVerdict::Refuse(Refusal::LongAgo);
    }
    let begins_anew =
        |last: &Episode| new_stay(last) && join.joined_at.since(last.joined_at) > rules.drift_max;
    if last.is_some_and(|last| !begins_anew(last)) {
        return JoinVerdict::Refuse(Refusal::Duplicate);
    }
    if join.member.bot {
        return JoinVerdict::Skip(SkipReason::Bot);
    }
    if last.is_some_and(|last| is_quiet(rules, last, join, now)) {
        return JoinVerdict::Skip(SkipReason::GreetedRecently);
    }
    JoinVerdict::Greet
}
