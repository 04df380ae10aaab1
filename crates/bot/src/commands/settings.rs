//! `/settings`: language, time zone, and all settings at once.

mod audit;
mod export;
pub(super) mod import;
mod language;
mod show;
pub(super) mod timezone;

use discord::{CommandOption, Options};

use super::call::{Call, Done};
use super::press::Press;
use super::refused::Refused;

pub(super) fn definitions() -> Vec<CommandOption> {
    vec![
        show::definition(),
        language::definition(),
        timezone::definition(),
        audit::definition(),
        export::definition(),
        import::definition(),
    ]
}

pub(super) async fn command(call: &Call, name: &str, options: &Options) -> Done {
    match name {
        "show" => show::run(call),
        "language" => language::run(call, options).await,
        "timezone" => timezone::run(call, options).await,
        "audit" => audit::run(call).await,
        "export" => export::run(call),
        "import" => import::run(call, options).await,
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(call: &Call, action: &str, press: &Press) -> Done {
    match action {
        "audit" => audit::turn(call, press).await,
        "import" => import::apply(call, press).await,
        "import-cancel" => import::cancel(call, press),
        _ => Err(Refused::UnknownCommand),
    }
}
