//! `/welcome`: how new members are welcomed.

mod channel;
mod direct_message;
mod disable;
mod enable;
mod farewell;
mod message;
mod options;
mod reset;
mod show;
mod standing;

use discord::{CommandOption, Fields, Options};

use super::call::{Call, Done};
use super::press::Press;
use super::refused::Refused;

pub(super) fn definitions() -> Vec<CommandOption> {
    vec![
        show::definition(),
        channel::definition(),
        message::definition(),
        options::definition(),
        direct_message::definition(),
        farewell::definition(),
        enable::definition(),
        disable::definition(),
        reset::definition(),
    ]
}

pub(super) async fn command(call: &Call, name: &str, options: &Options) -> Done {
    match name {
        "show" => show::run(call).await,
        "channel" => channel::run(call, options).await,
        "message" => message::run(call, options).await,
        "options" => options::run(call, options).await,
        "direct-message" => direct_message::run(call, options).await,
        "farewell" => farewell::run(call, options).await,
        "enable" => enable::run(call).await,
        "disable" => disable::run(call).await,
        "reset" => reset::run(call),
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(call: &Call, action: &str, press: &Press) -> Done {
    match action {
        "reset" => reset::confirm(call, press).await,
        "reset-cancel" => Ok(reset::cancel(call)),
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn modal(call: &Call, action: &str, press: &Press, fields: &Fields) -> Done {
    match action {
        "message" => message::filled_in(call, press, fields).await,
        _ => Err(Refused::UnknownCommand),
    }
}
