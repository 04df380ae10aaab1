//! What admins and members say to the bot without leaving Discord, and what it answers.
//!
//! [`serve`] takes interactions from a bounded channel. Each is carried out in a task of its own: who asks and what they
//! may do is checked ([`access`]), then the command runs, one file for each, and gives an [`Answer`] or says
//! why not ([`Refused`]). Whatever happens meanwhile, Discord hears an answer within its three seconds: work that takes
//! longer is promised and comes later ([`attend`]). What is said is in [`words`], in every language; what commands there
//! are is in [`definitions`], and [`register`] sees to it that Discord offers them.
//!
//! To add a command: a file with `definition` and `run` beside the others, and its two lines in the table of
//! [`activity`], [`settings`] or [`welcome`].

mod access;
mod activity;
mod answers;
mod attend;
mod call;
mod catalogue;
mod defaults;
mod definitions;
mod pages;
mod press;
mod privacy;
mod refused;
mod register;
mod settings;
mod shown;
mod welcome;
pub(crate) mod words;

use std::sync::Arc;

use discord::{Cdn, Incoming, InteractionKind, Rest};
use domain::id::{ApplicationId, UserId};
use store::Store;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::error;

use crate::access_news::AccessNews;
use crate::app::Fatal;
use crate::clock::Clock;
use crate::greeter::Greeter;
use crate::people::People;
use crate::plan::Plans;
use crate::portrait::Portraits;
use crate::settings::Settings;
use crate::tally::Tally;
use crate::timing::Timing;
pub use catalogue::{Catalogued, catalogue};
pub(crate) use settings::import::Imports;
pub(crate) use welcome::{Pictures, Tests};
pub(crate) use words::Words;

/// The most interactions that are carried out at the same time. Those beyond wait, and are dropped when they have waited
/// for longer than Discord does.
const AT_ONCE_MAX: usize = 64;

/// The most interactions that wait to be carried out.
pub(crate) const WAITING_MAX: usize = 256;

/// What commands work with.
pub(crate) struct Services {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) rest: Rest,
    pub(crate) cdn: Cdn,
    /// How guilds greet, and what holds where one chose nothing.
    pub(crate) plans: Arc<Plans>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    pub(crate) bot: UserId,
    /// How cards are drawn, as the greeter draws them.
    pub(crate) portraits: Arc<Portraits>,
    /// What members are called and look like.
    pub(crate) people: Arc<People>,
    /// How backgrounds are taken.
    pub(crate) pictures: Pictures,
    /// Imports that wait for a yes.
    pub(crate) imports: Imports,
    /// When guilds posted a test.
    pub(crate) tests: Tests,
    /// Where the greeter hears that a guild may be greeted in again.
    pub(crate) access_news: Arc<AccessNews>,
    /// For jitter.
    pub(crate) seed: u64,
}

impl Services {
    /// What works beside a greeter, with the same things.
    pub(crate) fn beside(greeter: &Greeter, settings: Settings, pictures: Pictures) -> Self {
        Self {
            store: greeter.store.clone(),
            settings,
            rest: greeter.rest.clone(),
            cdn: greeter.portraits.cdn.clone(),
            plans: Arc::clone(&greeter.plans),
            clock: Arc::clone(&greeter.clock),
            tally: Arc::clone(&greeter.tally),
            timing: greeter.timing,
            bot: greeter.bot,
            portraits: Arc::clone(&greeter.portraits),
            people: Arc::new(People::new(greeter.rest.clone(), greeter.store.clone())),
            pictures,
            imports: Imports::default(),
            tests: Tests::default(),
            access_news: Arc::clone(&greeter.access_news),
            seed: greeter.seed,
        }
    }
}

/// The first word of the command that somebody used, or under whose answer they pressed something; `None` while they type.
pub(crate) fn group_of(kind: &InteractionKind) -> Option<&str> {
    match kind {
        InteractionKind::Command { path, .. } => Some(path.first().map_or("", String::as_str)),
        InteractionKind::Autocomplete { .. } => None,
        InteractionKind::Component { custom_id, .. } | InteractionKind::Modal { custom_id, .. } => {
            Some(custom_id.split(['.', ';']).next().unwrap_or_default())
        }
    }
}

/// Registers the commands and answers those who use them, until `stop`; then finishes what is under way.
///
/// # Errors
/// None of its own: whatever fails here is said to who asked, or logged.
pub(crate) async fn serve(
    services: Arc<Services>,
    application: ApplicationId,
    mut incoming: mpsc::Receiver<Incoming>,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    let register = register::until_registered(&services, application, &stop);
    let answer = async {
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = running.join_next() => note_end(ended),
                Some(one) = incoming.recv(), if running.len() < AT_ONCE_MAX => {
                    running.spawn(attend::attend(Arc::clone(&services), one));
                }
            }
        }
        while let Some(ended) = running.join_next().await {
            note_end(ended);
        }
    };
    tokio::join!(register, answer);
    Ok(())
}

/// The work itself is in a task within the task, whose panics are answered; this is for ours.
fn note_end(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        error!(%error, "answering an interaction ended by a mistake of ours, please report it");
    }
}
