//! One interaction, from its arrival to its answer: Discord waits for three seconds, whatever the work takes.

use std::sync::Arc;

use discord::{
    ANSWER_WITHIN, Answer, Incoming, Interaction, InteractionKind, Reply, ReplyTo, RestError, Unserved,
    UnservedReason,
};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{Instrument, debug, error, info, info_span, warn};

use super::Services;
use super::access;
use super::answers;
use super::call::{self, Carried};
use super::refused::Refused;
use super::words::Words;
use crate::tally::{CommandGroup, CommandOutcome, Tally};

/// How an answer is promised that takes longer than Discord waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Later {
    /// As a message: one that all in the channel see, or one person alone. Discord decides that with the promise.
    Message { in_public: bool },
    /// As a change of the message that the component stands under; a refusal comes as a message of its own.
    Update,
    /// Not at all: what somebody types is offered something at once or not.
    Never,
}

impl Later {
    fn of(kind: &InteractionKind) -> Self {
        match kind {
            InteractionKind::Command { path, .. } => Self::Message {
                in_public: access::is_answered_in_public(path),
            },
            InteractionKind::Modal { message: None, .. } => Self::Message { in_public: false },
            InteractionKind::Component { .. } | InteractionKind::Modal { .. } => Self::Update,
            InteractionKind::Autocomplete { .. } => Self::Never,
        }
    }
}

/// Answers an interaction.
pub(super) async fn attend(services: Arc<Services>, incoming: Incoming) {
    match incoming {
        Incoming::Used(interaction) => {
            // Not who it is: somebody may be having erased what is known of them.
            let (id, guild) = (interaction.reply_to.id, interaction.guild);
            let span = info_span!("interaction", %id, %guild);
            carry_out(&services, *interaction).instrument(span).await;
        }
        Incoming::Unserved(unserved) => turn_away(&services, &unserved).await,
    }
}

async fn carry_out(services: &Arc<Services>, interaction: Interaction) {
    let to = interaction.reply_to.clone();
    let (tally, timing) = (&services.tally, services.timing);
    let now = Instant::now();
    if to.answer_by <= now {
        // Replayed, or it waited behind too many others: Discord takes no answer any more.
        tally.interactions_late(1);
        return;
    }
    let later = Later::of(&interaction.kind);
    let group = CommandGroup::of(&interaction.kind);
    let words = answers::words_before_settings(&interaction);
    // Half of the time is for the promise to arrive.
    let promise_at = (to.answer_by - ANSWER_WITHIN / 2).min(now + timing.promise_after);
    let mut work = tokio::spawn(call::carry_out(Arc::clone(services), interaction).in_current_span());
    if let Ok(ended) = timeout_at(promise_at, &mut work).await {
        let carried = ended.unwrap_or_else(|error| mistake(&error, words));
        count(tally, group, &carried);
        first_answer(services, &to, later, carried).await;
        return;
    }
    let promise = match later {
        Later::Message { in_public } => Answer::DeferMessage {
            ephemeral: !in_public,
        },
        Later::Update => Answer::DeferUpdate,
        Later::Never => {
            work.abort();
            return;
        }
    };
    tally.interactions_promised(1);
    let promised = send_first(services, &to, &promise, words).await;
    let carried = match timeout(timing.command_within, &mut work).await {
        Ok(ended) => ended.unwrap_or_else(|error| mistake(&error, words)),
        Err(_) => {
            work.abort();
            warn!(interaction = %to.id, "a command took too long and was ended");
            Carried {
                done: Err(Refused::TooSlow),
                words,
            }
        }
    };
    count(tally, group, &carried);
    if promised {
        keep_promise(services, &to, later, carried).await;
    }
}

fn count(tally: &Tally, group: Option<CommandGroup>, carried: &Carried) {
    let outcome = match &carried.done {
        Ok(_) => CommandOutcome::Done,
        Err(refused) => refused.outcome(),
    };
    if let Some(group) = group {
        tally.kinds().command(group, outcome);
    }
}

/// The work ended by a panic.
fn mistake(error: &tokio::task::JoinError, words: Words) -> Carried {
    error!(%error, "a command ended by a mistake of ours, please report it");
    Carried {
        done: Err(Refused::OurMistake),
        words,
    }
}

async fn first_answer(services: &Services, to: &ReplyTo, later: Later, carried: Carried) {
    let Carried { done, words } = carried;
    let answer = match done {
        Ok(answer) => answer,
        Err(_) if later == Later::Never => Answer::Choices(Vec::new()),
        Err(refused) => {
            note(services, to, &refused);
            Answer::Message(Reply::private(refused.sentence(words)))
        }
    };
    send_first(services, to, &answer, words).await;
}

/// How an answer comes after a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// In the promise's place.
    InPlace,
    /// Beside the message that stays as it is.
    Beside,
    /// In place of a promise that all would see, as something that is for one person alone: the promise is taken away first,
    /// since what follows one that stands takes its place, in public too.
    Instead,
}

impl Keep {
    fn of(later: Later, answer: &Answer) -> Self {
        match (later, answer) {
            (_, Answer::Update(_)) => Self::InPlace,
            (Later::Message { in_public: true }, Answer::Message(reply)) if reply.ephemeral => Self::Instead,
            (Later::Message { .. }, _) => Self::InPlace,
            (Later::Update | Later::Never, _) => Self::Beside,
        }
    }
}

/// Puts what was promised in its place.
async fn keep_promise(services: &Services, to: &ReplyTo, later: Later, carried: Carried) {
    let Carried { done, words } = carried;
    let private = |refused: &Refused| Answer::Message(Reply::private(refused.sentence(words)));
    let answer = match done {
        Ok(answer @ (Answer::Update(_) | Answer::Message(_))) => answer,
        // A window can only be the first answer.
        Ok(_) => private(&Refused::TooSlow),
        Err(refused) => {
            note(services, to, &refused);
            private(&refused)
        }
    };
    let mut sent = put(services, to, later, answer).await;
    if let Err(RestError::Unfit(form)) = &sent {
        error!(interaction = %to.id, error = %form, "an answer has a form that Discord would refuse, please report it");
        sent = put(services, to, later, private(&Refused::OurMistake)).await;
    }
    if let Err(error) = sent {
        unanswered(services, to, &error);
    }
}

async fn put(services: &Services, to: &ReplyTo, later: Later, answer: Answer) -> Result<(), RestError> {
    let keep = Keep::of(later, &answer);
    let (Answer::Message(reply) | Answer::Update(reply)) = answer else {
        return Ok(());
    };
    let in_place = match keep {
        Keep::InPlace => true,
        Keep::Beside => false,
        // Better in public than not at all.
        Keep::Instead => services.rest.delete_original(to).await.is_err(),
    };
    let sent = if in_place {
        services.rest.edit_original(to, &reply).await
    } else {
        services.rest.follow_up(to, &reply).await
    };
    sent.map(drop)
}

/// Sends a first answer. Returns whether Discord has one.
async fn send_first(services: &Services, to: &ReplyTo, answer: &Answer, words: Words) -> bool {
    match services.rest.answer(to, answer).await {
        Ok(()) => true,
        Err(RestError::Unfit(form)) => {
            error!(interaction = %to.id, error = %form, "an answer has a form that Discord would refuse, please report it");
            let instead = Answer::Message(Reply::private(Refused::OurMistake.sentence(words)));
            match services.rest.answer(to, &instead).await {
                Ok(()) => true,
                Err(error) => {
                    unanswered(services, to, &error);
                    false
                }
            }
        }
        Err(error) => {
            unanswered(services, to, &error);
            false
        }
    }
}

fn unanswered(services: &Services, to: &ReplyTo, error: &RestError) {
    services.tally.interactions_unanswered(1);
    warn!(interaction = %to.id, %error, "an interaction could not be answered");
}

fn note(services: &Services, to: &ReplyTo, refused: &Refused) {
    services.tally.interactions_refused(1);
    debug!(interaction = %to.id, ?refused, "a command was not carried out");
}

async fn turn_away(services: &Services, unserved: &Unserved) {
    let words = answers::words_of_locale(unserved.locale.as_deref().unwrap_or_default());
    let sentence = match &unserved.reason {
        UnservedReason::OutsideGuild => words.outside_guild(),
        UnservedReason::Unreadable(error) => {
            info!(%error, "an interaction could not be read");
            Refused::UnknownCommand.sentence(words)
        }
    };
    services.tally.interactions_refused(1);
    send_first(
        services,
        &unserved.reply_to,
        &Answer::Message(Reply::private(sentence)),
        words,
    )
    .await;
}
