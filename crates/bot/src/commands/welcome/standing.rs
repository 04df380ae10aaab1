//! Whether welcomes can be posted, and what hinders them.

use discord::{Permission, Refusal};
use domain::id::ChannelId;
use domain::settings::Field;

use crate::commands::call::Call;
use crate::commands::refused::Refused;
use crate::commands::shown;

/// Where members are welcomed, as things stand.
pub(super) fn channel(call: &Call) -> Option<ChannelId> {
    let chosen = call.stored.settings.channel(Field::WelcomeChannel);
    chosen.or_else(|| call.services.plans.policy().channel(&call.facts))
}

/// What hinders welcomes, a line each; empty when nothing does.
pub(super) async fn what_is_missing(call: &Call) -> Result<Vec<String>, Refused> {
    let words = call.words;
    let Some(channel) = channel(call) else {
        return Ok(vec![words.no_channel()]);
    };
    let guild = call.interaction.guild;
    let mut lines = Vec::new();
    let parked = call.read(call.services.store.parked(guild)).await?;
    // One that was parked for another channel is tried in this one.
    if let Some(parked) = parked.filter(|parked| parked.channel == channel) {
        lines.push(words.parked(
            parked.reason,
            &shown::channel(parked.channel),
            &shown::ago(parked.since),
        ));
    }
    let held = call
        .services
        .rest
        .permissions_in(guild, channel, call.services.bot)
        .await;
    let missing = match held {
        Ok(held) => held.missing(&Permission::TO_GREET),
        Err(error) => match error.refusal() {
            Some(Refusal::MissingAccess) => vec![Permission::ViewChannel],
            // What cannot be found out now is not said to be missing; what is parked was said above.
            _ => Vec::new(),
        },
    };
    if !missing.is_empty() {
        let missing = missing
            .iter()
            .map(|one| format!("**{}**", words.permission(*one)));
        lines.push(words.lacking(&shown::channel(channel), &words.list(missing)));
    }
    Ok(lines)
}
