//! Between settings and the columns that hold them.

use domain::settings::{Field, GuildSettings};
use serde_json::{Map, Value};

/// The fields that have a column of their own, and all others as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) language: Option<String>,
    pub(crate) time_zone: Option<String>,
    pub(crate) background_hash: Option<String>,
    /// A JSON object from a field's name to its text.
    pub(crate) rest: String,
}

impl Columns {
    /// `rest_before` is what the JSON was: what a newer version of the program wrote there is kept.
    pub(crate) fn of(settings: &GuildSettings, rest_before: &str) -> serde_json::Result<Self> {
        let mut rest: Map<String, Value> = serde_json::from_str(rest_before)?;
        rest.retain(|name, _| name.parse::<Field>().is_err());
        let (mut language, mut time_zone, mut background_hash) = (None, None, None);
        for (field, text) in settings.entries() {
            let text = text.to_owned();
            match field {
                Field::Language => language = Some(text),
                Field::TimeZone => time_zone = Some(text),
                Field::CardBackground => background_hash = Some(text),
                _ => {
                    rest.insert(field.name().to_owned(), text.into());
                }
            }
        }
        Ok(Self {
            language,
            time_zone,
            background_hash,
            rest: serde_json::to_string(&rest)?,
        })
    }

    pub(crate) fn settings(self) -> serde_json::Result<GuildSettings> {
        let own = [
            (Field::Language, self.language),
            (Field::TimeZone, self.time_zone),
            (Field::CardBackground, self.background_hash),
        ];
        let mut texts: Vec<_> = own
            .into_iter()
            .filter_map(|(field, text)| Some((field, text?)))
            .collect();
        if self.rest != "{}" {
            let rest: Map<String, Value> = serde_json::from_str(&self.rest)?;
            texts.extend(rest.into_iter().filter_map(|(name, value)| match value {
                Value::String(text) => Some((name.parse().ok()?, text)),
                _ => None,
            }));
        }
        Ok(GuildSettings::of_stored(texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_back_and_what_a_newer_version_wrote_is_kept() {
        let settings = GuildSettings::of_stored([
            (Field::Language, "ja"),
            (Field::TimeZone, "Asia/Tokyo"),
            (Field::CardBackground, "ab"),
            (Field::CardTitle, "ようこそ \"{name}\"\n"),
            (Field::WelcomeChannel, "42"),
        ]);
        let before =
            r#"{"moon.phase":"full","moon.map":[1,{"a":null}],"welcome.channel":"7","card.badge":"old"}"#;
        let columns = Columns::of(&settings, before).expect("JSON");
        let rest: Value = serde_json::from_str(&columns.rest).expect("JSON");
        assert_eq!(
            rest,
            serde_json::json!({
                "moon.phase": "full",
                "moon.map": [1, { "a": null }],
                "welcome.channel": "42",
                "card.title": "ようこそ \"{name}\"\n",
            })
        );
        assert_eq!(columns.settings().expect("JSON"), settings);
    }
}
