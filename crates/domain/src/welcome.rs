//! A welcome's life: the row of the outbox that an episode of membership gets.

use crate::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use crate::member::Member;
use crate::time::UnixMs;

/// An episode of membership and the welcome that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The row, and the message's nonce.
    pub id: WelcomeId,
    /// Where they joined.
    pub guild: GuildId,
    /// Who joined, as they were then.
    pub member: Member,
    /// When, by Discord's clock.
    pub joined_at: UnixMs,
    /// When the row was made.
    pub queued_at: UnixMs,
    /// The how-manieth member of the guild they are; `None` while the guild's count is unknown.
    pub member_number: Option<u64>,
    /// Where it stands.
    pub state: WelcomeState,
    /// A leave was seen since the row was made.
    pub left: bool,
    /// Where the latest attempt posts; `None` while nothing is, or may have been, posted.
    pub channel: Option<ChannelId>,
    /// How many posts were begun.
    pub attempts: u32,
    /// When the first post was begun: Discord's nonce window counts from here.
    pub first_attempt_at: Option<UnixMs>,
    /// Nothing is to be done before this time.
    pub next_attempt_at: UnixMs,
    /// The group that it was bound into, by the id of the group's first welcome: one message, with that id for its nonce,
    /// greets or greeted all of them. `None` for a welcome with a message of its own.
    pub group: Option<WelcomeId>,
}

/// Where a welcome stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WelcomeState {
    /// Not posted for certain, and to be posted.
    Pending,
    /// A post was begun and its outcome is not known: perhaps it stands in the channel.
    Sending,
    /// It stands in the channel.
    Sent {
        /// The message, when Discord told it.
        message: Option<MessageId>,
        /// The channel that it was posted in.
        channel: ChannelId,
        /// When that became known.
        at: UnixMs,
    },
    /// It will not be posted.
    Skipped(SkipReason),
}

/// Why a welcome is not posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// The member left before it was posted.
    Left,
    /// Bots are not greeted.
    Bot,
    /// They were greeted less than five minutes before.
    GreetedRecently,
    /// The guild has no channel for welcomes.
    NoChannel,
    /// Discord refused the message for good.
    Refused,
    /// It could not be posted in time.
    Stale,
    /// The bot was removed from the guild.
    GuildLeft,
    /// Whether it was posted could not be found out, and a second post might have greeted twice.
    UnknownOutcome,
    /// Too many joined at once, and the guild does not greet raids.
    HeldBack,
    /// The guild greets nobody.
    Disabled,
}

impl SkipReason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::Left,
        Self::Bot,
        Self::GreetedRecently,
        Self::NoChannel,
        Self::Refused,
        Self::Stale,
        Self::GuildLeft,
        Self::UnknownOutcome,
        Self::HeldBack,
        Self::Disabled,
    ];

    /// The reason's name in the store and in metrics: lower case with underscores. Never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Bot => "bot",
            Self::GreetedRecently => "greeted_recently",
            Self::NoChannel => "no_channel",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::GuildLeft => "guild_left",
            Self::UnknownOutcome => "unknown_outcome",
            Self::HeldBack => "held_back",
            Self::Disabled => "disabled",
        }
    }

    /// Reads [`SkipReason::name`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A guild that cannot be greeted in until somebody mends something. Its welcomes wait, and grow stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The guild.
    pub guild: GuildId,
    /// The channel that its welcomes were to be posted in.
    pub channel: ChannelId,
    /// What is the matter with it.
    pub reason: ParkReason,
    /// Since when that has been so.
    pub since: UnixMs,
}

/// Why a guild cannot be greeted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParkReason {
    /// The channel does not exist any more.
    ChannelGone,
    /// The bot cannot see the channel.
    NoAccess,
    /// The bot may not post in the channel, or may not attach pictures.
    NoPermission,
}

impl ParkReason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::ChannelGone, Self::NoAccess, Self::NoPermission];

    /// The reason's name in the store and in logs: lower case with underscores. Never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChannelGone => "channel_gone",
            Self::NoAccess => "no_access",
            Self::NoPermission => "no_permission",
        }
    }

    /// Reads [`ParkReason::name`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// What is stored of a member's last episode in a guild, as far as the rules of joins ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// The row.
    pub id: WelcomeId,
    /// When the episode began, by Discord's clock.
    pub joined_at: UnixMs,
    /// A leave was seen after it.
    pub left: bool,
    /// It was found in the guild's list, and the gateway has not told of its beginning yet. Should it do so after a leave,
    /// then that was the end of an earlier stay.
    pub untold: bool,
    /// When the member was last greeted in this guild, in this episode or an earlier one: the time at which the newest
    /// welcome that was posted, or may have been posted, was first attempted, or at which a pending one of a member
    /// who is still there was queued, unless it waits for them to pass screening.
    pub greeted_at: Option<UnixMs>,
}

/// Whose welcome: the key of [`Episode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Membership {
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub user: UserId,
}
