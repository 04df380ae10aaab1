//! `/privacy`: what is stored of whoever asks, and how they are rid of it. For everybody, about themselves alone, and seen
//! by nobody else.

mod erase;
mod export;

use discord::CommandOption;

use super::call::{Call, Done};
use super::refused::Refused;

pub(super) fn definitions() -> Vec<CommandOption> {
    vec![export::definition(), erase::definition()]
}

pub(super) async fn command(call: &Call, name: &str) -> Done {
    match name {
        "export" => export::run(call).await,
        "erase" => Ok(erase::run(call)),
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(call: &Call, action: &str) -> Done {
    match action {
        "erase" => erase::confirm(call).await,
        "erase-cancel" => Ok(erase::cancel(call)),
        _ => Err(Refused::UnknownCommand),
    }
}
