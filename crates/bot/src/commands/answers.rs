//! In which language somebody is answered.
//!
//! Answers stand in a guild's language, since others may read them too; a refusal is for one person alone and is said in
//! theirs, where the bot speaks it.

use discord::Interaction;
use domain::guild::GuildFacts;
use domain::language::Language;
use domain::settings::StoredSettings;

use super::words::Words;

/// The language of a guild's answers: the one it chose, else the one that Discord has for it.
pub(super) fn language_of_guild(
    stored: &StoredSettings,
    interaction: &Interaction,
    facts: &GuildFacts,
) -> Language {
    let told = interaction.guild_locale.as_deref().unwrap_or(&facts.locale);
    stored
        .settings
        .language()
        .unwrap_or_else(|| Language::of_locale(told))
}

/// The language of refusals.
pub(super) fn words_of_refusals(interaction: &Interaction, stored: &StoredSettings) -> Words {
    let own = spoken(&interaction.locale);
    let chosen = || stored.settings.language();
    Words(own.or_else(chosen).unwrap_or_else(|| of_guild(interaction)))
}

/// The language of refusals, before the guild's settings are known.
pub(super) fn words_before_settings(interaction: &Interaction) -> Words {
    Words(spoken(&interaction.locale).unwrap_or_else(|| of_guild(interaction)))
}

/// The language of a locale, or English.
pub(super) fn words_of_locale(locale: &str) -> Words {
    Words(Language::of_locale(locale))
}

fn of_guild(interaction: &Interaction) -> Language {
    Language::of_locale(interaction.guild_locale.as_deref().unwrap_or_default())
}

/// The language of a locale, where the bot speaks it.
fn spoken(locale: &str) -> Option<Language> {
    let language = Language::of_locale(locale);
    (language != Language::English || locale.starts_with("en")).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_languages_that_the_bot_speaks_are_taken_from_a_client() {
        assert_eq!(spoken("en-GB"), Some(Language::English));
        assert_eq!(spoken("zh-CN"), Some(Language::SimplifiedChinese));
        assert_eq!(spoken("de"), None);
        assert_eq!(spoken(""), None);
    }
}
