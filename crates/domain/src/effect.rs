//! From an event to what must be stored for it.

use std::time::Duration;

use crate::activity::meter::MemberActivity;
use crate::event::{Event, Join, Message};
use crate::guild::GuildFacts;
use crate::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use crate::join::{self, JoinRules, JoinVerdict, Refusal};
use crate::member::Member;
use crate::shard::ShardKey;
use crate::thread::{ThreadChange, ThreadNews};
use crate::time::UnixMs;
use crate::welcome::{Episode, Membership, SkipReason};

/// A change to what is stored. Effects are applied in order, in the transaction that moves the gateway's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Stores a guild's facts; a `None` member count leaves the stored one.
    StoreGuild(GuildFacts),
    /// Changes which threads of a guild are known.
    ChangeThreads(ThreadNews),
    /// Forgets a guild's facts and threads, and skips its pending welcomes.
    ForgetGuild(GuildId),
    /// Begins an episode: the guild has one member more, and a row of the outbox is made.
    BeginEpisode(NewEpisode),
    /// Ends a member's episode: the guild has one member fewer, and a pending welcome is skipped.
    EndEpisode(Membership),
    /// The gateway told of the beginning of an episode that was found in the guild's list.
    TellEpisode {
        /// The episode's row.
        id: WelcomeId,
        /// Whose it is.
        membership: Membership,
    },
    /// An episode goes on: the leave that was told after it had been found ended an earlier one. The guild has one member
    /// more than that leave made it have.
    ResumeEpisode {
        /// The episode's row.
        id: WelcomeId,
        /// Whose it is.
        membership: Membership,
        /// Their welcome is queued now, if it was skipped for that leave or for an earlier welcome.
        greet: bool,
        /// It waits until its member has passed membership screening.
        screening: bool,
        /// Now.
        at: UnixMs,
    },
    /// A member passed membership screening: their welcome that waited for it is due.
    PassScreening {
        /// Who, and where.
        membership: Membership,
        /// When we heard of it; the welcome grows stale from here.
        at: UnixMs,
    },
    /// Joins of a guild before `since` are none of ours. Moves forward only.
    WatchJoins {
        /// The guild.
        guild: GuildId,
        /// By Discord's clock.
        since: UnixMs,
    },
    /// A shard's events up to this time are stored, by Discord's clock. Moves forward only.
    HearUntil {
        /// The shard.
        shard: ShardKey,
        /// The time of the youngest event.
        at: UnixMs,
    },
    /// A session began anew, so joins may have been missed: each guild that was watched before is to be searched for
    /// them, and each other one is watched from now on.
    BeginSession {
        /// The guilds of the shard.
        guilds: Vec<GuildId>,
        /// Now.
        at: UnixMs,
        /// How far before the youngest event joins may be missing.
        told_late_max: Duration,
    },
    /// A guild's search for missed joins has come as far as this.
    SearchOn {
        /// The guild.
        guild: GuildId,
        /// Members with larger ids are still to be looked at.
        after: UserId,
        /// Not before this time.
        at: UnixMs,
    },
    /// A guild's search for missed joins is done.
    EndSearch(GuildId),
    /// Members wrote messages: each is in here once, sorted by guild and user.
    CountActivity(Vec<MemberActivity>),
    /// Our own message came back on the gateway: its welcome stands in the channel.
    ConfirmWelcome {
        /// The welcome whose nonce the message carried.
        id: WelcomeId,
        /// The message.
        message: MessageId,
        /// Where it stands.
        channel: ChannelId,
        /// When we heard of it.
        at: UnixMs,
    },
}

impl Effect {
    /// Whether it may change what is known of a member's last episode: until it is stored, that must not be asked for.
    pub fn may_change_episode(&self, of: Membership) -> bool {
        match self {
            Self::BeginEpisode(new) => (new.guild, new.member.id) == (of.guild, of.user),
            Self::EndEpisode(membership)
            | Self::TellEpisode { membership, .. }
            | Self::ResumeEpisode { membership, .. }
            | Self::PassScreening { membership, .. } => *membership == of,
            Self::StoreGuild(_)
            | Self::ChangeThreads(_)
            | Self::WatchJoins { .. }
            | Self::HearUntil { .. }
            | Self::CountActivity(_) => false,
            // A message or a guild's end may concern anybody.
            _ => true,
        }
    }

    /// Whether it may change which of a guild's threads are known: until it is stored, that must not be asked for.
    pub fn may_change_threads(&self, of: GuildId) -> bool {
        match self {
            Self::ChangeThreads(news) => news.guild == of,
            Self::ForgetGuild(guild) => *guild == of,
            _ => false,
        }
    }
}

/// The row that a new episode gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEpisode {
    /// The row.
    pub id: WelcomeId,
    /// Where they joined.
    pub guild: GuildId,
    /// Who joined.
    pub member: Member,
    /// When, by Discord's clock.
    pub joined_at: UnixMs,
    /// When the row was made.
    pub queued_at: UnixMs,
    /// Why they are not greeted; `None` queues a welcome.
    pub skip: Option<SkipReason>,
    /// The welcome waits until its member has passed membership screening.
    pub screening: bool,
    /// They were found in the guild's list, whose length the guild's count knows already.
    pub found: bool,
}

/// What the rules need to know besides the event.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The clock.
    pub now: UnixMs,
    /// When the event came in; earlier than `now` when it had to wait.
    pub heard_at: UnixMs,
    /// Ourselves.
    pub bot: UserId,
    /// The limits of the rules of joins.
    pub rules: JoinRules,
    /// Whether members of the event's guild are greeted at all.
    pub enabled: bool,
    /// Whether they are greeted only once they have passed membership screening.
    pub after_screening: bool,
    /// The id for a welcome that is queued now.
    pub new_id: WelcomeId,
}

/// What an event comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// These changes, in this order; often none.
    Store(Vec<Effect>),
    /// A join that is refused: nothing to store, but to be counted.
    RefuseJoin(Refusal),
}

/// The membership whose last episode must be known before `event` is decided.
pub fn asks_for(event: &Event) -> Option<Membership> {
    match event {
        Event::MemberJoined(join) | Event::MemberFound(join) => Some(join.membership()),
        _ => None,
    }
}

/// Decides what an event changes. `last` is the stored episode that [`asks_for`] named, when there is one.
pub fn decide(context: &Context, event: Event, last: Option<&Episode>) -> Decision {
    let Context { rules, heard_at, .. } = context;
    Decision::Store(match event {
        Event::GuildSeen {
            facts,
            joined_at,
            threads,
        } => {
            let guild = facts.id;
            let watch = joined_at.map(|since| Effect::WatchJoins { guild, since });
            let listed = threads.map(|threads| {
                let change = ThreadChange::Listed {
                    parents: None,
                    threads,
                };
                Effect::ChangeThreads(ThreadNews { guild, change })
            });
            let stored = [Effect::StoreGuild(facts)].into_iter();
            stored.chain(watch).chain(listed).collect()
        }
        Event::ThreadsTold(news) => vec![Effect::ChangeThreads(news)],
        Event::GuildLeft(guild) => vec![Effect::ForgetGuild(guild)],
        Event::MemberLeft { guild, member } => vec![Effect::EndEpisode(Membership {
            guild,
            user: member.id,
        })],
        Event::MemberJoined(join) => {
            let verdict = join::judge(rules, last, &join, *heard_at);
            return follow(context, join, verdict, false);
        }
        Event::MemberFound(join) => {
            let verdict = join::judge_found(rules, last, &join, *heard_at);
            return follow(context, join, verdict, true);
        }
        Event::MemberUpdated {
            guild,
            user,
            pending: Some(false),
        } => vec![Effect::PassScreening {
            membership: Membership { guild, user },
            at: context.now,
        }],
        Event::MessagePosted(message) => confirmed(context, &message).into_iter().collect(),
        Event::Ready { guilds, .. } => vec![Effect::BeginSession {
            guilds,
            at: *heard_at,
            told_late_max: rules.told_late_max,
        }],
        Event::MemberUpdated { .. } | Event::AccessChanged { .. } | Event::Resumed | Event::Unused => {
            Vec::new()
        }
    })
}

/// `found`: the guild's list names the member, rather than the gateway.
fn follow(context: &Context, join: Join, verdict: JoinVerdict, found: bool) -> Decision {
    let membership = join.membership();
    let screening = join.pending && context.after_screening;
    let skip = match verdict {
        JoinVerdict::Tell(id) => return Decision::Store(vec![Effect::TellEpisode { id, membership }]),
        JoinVerdict::GoOn { id, greet } => {
            let told = (!found).then_some(Effect::TellEpisode { id, membership });
            let resumed = Effect::ResumeEpisode {
                id,
                membership,
                greet: greet && context.enabled,
                screening,
                at: context.now,
            };
            return Decision::Store(told.into_iter().chain([resumed]).collect());
        }
        JoinVerdict::Greet if !context.enabled => Some(SkipReason::Disabled),
        JoinVerdict::Greet => None,
        JoinVerdict::Skip(reason) => Some(reason),
        JoinVerdict::Refuse(refusal) => return Decision::RefuseJoin(refusal),
    };
    Decision::Store(vec![Effect::BeginEpisode(NewEpisode {
        id: context.new_id,
        guild: join.guild,
        member: join.member,
        joined_at: join.joined_at,
        queued_at: context.now,
        screening: skip.is_none() && screening,
        skip,
        found,
    })])
}

/// The welcome that a message of our own confirms.
fn confirmed(context: &Context, message: &Message) -> Option<Effect> {
    let nonce = message
        .nonce
        .as_deref()
        .filter(|_| message.author == context.bot)?;
    Some(Effect::ConfirmWelcome {
        id: WelcomeId::from_nonce(nonce)?,
        message: message.id,
        channel: message.channel,
        at: context.now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_concern_a_member_keeps_their_episode_from_being_asked_for() {
        let of = |user| Membership {
            guild: GuildId(1),
            user: UserId(user),
        };
        let left = Effect::EndEpisode(of(2));
        assert!(left.may_change_episode(of(2)));
        assert!(!left.may_change_episode(of(3)));
        let elsewhere = Membership {
            guild: GuildId(9),
            ..of(2)
        };
        assert!(!left.may_change_episode(elsewhere));
        let passed = Effect::PassScreening {
            membership: of(2),
            at: UnixMs(0),
        };
        assert!(passed.may_change_episode(of(2)) && !passed.may_change_episode(of(3)));
        assert!(Effect::ForgetGuild(GuildId(1)).may_change_episode(of(3)));
    }
}
