//! The words that nobody chose, in every language that the bot speaks, and how each language writes numbers and times.

mod written;

use crate::language::Language;
use crate::template::Template;

/// Texts for a guild that wrote none, all but the groups' lines with the places of [`Template`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    language: Language,
    /// What is posted when somebody joins.
    pub welcome: &'static str,
    /// Above the name on the card.
    pub card_title: &'static str,
    /// Below it.
    pub card_subtitle: &'static str,
    /// In the card's capsule.
    pub card_badge: &'static str,
    /// What the card shows, for those who do not see it.
    pub card_description: &'static str,
    /// An example of a message to the member alone.
    pub direct_message: &'static str,
    /// An example of what is posted when somebody leaves.
    pub farewell: &'static str,
}

const ENGLISH: Words = Words {
    language: Language::English,
    welcome: "Welcome {mention} to **{guild}**!",
    card_title: "WELCOME",
    card_subtitle: "joined {guild}",
    card_badge: "Member #{number}",
    card_description: "A card that welcomes {name} to {guild}",
    direct_message: "Hi {name}, welcome to **{guild}**! It is good to have you here.",
    farewell: "**{name}** has left us. Take care!",
};

const TRADITIONAL_CHINESE: Words = Words {
    language: Language::TraditionalChinese,
    welcome: "歡迎 {mention} 加入 **{guild}**！",
    card_title: "歡迎",
    card_subtitle: "加入了 {guild}",
    card_badge: "第 {number} 位成員",
    card_description: "歡迎 {name} 加入 {guild} 的圖卡",
    direct_message: "嗨，{name}，歡迎來到 **{guild}**！很高興認識你。",
    farewell: "**{name}** 離開了，祝一切順利！",
};

const SIMPLIFIED_CHINESE: Words = Words {
    language: Language::SimplifiedChinese,
    welcome: "欢迎 {mention} 加入 **{guild}**！",
    card_title: "欢迎",
    card_subtitle: "加入了 {guild}",
    card_badge: "第 {number} 位成员",
    card_description: "欢迎 {name} 加入 {guild} 的卡片",
    direct_message: "嗨，{name}，欢迎来到 **{guild}**！很高兴认识你。",
    farewell: "**{name}** 离开了，祝一切顺利！",
};

const JAPANESE: Words = Words {
    language: Language::Japanese,
    welcome: "{mention} さん、**{guild}** へようこそ！",
    card_title: "ようこそ",
    card_subtitle: "{guild} に参加しました",
    card_badge: "{number}人目のメンバー",
    card_description: "{name} さんを {guild} に迎えるカード",
    direct_message: "{name} さん、**{guild}** へようこそ！ご参加ありがとうございます。",
    farewell: "**{name}** さんが退出しました。またいつでもお待ちしています！",
};

impl Words {
    /// The words of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::TraditionalChinese => &TRADITIONAL_CHINESE,
            Language::SimplifiedChinese => &SIMPLIFIED_CHINESE,
            Language::Japanese => &JAPANESE,
        }
    }

    /// One of these texts, ready to be filled.
    ///
    /// # Panics
    /// For a text that is not one of them and no template.
    pub fn template(text: &'static str) -> Template {
        Template::parse(text).expect("our own words are templates")
    }

    /// Below the title on the card of a group: how many have come, and where. The guild's name is kept together
    /// whatever way it is written.
    pub fn group_subtitle(&self, count: usize, guild: &str) -> String {
        let guild = crate::template::isolated(guild);
        match self.language {
            Language::English => format!("{count} new members of {guild}"),
            Language::TraditionalChinese => format!("{guild} 迎來了 {count} 位新成員"),
            Language::SimplifiedChinese => format!("{guild} 迎来了 {count} 位新成员"),
            Language::Japanese => format!("{guild} に{count}人の新メンバー"),
        }
    }

    /// What the card of a group shows, for those who do not see it.
    pub fn group_description(&self, count: usize, guild: &str) -> String {
        let guild = crate::template::isolated(guild);
        match self.language {
            Language::English => format!("A card that welcomes {count} new members to {guild}"),
            Language::TraditionalChinese => format!("歡迎 {count} 位新成員加入 {guild} 的圖卡"),
            Language::SimplifiedChinese => format!("欢迎 {count} 位新成员加入 {guild} 的卡片"),
            Language::Japanese => format!("{count}人の新メンバーを {guild} に迎えるカード"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use crate::template::Values;
    use crate::time::UnixMs;
    use crate::zone::Zone;

    #[test]
    fn every_text_of_every_language_is_a_template_and_a_language_of_its_own() {
        let texts = |language| {
            let words = Words::of(language);
            assert_eq!(words.language, language);
            [
                words.welcome,
                words.card_title,
                words.card_subtitle,
                words.card_badge,
                words.card_description,
                words.direct_message,
                words.farewell,
            ]
        };
        for language in Language::ALL {
            for text in texts(language) {
                Template::parse(text).expect(text);
            }
            assert!(
                Words::of(language).welcome.contains("{mention}"),
                "nobody is told otherwise"
            );
            for other in Language::ALL.into_iter().filter(|other| *other != language) {
                assert_ne!(texts(language)[0], texts(other)[0]);
                assert_ne!(texts(language)[5], texts(other)[5]);
            }
        }
    }

    #[test]
    fn welcomes_read_as_people_write() {
        let filled = Language::ALL.map(|language| {
            Words::template(Words::of(language).welcome).fill(&Values {
                user: UserId(7),
                name: "小林",
                username: "kobayashi",
                guild: "茶館",
                number: Some(12),
                joined_at: UnixMs(0),
                language,
                zone: &Zone::UTC,
            })
        });
        assert_eq!(
            filled,
            [
                "Welcome <@7> to **茶館**!",
                "歡迎 <@7> 加入 **茶館**！",
                "欢迎 <@7> 加入 **茶館**！",
                "<@7> さん、**茶館** へようこそ！",
            ]
        );
        let groups = Language::ALL.map(|language| Words::of(language).group_subtitle(12, "茶館"));
        assert_eq!(
            groups,
            [
                "12 new members of \u{2068}茶館\u{2069}",
                "\u{2068}茶館\u{2069} 迎來了 12 位新成員",
                "\u{2068}茶館\u{2069} 迎来了 12 位新成员",
                "\u{2068}茶館\u{2069} に12人の新メンバー",
            ]
        );
    }
}
