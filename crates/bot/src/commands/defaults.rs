//! What holds in a guild where it chose nothing, as the texts of the fields.

use domain::settings::Field;

use super::call::Call;
use super::shown;

impl Call {
    /// What holds for a field that is not set, in the field's form; `None` where it is not told.
    pub(crate) fn default_of(&self, field: Field) -> Option<String> {
        let policy = self.services.plans.policy();
        let flag = |on: bool| Some(if on { Field::ON } else { Field::OFF }.to_owned());
        match field {
            Field::Language => Some(self.words.0.code().to_owned()),
            Field::TimeZone => Some("UTC".to_owned()),
            Field::WelcomeEnabled | Field::WelcomeCard => flag(true),
            Field::WelcomeChannel => policy.channel(&self.facts).map(|channel| channel.to_string()),
            Field::WelcomeStyle => Some("text".to_owned()),
            Field::AfterScreening => flag(policy.after_screening),
            Field::Raids => {
                let raids = if policy.raids.hold_back {
                    "hold-back"
                } else {
                    "groups"
                };
                Some(raids.to_owned())
            }
            _ => None,
        }
    }

    /// A field's name and what holds for it; `None` where that is nothing.
    pub(crate) fn line_of(&self, field: Field, chars_max: usize) -> Option<String> {
        let words = self.words;
        let shown = |text: &str| {
            let value = shown::value(words, field, text, chars_max);
            shown::clipped(&value, chars_max + 10)
        };
        let value = match self.stored.settings.get(field) {
            Some(text) => shown(text),
            None => words.by_default_which_is(&shown(&self.default_of(field)?)),
        };
        Some(format!("**{}**: {value}", words.field(field)))
    }
}
