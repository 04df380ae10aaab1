//! Messages that are sent at most once and are lost where something fails: a word to the new member alone, and a
//! farewell.
//!
//! They are begun only after what they follow is stored (a welcome that stands in its channel, a leave), so whatever dies,
//! no second one is begun. They wait in a queue with an end, and go out at a pace that leaves Discord's limits to the
//! welcomes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use discord::{NewMessage, Refusal, Rest, RestError};
use domain::id::{ChannelId, GuildId};
use domain::member::Member;
use domain::template::Values;
use domain::time::UnixMs;
use domain::welcome::{Membership, SkipReason, Welcome, WelcomeState};
use store::{Store, StoreError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::app::Fatal;
use crate::clock::Clock;
use crate::plan::Plans;
use crate::tally::Tally;
use crate::timing::Timing;

/// How many of a kind may wait. Past that they are dropped.
const WAITING_MAX: usize = 256;

/// What waited for longer is not worth saying any more.
const AGE_MAX: Duration = Duration::from_secs(5 * 60);

/// Where courtesies are asked for. Clones lead to the same queues.
#[derive(Clone)]
pub(crate) struct Courtesies {
    greeted: mpsc::Sender<(Welcome, UnixMs)>,
    left: mpsc::Sender<Leave>,
    tally: Arc<Tally>,
}

/// What was asked for.
pub(crate) struct Asked {
    greeted: mpsc::Receiver<(Welcome, UnixMs)>,
    left: mpsc::Receiver<Leave>,
}

/// Somebody left a guild.
#[derive(Clone, Debug)]
pub(crate) struct Leave {
    /// Where.
    pub(crate) guild: GuildId,
    /// Who.
    pub(crate) member: Member,
    /// When we heard of it.
    pub(crate) at: UnixMs,
}

/// What courtesies need.
pub(crate) struct Courtier {
    pub(crate) store: Store,
    pub(crate) rest: Rest,
    pub(crate) plans: Arc<Plans>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
}

impl Courtesies {
    pub(crate) fn open(tally: Arc<Tally>) -> (Self, Asked) {
        let (greeted, who_came) = mpsc::channel(WAITING_MAX);
        let (left, who_left) = mpsc::channel(WAITING_MAX);
        let asked = Asked {
            greeted: who_came,
            left: who_left,
        };
        let courtesies = Self { greeted, left, tally };
        (courtesies, asked)
    }

    /// A welcome stands in its channel.
    pub(crate) fn greeted(&self, welcome: &Welcome, at: UnixMs) {
        self.offer(&self.greeted, (welcome.clone(), at));
    }

    /// Somebody left, and that is stored.
    pub(crate) fn left(&self, leave: Leave) {
        self.offer(&self.left, leave);
    }

    fn offer<T>(&self, queue: &mpsc::Sender<T>, courtesy: T) {
        if queue.try_send(courtesy).is_err() {
            self.tally.courtesies_dropped(1);
        }
    }
}

/// Sends what is asked for until `stop`; what waits then is lost.
///
/// # Errors
/// None of its own.
pub(crate) async fn run(courtier: Courtier, asked: Asked, stop: CancellationToken) -> Result<(), Fatal> {
    let Asked {
        mut greeted,
        mut left,
    } = asked;
    let words_alone = async {
        while let Some((welcome, at)) = greeted.recv().await {
            let sent = courtier.tell(&welcome, at).await;
            courtier.note("direct message", welcome.guild, sent).await;
        }
    };
    let farewells = async {
        while let Some(leave) = left.recv().await {
            let sent = courtier.bid_farewell(&leave).await;
            courtier.note("farewell", leave.guild, sent).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        // Both go on for as long as anybody may ask.
        _ = async { tokio::join!(words_alone, farewells) } => {
            stop.cancelled().await;
            Ok(())
        }
    }
}

/// What became of a courtesy.
enum Sent {
    Yes,
    /// There is nothing to say, or nobody to say it to.
    NotWanted,
    /// It waited too long.
    TooLate,
}

/// Why a courtesy failed.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Discord(#[from] RestError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Courtier {
    /// Tells the member alone what their guild has to say to who is new.
    async fn tell(&self, welcome: &Welcome, at: UnixMs) -> Result<Sent, Failed> {
        let Some(guild) = self.store.guild(welcome.guild).await? else {
            return Ok(Sent::NotWanted);
        };
        let plan = self.plans.of(guild).await?;
        let Some(text) = &plan.direct_message else {
            return Ok(Sent::NotWanted);
        };
        if self.is_too_late(at) {
            return Ok(Sent::TooLate);
        }
        let message = NewMessage {
            content: text.fill(&plan.values(welcome)),
            mentions: vec![welcome.member.id],
            // Should another process have posted the same welcome, the member is told once all the same.
            nonce: Some(format!("d{}", welcome.id)),
            ..NewMessage::default()
        };
        let channel = self.rest.open_dm(welcome.member.id).await?;
        self.rest.create_message(channel, &message).await?;
        self.tally.direct_messages_sent(1);
        Ok(Sent::Yes)
    }

    async fn bid_farewell(&self, leave: &Leave) -> Result<Sent, Failed> {
        let Some(guild) = self.store.guild(leave.guild).await? else {
            return Ok(Sent::NotWanted);
        };
        let Some(plan) = self.plans.farewell(&guild).await? else {
            return Ok(Sent::NotWanted);
        };
        let Some((channel, nonce)) = plan.channel.zip(self.nonce_of(leave).await?) else {
            return Ok(Sent::NotWanted);
        };
        if self.is_too_late(leave.at) {
            return Ok(Sent::TooLate);
        }
        let values = Values {
            user: leave.member.id,
            name: leave.member.shown_name(),
            username: &leave.member.username,
            guild: &guild.name,
            number: guild.member_count,
            joined_at: leave.at,
            language: plan.language,
            zone: &plan.zone,
        };
        self.post(channel, plan.text.fill(&values), nonce).await?;
        self.tally.farewells_sent(1);
        Ok(Sent::Yes)
    }

    /// The nonce of a leave's farewell: one for each stay, so that a leave which Discord tells twice has one farewell.
    /// `None` for who is not missed: they were never greeted, or are back already.
    async fn nonce_of(&self, leave: &Leave) -> Result<Option<String>, StoreError> {
        let membership = Membership {
            guild: leave.guild,
            user: leave.member.id,
        };
        let Some(last) = self.store.episode(membership).await? else {
            // They came before we did.
            let mut hasher = DefaultHasher::new();
            membership.hash(&mut hasher);
            return Ok(Some(format!("f{:x}", hasher.finish())));
        };
        let state = self.store.welcome(last.id).await?.map(|welcome| welcome.state);
        let is_missed = match state {
            Some(WelcomeState::Sent { .. }) | None => true,
            Some(WelcomeState::Pending | WelcomeState::Sending) => false,
            Some(WelcomeState::Skipped(reason)) => !matches!(
                reason,
                SkipReason::Left | SkipReason::Bot | SkipReason::HeldBack | SkipReason::GreetedRecently
            ),
        };
        Ok((last.left && is_missed).then(|| format!("f{}", last.id)))
    }

    async fn post(&self, channel: ChannelId, content: String, nonce: String) -> Result<(), RestError> {
        let message = NewMessage {
            content,
            nonce: Some(nonce),
            ..NewMessage::default()
        };
        self.rest.create_message(channel, &message).await.map(drop)
    }

    fn is_too_late(&self, at: UnixMs) -> bool {
        self.clock.now().since(at) > AGE_MAX
    }

    /// Counts and logs what became of a courtesy, and paces the next one.
    async fn note(&self, what: &'static str, guild: GuildId, sent: Result<Sent, Failed>) {
        match sent {
            // Nothing was asked of Discord.
            Ok(Sent::NotWanted) => return,
            Ok(Sent::Yes) => {}
            Ok(Sent::TooLate) => self.tally.courtesies_dropped(1),
            Err(Failed::Discord(error)) if error.refusal() == Some(Refusal::MemberUnreachable) => {
                self.tally.direct_messages_refused(1);
                info!(%guild, what, "the member does not take messages of the bot");
            }
            Err(error) => {
                self.tally.courtesies_dropped(1);
                warn!(%guild, what, %error, "not sent, and not tried again");
            }
        }
        tokio::time::sleep(self.timing.courtesy_every).await;
    }
}
