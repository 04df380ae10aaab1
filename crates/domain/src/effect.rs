//! From an event to what must be stored for it.

use crate::event::{Event, Message};
use crate::guild::GuildFacts;
use crate::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use crate::join::{self, JoinRules, JoinVerdict, Refusal};
use crate::member::Member;
use crate::time::UnixMs;
use crate::welcome::{Episode, Membership, SkipReason};

/// A change to what is stored. Effects are applied in order, in the transaction that moves the gateway's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Stores a guild's facts; a `None` member count leaves the stored one.
    StoreGuild(GuildFacts),
    /// Forgets a guild's facts and skips its pending welcomes.
    ForgetGuild(GuildId),
    /// Begins an episode: the guild has one member more, and a row of the outbox is made.
    BeginEpisode(NewEpisode),
    /// Ends a member's episode: the guild has one member fewer, and a pending welcome is skipped.
    EndEpisode(Membership),
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
}

/// What the rules need to know besides the event.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The clock.
    pub now: UnixMs,
    /// Ourselves.
    pub bot: UserId,
    /// The limits of the rules of joins.
    pub rules: JoinRules,
    /// The id for a welcome that is queued now.
    pub new_id: WelcomeId,
}

/// What an event comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing to store.
    Nothing,
    /// One change to store.
    Store(Effect),
    /// A join that is refused: nothing to store, but to be counted.
    RefuseJoin(Refusal),
}

/// The membership whose last episode must be known before `event` is decided.
pub fn asks_for(event: &Event) -> Option<Membership> {
    match event {
        Event::MemberJoined(join) => Some(Membership {
            guild: join.guild,
            user: join.member.id,
        }),
        _ => None,
    }
}

/// Decides what an event changes. `last` is the stored episode that [`asks_for`] named, when there is one.
pub fn decide(context: &Context, event: Event, last: Option<&Episode>) -> Decision {
    let effect = match event {
        Event::GuildSeen(facts) => Effect::StoreGuild(facts),
        Event::GuildLeft(guild) => Effect::ForgetGuild(guild),
        Event::MemberLeft { guild, user } => Effect::EndEpisode(Membership { guild, user }),
        Event::MemberJoined(join) => {
            let skip = match join::judge(&context.rules, last, &join, context.now) {
                JoinVerdict::Greet => None,
                JoinVerdict::Skip(reason) => Some(reason),
                JoinVerdict::Refuse(refusal) => return Decision::RefuseJoin(refusal),
            };
            Effect::BeginEpisode(NewEpisode {
                id: context.new_id,
                guild: join.guild,
                member: join.member,
                joined_at: join.joined_at,
                queued_at: context.now,
                skip,
            })
        }
        Event::MessagePosted(message) => match confirmed(context, &message) {
            Some(effect) => effect,
            None => return Decision::Nothing,
        },
        Event::Ready { .. } | Event::Resumed | Event::Unused => return Decision::Nothing,
    };
    Decision::Store(effect)
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
