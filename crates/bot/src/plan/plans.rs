//! From the settings service to plans.

use std::sync::Arc;

use card::CardStyle;
use domain::activity::rules::ActivityRules;
use domain::guild::GuildFacts;
use domain::id::GuildId;
use domain::language::Language;
use domain::settings::{Field, GuildSettings, StoredSettings};
use store::StoreError;
use tracing::warn;

use super::{CardPlan, FarewellPlan, GuildPlan, Look};
use crate::card_design::CardDesign;
use crate::policy::WelcomePolicy;
use crate::said_once::SaidOnce;
use crate::settings::Settings;

/// Where plans come from: the settings of guilds over what the installation does.
pub(crate) struct Plans {
    settings: Settings,
    policy: WelcomePolicy,
    cards: CardDesign,
    /// Of which guild's settings, in which version, it was said that they cannot be read.
    complained: SaidOnce<(GuildId, u64)>,
}

/// What must be known of a guild when somebody joins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entrance {
    /// New members are greeted.
    pub(crate) enabled: bool,
    /// Only once they have passed membership screening.
    pub(crate) after_screening: bool,
}

impl Plans {
    pub(crate) fn new(settings: Settings, policy: WelcomePolicy, cards: CardDesign) -> Self {
        Self {
            settings,
            policy,
            cards,
            complained: SaidOnce::default(),
        }
    }

    /// What the installation does.
    pub(crate) fn policy(&self) -> &WelcomePolicy {
        &self.policy
    }

    /// How cards look where a guild chose nothing.
    pub(crate) fn usual_style(&self) -> &CardStyle {
        self.cards.style()
    }

    /// How a guild's pictures look, also where its welcomes have none.
    pub(crate) fn look(&self, settings: &GuildSettings) -> Look {
        // No line of it depends on the language.
        let (card, _) = CardPlan::of(settings, &self.cards, Language::default());
        card.look
    }

    /// How a guild greets that chose nothing but its language.
    pub(crate) fn usual(&self, guild: GuildFacts, language: Language) -> GuildPlan {
        let settings = GuildSettings::of_stored([(Field::Language, language.code())]);
        let (plan, _) = GuildPlan::of(guild, &settings, &self.policy, &self.cards);
        plan
    }

    /// How a guild greets now.
    ///
    /// # Errors
    /// [`StoreError`]: its settings cannot be read.
    pub(crate) async fn of(&self, guild: GuildFacts) -> Result<GuildPlan, StoreError> {
        let stored = self.settings.get(guild.id).await?;
        let (plan, unreadable) = GuildPlan::of(guild, &stored.settings, &self.policy, &self.cards);
        if !unreadable.is_empty() {
            self.complain(&stored, &unreadable);
        }
        Ok(plan)
    }

    /// What a guild says to who leaves; `None` for nothing.
    ///
    /// # Errors
    /// [`StoreError`]: its settings cannot be read.
    pub(crate) async fn farewell(&self, guild: &GuildFacts) -> Result<Option<FarewellPlan>, StoreError> {
        let stored = self.settings.get(guild.id).await?;
        Ok(FarewellPlan::of(guild, &stored.settings, &self.policy))
    }

    /// What must be known when somebody joins a guild.
    ///
    /// # Errors
    /// [`StoreError`]: its settings cannot be read.
    pub(crate) async fn entrance(&self, guild: GuildId) -> Result<Entrance, StoreError> {
        let stored = self.settings.get(guild).await?;
        Ok(Entrance {
            enabled: super::enabled(&stored.settings),
            after_screening: super::after_screening(&stored.settings, &self.policy),
        })
    }

    /// How a guild's messages are counted.
    ///
    /// # Errors
    /// [`StoreError`]: its settings cannot be read.
    pub(crate) async fn activity(&self, guild: GuildId) -> Result<ActivityRules, StoreError> {
        let stored = self.settings.get(guild).await?;
        Ok(ActivityRules::of(&stored.settings))
    }

    /// Whether a guild says anything to who leaves.
    ///
    /// # Errors
    /// [`StoreError`]: its settings cannot be read.
    pub(crate) async fn says_farewell(&self, guild: GuildId) -> Result<bool, StoreError> {
        let stored = self.settings.get(guild).await?;
        Ok(stored.settings.get(Field::FarewellText).is_some())
    }

    /// Sees to it that plans are made of a version of the guild's settings that is no older than this.
    ///
    /// # Errors
    /// [`StoreError`]: they cannot be read.
    pub(crate) async fn catch_up(&self, guild: GuildId, version: u64) -> Result<(), StoreError> {
        if self.settings.get(guild).await?.version < version {
            self.settings.refresh(guild).await?;
        }
        Ok(())
    }

    fn complain(&self, stored: &Arc<StoredSettings>, unreadable: &[Field]) {
        if self.complained.is_first((stored.guild, stored.version)) {
            let fields: Vec<&str> = unreadable.iter().map(|field| field.name()).collect();
            warn!(
                guild = %stored.guild, version = stored.version, fields = fields.join(", "),
                "settings that this version of the bot does not know have their defaults"
            );
        }
    }
}
