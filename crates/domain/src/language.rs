//! The languages that the bot speaks.

use std::fmt;
use std::str::FromStr;

/// A language of answers, and of the words that nobody wrote for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, and whoever's language is none of the others.
    #[default]
    English,
    /// Chinese as it is written in Taiwan.
    TraditionalChinese,
    /// Chinese as it is written in mainland China.
    SimplifiedChinese,
    /// Japanese.
    Japanese,
}

/// Not the code of a language that the bot speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no language of the bot; use en, zh-TW, zh-CN or ja")]
pub struct UnknownLanguage;

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::English,
        Self::TraditionalChinese,
        Self::SimplifiedChinese,
        Self::Japanese,
    ];

    /// Its code: `en`, or as Discord names its locale.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-TW",
            Self::SimplifiedChinese => "zh-CN",
            Self::Japanese => "ja",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::TraditionalChinese => "繁體中文",
            Self::SimplifiedChinese => "简体中文",
            Self::Japanese => "日本語",
        }
    }

    /// The nearest to one of Discord's locales, such as `en-GB`, which is English as all that are not known.
    /// Source: Discord's documentation, "Reference", heading "Locales", read in August 2026.
    pub fn of_locale(locale: &str) -> Self {
        match locale {
            "zh-TW" => Self::TraditionalChinese,
            "zh-CN" => Self::SimplifiedChinese,
            "ja" => Self::Japanese,
            _ => Self::English,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(text.trim()))
            .ok_or(UnknownLanguage)
    }
}
