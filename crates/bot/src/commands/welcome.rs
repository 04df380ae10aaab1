//! `/welcome`: how new members are welcomed.

mod background;
mod channel;
mod direct_message;
mod disable;
mod enable;
mod farewell;
mod history;
mod look;
mod message;
mod options;
mod picture;
mod preview;
mod reset;
mod sample;
mod setup;
mod show;
mod standing;
mod test;

use discord::{CommandOption, Fields, Options};

use super::call::{Call, Done};
use super::press::Press;
use super::refused::Refused;
pub(super) use channel::{TYPES as CHANNEL_TYPES, usable};
pub(crate) use picture::Pictures;
pub(crate) use test::Tests;

pub(super) fn definitions() -> Vec<CommandOption> {
    vec![
        setup::definition(),
        show::definition(),
        channel::definition(),
        message::definition(),
        background::definition(),
        look::definition(),
        options::definition(),
        direct_message::definition(),
        farewell::definition(),
        enable::definition(),
        disable::definition(),
        preview::definition(),
        test::definition(),
        history::definition(),
        reset::definition(),
    ]
}

pub(super) async fn command(call: &Call, name: &str, options: &Options) -> Done {
    match name {
        "setup" => setup::run(call).await,
        "show" => show::run(call).await,
        "channel" => channel::run(call, options).await,
        "message" => message::run(call, options).await,
        "background" => background::run(call, options).await,
        "look" => look::run(call, options).await,
        "options" => options::run(call, options).await,
        "direct-message" => direct_message::run(call, options).await,
        "farewell" => farewell::run(call, options).await,
        "enable" => enable::run(call).await,
        "disable" => disable::run(call).await,
        "preview" => preview::run(call, options).await,
        "test" => test::run(call).await,
        "history" => history::run(call).await,
        "reset" => reset::run(call),
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(call: &Call, action: &str, press: &Press) -> Done {
    if let Some(part) = action.strip_prefix("setup-") {
        return setup::component(call, part, press).await;
    }
    match action {
        "history" => history::turn(call, press).await,
        "reset" => reset::confirm(call, press).await,
        "reset-cancel" => Ok(reset::cancel(call)),
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn modal(call: &Call, action: &str, press: &Press, fields: &Fields) -> Done {
    if let Some(part) = action.strip_prefix("setup-") {
        return setup::modal(call, part, press, fields).await;
    }
    match action {
        "message" => message::filled_in(call, press, fields).await,
        _ => Err(Refused::UnknownCommand),
    }
}
