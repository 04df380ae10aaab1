//! What the bot says to admins, in each of its languages.
//!
//! A message is a function of its arguments, so that a misspelt one, a missing language or an argument that no text names
//! does not compile; that the four texts of a message name the same arguments is tested. A table of keys would find these
//! out when somebody asks for it.

mod activity;
mod activity_settings;
mod fields;
mod history;
mod level_roles;
mod panel;
mod pictures;
mod privacy;
mod refusals;
mod reports;
mod settings;
mod welcome;

use domain::language::Language;
pub(crate) use fields::level_names;
pub(crate) use panel::look_names;

/// A language to say things in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

/// A text in each language: English, Chinese of Taiwan, Chinese of mainland China, Japanese.
pub(crate) type Texts = [&'static str; 4];

/// Declares messages. The braces in a text are those of `format!`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),* $(,)?) {
        $en:literal,
        $tw:literal,
        $cn:literal,
        $ja:literal $(,)?
    })+) => {
        impl $crate::commands::words::Words {
            $($(#[$doc])*
            pub(crate) fn $name(self, $($argument: $type),*) -> String {
                match self.0 {
                    domain::language::Language::English => format!($en),
                    domain::language::Language::TraditionalChinese => format!($tw),
                    domain::language::Language::SimplifiedChinese => format!($cn),
                    domain::language::Language::Japanese => format!($ja),
                }
            })+
        }

        /// All of them, for the tests.
        #[cfg(test)]
        pub(crate) const MESSAGES: &[(&str, $crate::commands::words::Texts)] =
            &[$((stringify!($name), [$en, $tw, $cn, $ja]),)+];
    };
}
pub(crate) use words;

impl Words {
    /// The one of four texts that is in this language.
    pub(crate) fn pick(self, [en, tw, cn, ja]: Texts) -> &'static str {
        match self.0 {
            Language::English => en,
            Language::TraditionalChinese => tw,
            Language::SimplifiedChinese => cn,
            Language::Japanese => ja,
        }
    }

    /// Several things in a row, as this language parts them.
    pub(crate) fn list<T: AsRef<str>>(self, items: impl IntoIterator<Item = T>) -> String {
        let between = match self.0 {
            Language::English => ", ",
            _ => "、",
        };
        let mut listed = String::new();
        for item in items {
            if !listed.is_empty() {
                listed.push_str(between);
            }
            listed.push_str(item.as_ref());
        }
        listed
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> Vec<(&'static str, Texts)> {
        [
            activity::MESSAGES,
            activity_settings::MESSAGES,
            history::MESSAGES,
            level_roles::MESSAGES,
            panel::MESSAGES,
            pictures::MESSAGES,
            privacy::MESSAGES,
            refusals::MESSAGES,
            reports::MESSAGES,
            settings::MESSAGES,
            welcome::MESSAGES,
        ]
        .concat()
    }

    /// What a text asks for, such as `name` of `{name}`.
    fn arguments(text: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('{') {
            rest = match after.strip_prefix('{') {
                Some(escaped) => escaped,
                None => {
                    let (argument, after) = after.split_once('}').expect("format! checked it");
                    found.insert(argument);
                    after
                }
            };
        }
        found
    }

    #[test]
    fn every_message_asks_for_the_same_in_every_language() {
        for (name, texts) in all() {
            let asked = texts.map(arguments);
            assert!(asked.iter().all(|one| *one == asked[0]), "{name}: {asked:?}");
        }
    }

    #[test]
    fn every_message_is_written_in_each_language() {
        let kana = |text: &str| text.chars().any(|char| ('\u{3040}'..='\u{30ff}').contains(&char));
        let han = |text: &str| text.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char));
        for (name, [en, tw, cn, ja]) in all() {
            assert!(!han(en) && !kana(en), "{name}: {en}");
            assert!(han(tw) && !kana(tw), "{name}: {tw}");
            assert!(han(cn) && !kana(cn), "{name}: {cn}");
            assert!(kana(ja) || han(ja), "{name}: {ja}");
            // Characters that only one of the two ways of writing Chinese has.
            for simplified in "们设这个应频权许时间话关开无请览".chars() {
                assert!(!tw.contains(simplified), "{name}: {simplified} in {tw}");
            }
            for traditional in "們設這個應頻權許時間話關開無請覽伺".chars() {
                assert!(!cn.contains(traditional), "{name}: {traditional} in {cn}");
            }
        }
    }

    #[test]
    fn lists_are_parted_as_the_language_does_it() {
        assert_eq!(Words(Language::English).list(["a", "b"]), "a, b");
        assert_eq!(Words(Language::Japanese).list(["甲", "乙"]), "甲、乙");
    }
}
