//! One use of the bot by somebody who may, in a guild that is known.

use std::sync::Arc;
use std::time::Duration;

use discord::{Answer, Interaction, InteractionKind, Permission, Permissions, Refusal, Reply};
use domain::guild::GuildFacts;
use domain::id::ChannelId;
use domain::settings::{Field, FieldChange, Patch, SettingError, StoredSettings};
use domain::time::UnixMs;
use store::StoreError;
use tracing::{error, warn};

use super::press::Press;
use super::refused::Refused;
use super::words::Words;
use super::{Services, access, activity, answers, privacy, settings, shown, welcome};
use crate::settings::{ChangeError, check_looks};

/// The most characters of a text in the list of what was changed.
const CHANGED_CHARS_MAX: usize = 300;

/// How a command ended.
pub(crate) type Done = Result<Answer, Refused>;

/// How a command ended, and the language in which a refusal is said.
pub(super) struct Carried {
    pub(super) done: Done,
    pub(super) words: Words,
}

/// One use of the bot by somebody who may, in a guild that is known.
pub(crate) struct Call {
    pub(crate) services: Arc<Services>,
    pub(crate) interaction: Interaction,
    /// The guild's language: that of answers. Refusals are said in the caller's own.
    pub(crate) words: Words,
    /// The guild's settings as they were when the call came in; changes are made from their version.
    pub(crate) stored: Arc<StoredSettings>,
    /// The guild.
    pub(crate) facts: GuildFacts,
    /// When the call came in.
    pub(crate) now: UnixMs,
}

/// Carries out what somebody asks for.
pub(super) async fn carry_out(services: Arc<Services>, interaction: Interaction) -> Carried {
    let words = answers::words_before_settings(&interaction);
    let press = match check(&interaction, services.clock.now()) {
        Ok(press) => press,
        Err(refused) => {
            return Carried {
                done: Err(refused),
                words,
            };
        }
    };
    let call = match Call::begin(services, interaction).await {
        Ok(call) => call,
        Err(refused) => {
            return Carried {
                done: Err(refused),
                words,
            };
        }
    };
    let words = answers::words_of_refusals(&call.interaction, &call.stored);
    Carried {
        done: route(&call, press).await,
        words,
    }
}

/// Whether they may, before anything is asked of the store.
///
/// Returns the component's or modal's custom id, read.
fn check(interaction: &Interaction, now: UnixMs) -> Result<Option<Press>, Refused> {
    let custom_id = match &interaction.kind {
        InteractionKind::Component { custom_id, .. } | InteractionKind::Modal { custom_id, .. } => {
            Some(custom_id)
        }
        InteractionKind::Command { .. } | InteractionKind::Autocomplete { .. } => None,
    };
    let press = custom_id.and_then(|custom_id| Press::read(custom_id));
    if !access::may_use(interaction.permissions, &interaction.kind, press.as_ref()) {
        return Err(Refused::NotAllowed);
    }
    if custom_id.is_none() {
        return Ok(None);
    }
    let press = press.ok_or(Refused::UnknownCommand)?;
    if press.opener != interaction.member.id {
        return Err(Refused::NotYours);
    }
    if press.until < now {
        return Err(Refused::Expired);
    }
    Ok(Some(press))
}

async fn route(call: &Call, press: Option<Press>) -> Done {
    match (&call.interaction.kind, press) {
        (InteractionKind::Command { path, options }, _) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            match path[..] {
                ["activity", name] => activity::command(call, name, options).await,
                ["privacy", name] => privacy::command(call, name).await,
                ["settings", name] => settings::command(call, name, options).await,
                ["welcome", name] => welcome::command(call, name, options).await,
                _ => Err(Refused::UnknownCommand),
            }
        }
        (InteractionKind::Autocomplete { path, focused, typed }, _) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            match (&path[..], focused.as_str()) {
                (["settings", "timezone"], "zone") => Ok(settings::timezone::offer(typed)),
                _ => Ok(Answer::Choices(Vec::new())),
            }
        }
        (InteractionKind::Component { .. }, Some(press)) => match press.action.split_once('.') {
            Some(("activity", action)) => activity::component(call, action, &press).await,
            Some(("privacy", action)) => privacy::component(call, action).await,
            Some(("settings", action)) => settings::component(call, action, &press).await,
            Some(("welcome", action)) => welcome::component(call, action, &press).await,
            _ => Err(Refused::UnknownCommand),
        },
        (InteractionKind::Modal { fields, .. }, Some(press)) => match press.action.split_once('.') {
            Some(("welcome", action)) => welcome::modal(call, action, &press, fields).await,
            _ => Err(Refused::UnknownCommand),
        },
        (InteractionKind::Component { .. } | InteractionKind::Modal { .. }, None) => {
            Err(Refused::UnknownCommand)
        }
    }
}

impl Call {
    async fn begin(services: Arc<Services>, interaction: Interaction) -> Result<Self, Refused> {
        let guild = interaction.guild;
        let within = services.timing.store_within;
        let stored = answered(within, services.settings.get(guild)).await?;
        let facts = answered(within, services.store.guild(guild)).await?;
        let facts = facts.ok_or(Refused::UnknownGuild)?;
        let language = answers::language_of_guild(&stored, &interaction, &facts);
        Ok(Self {
            words: Words(language),
            now: services.clock.now(),
            services,
            interaction,
            stored,
            facts,
        })
    }

    /// Waits for something of the store that changes nothing.
    ///
    /// # Errors
    /// [`Refused::DatabaseSilent`] after the time for it.
    pub(crate) async fn read<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Refused> {
        answered(self.services.timing.store_within, work).await
    }

    /// Changes the guild's settings, from the version that this call began with. Returns them, and what was changed:
    /// nothing where all of it was so already.
    ///
    /// # Errors
    /// [`Refused`]: a text is wrong, somebody else was faster, or the store does not answer.
    pub(crate) async fn change(
        &self,
        patch: &Patch,
    ) -> Result<(Arc<StoredSettings>, Vec<FieldChange>), Refused> {
        self.change_from(self.stored.version, patch).await
    }

    /// As [`Call::change`], from a version that was looked at earlier.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn change_from(
        &self,
        version: u64,
        patch: &Patch,
    ) -> Result<(Arc<StoredSettings>, Vec<FieldChange>), Refused> {
        let changes = self.would_change(patch)?;
        let by = self.interaction.member.id;
        let change = self
            .services
            .settings
            .change(self.interaction.guild, version, patch, Some(by));
        match tokio::time::timeout(self.services.timing.store_within, change).await {
            Ok(Ok(stored)) => Ok((stored, changes)),
            Ok(Err(error)) => Err(refused_change(error)),
            Err(_) => Err(Refused::DatabaseSilentInChange),
        }
    }

    /// What a patch would change now.
    ///
    /// # Errors
    /// [`Refused`]: a text is wrong.
    pub(crate) fn would_change(&self, patch: &Patch) -> Result<Vec<FieldChange>, Refused> {
        check_looks(patch).map_err(refused_change)?;
        let (_, changes) = self.stored.settings.patched(patch)?;
        Ok(changes)
    }

    /// Says what was changed.
    pub(crate) fn stored_reply(&self, words: Words, changes: &[FieldChange]) -> Answer {
        let mut lines = vec![if changes.is_empty() {
            words.nothing_to_change()
        } else {
            words.changed()
        }];
        lines.extend(
            changes
                .iter()
                .map(|change| shown::change(words, change, CHANGED_CHARS_MAX)),
        );
        Answer::Message(Reply::private(shown::clipped(&lines.join("\n"), 1_990)))
    }

    /// Checks that a channel that was named is one of this guild's, and that the bot may post there.
    ///
    /// # Errors
    /// [`Refused`]: it is not, or may not, or Discord does not tell.
    pub(crate) async fn check_channel(&self, field: Field, channel: ChannelId) -> Result<(), Refused> {
        let Services { rest, bot, .. } = &*self.services;
        let missing = match rest.permissions_in(self.interaction.guild, channel, *bot).await {
            // So are those in a channel of another guild.
            Ok(held) if held == Permissions::default() => {
                return Err(SettingError::NotAChannel(field).into());
            }
            Ok(held) => held.missing(&Permission::TO_GREET),
            Err(error) => match error.refusal() {
                Some(Refusal::ChannelGone) => return Err(SettingError::NotAChannel(field).into()),
                Some(Refusal::MissingAccess) => vec![Permission::ViewChannel],
                _ => {
                    warn!(%error, "what the bot may do in a channel cannot be found out");
                    return Err(Refused::DiscordSilent);
                }
            },
        };
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refused::PermissionsMissing(channel, missing))
        }
    }
}

async fn answered<T>(
    within: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, Refused> {
    match tokio::time::timeout(within, work).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            error!(%error, "the database does not answer a command");
            Err(Refused::DatabaseSilent)
        }
        Err(_) => Err(Refused::DatabaseSilent),
    }
}

fn refused_change(error: ChangeError) -> Refused {
    match error {
        ChangeError::Stale { since, .. } => Refused::Stale(since),
        ChangeError::Setting(error) => Refused::Setting(error),
        ChangeError::Look(error, field) => Refused::Look(field, error),
        ChangeError::UnknownAsset => SettingError::NotAnAsset(Field::CardBackground).into(),
        ChangeError::Store(error) => {
            error!(%error, "the database does not answer a command");
            Refused::DatabaseSilentInChange
        }
    }
}
