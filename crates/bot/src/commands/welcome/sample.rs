//! What would be posted if the caller joined now.

use discord::{Answer, Attachment, NewMessage, Reply};
use domain::id::WelcomeId;
use domain::member::Member;
use domain::welcome::{Welcome, WelcomeState};

use crate::commands::call::{Call, Done};
use crate::commands::refused::Refused;
use crate::greeter::compose;
use crate::plan::GuildPlan;

/// What would be posted.
pub(super) struct Sample {
    /// How the guild greets.
    pub(super) plan: GuildPlan,
    /// The message, with the card unless the guild has none or none could be drawn.
    pub(super) message: NewMessage,
}

impl Sample {
    /// A card was to be there and is not.
    pub(super) fn lacks_card(&self) -> bool {
        self.plan.card.is_some() && self.message.attachment.is_none()
    }
}

/// The message that would greet the caller, or the caller under another name. Where the guild has several texts, it is any
/// of them.
///
/// # Errors
/// [`Refused::DatabaseSilent`].
pub(super) async fn of(call: &Call, name: Option<&str>) -> Result<Sample, Refused> {
    let plan = plan(call).await?;
    let welcome = welcome(call, name);
    let card = match &plan.card {
        Some(card) => call.services.portraits.draw(&welcome, &plan, card).await,
        None => None,
    };
    let message = compose::message(&plan, welcome.id, std::slice::from_ref(&welcome), card);
    Ok(Sample { plan, message })
}

/// The caller's card: `None` where the guild has none, `Some(None)` where it could not be drawn.
///
/// # Errors
/// [`Refused::DatabaseSilent`].
pub(super) async fn card(call: &Call) -> Result<Option<Option<Attachment>>, Refused> {
    let plan = plan(call).await?;
    Ok(match &plan.card {
        Some(card) => Some(
            call.services
                .portraits
                .draw(&welcome(call, None), &plan, card)
                .await,
        ),
        None => None,
    })
}

/// What is said after a change, over the caller's card as it looks now. What was changed stays so when there is no card.
pub(super) async fn over_card(call: &Call, said: String) -> Done {
    let words = call.words;
    let (said, card) = match card(call).await {
        Ok(Some(Some(card))) => (said, Some(card)),
        Ok(None) => (format!("{said}\n{}", words.card_is_off()), None),
        Ok(Some(None)) | Err(_) => (format!("{said}\n{}", words.no_preview()), None),
    };
    Ok(Answer::Message(Reply {
        attachments: card.into_iter().collect(),
        ..Reply::private(said)
    }))
}

/// How the guild greets now: after a change of this call's, with that change.
async fn plan(call: &Call) -> Result<GuildPlan, Refused> {
    call.read(call.services.plans.of(call.facts.clone())).await
}

/// A welcome that is in no outbox.
fn welcome(call: &Call, name: Option<&str>) -> Welcome {
    let caller = &call.interaction.member;
    let member = Member {
        nick: name.map(str::to_owned).or_else(|| caller.nick.clone()),
        ..caller.clone()
    };
    Welcome {
        id: WelcomeId(call.interaction.id().0),
        guild: call.interaction.guild,
        member,
        joined_at: call.now,
        queued_at: call.now,
        member_number: call.facts.member_count,
        state: WelcomeState::Pending,
        left: false,
        channel: None,
        attempts: 0,
        first_attempt_at: None,
        next_attempt_at: call.now,
        group: None,
    }
}
