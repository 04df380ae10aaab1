//! The commands, as they are registered with Discord: put together of what each command says of itself.

use discord::{CommandDefinition, CommandOption, Localizations, OptionKind, Permission};

use super::words::Texts;
use super::{activity, privacy, settings, welcome};

/// All commands.
pub(crate) fn all() -> Vec<CommandDefinition> {
    vec![
        command(
            ["welcome", "歡迎", "欢迎", "ようこそ"],
            [
                "How new members are welcomed",
                "如何歡迎新成員",
                "如何欢迎新成员",
                "新しいメンバーの歓迎について",
            ],
            MANAGERS,
            welcome::definitions(),
        ),
        command(
            ["settings", "設定", "设置", "設定"],
            [
                "Language, time zone and all settings of this server",
                "語言、時區與這個伺服器的所有設定",
                "语言、时区与这个服务器的所有设置",
                "言語・タイムゾーンなど、このサーバーの設定",
            ],
            MANAGERS,
            settings::definitions(),
        ),
        command(
            ["activity", "活躍度", "活跃度", "アクティビティ"],
            [
                "How active members are",
                "成員有多活躍",
                "成员有多活跃",
                "メンバーのアクティビティ",
            ],
            EVERYBODY,
            activity::definitions(),
        ),
        command(
            ["privacy", "隱私", "隐私", "プライバシー"],
            [
                "What I have stored about you",
                "我儲存了哪些與你有關的資料",
                "我储存了哪些与你有关的数据",
                "あなたについて保存しているデータ",
            ],
            EVERYBODY,
            privacy::definitions(),
        ),
    ]
}

/// To whom Discord shows a command that is for those who run the guild.
const MANAGERS: Option<Permission> = Some(Permission::ManageGuild);

/// To whom it shows one that has something for everybody. Sub-commands cannot be told apart there.
const EVERYBODY: Option<Permission> = None;

fn command(
    names: Texts,
    descriptions: Texts,
    shown_to: Option<Permission>,
    options: Vec<CommandOption>,
) -> CommandDefinition {
    CommandDefinition {
        name: names[0].to_owned(),
        name_localizations: localized(names),
        description: descriptions[0].to_owned(),
        description_localizations: localized(descriptions),
        options,
        default_member_permissions: shown_to.map(|permission| [permission].into_iter().collect()),
    }
}

/// A sub-command.
pub(crate) fn sub_command(names: Texts, descriptions: Texts, options: Vec<CommandOption>) -> CommandOption {
    option(names, descriptions, OptionKind::SubCommand(options))
}

/// An option. Its name is what handlers know it by; the other names are shown to those who speak these languages.
pub(crate) fn option(names: Texts, descriptions: Texts, kind: OptionKind) -> CommandOption {
    CommandOption {
        name: names[0].to_owned(),
        name_localizations: localized(names),
        description: descriptions[0].to_owned(),
        description_localizations: localized(descriptions),
        kind,
    }
}

/// A text of up to `len_max` characters that may be left out.
pub(crate) fn text(len_max: u16) -> OptionKind {
    OptionKind::Text {
        required: false,
        len_min: None,
        len_max: Some(len_max),
        choices: Vec::new(),
        autocomplete: false,
    }
}

/// One of a few texts, each shown as it is called in a reader's language.
pub(crate) fn choice(required: bool, choices: Vec<discord::Choice<String>>) -> OptionKind {
    OptionKind::Text {
        required,
        len_min: None,
        len_max: None,
        choices,
        autocomplete: false,
    }
}

/// A value among which one is chosen.
pub(crate) fn offered(value: &str, names: Texts) -> discord::Choice<String> {
    discord::Choice {
        name: names[0].to_owned(),
        name_localizations: localized(names),
        value: value.to_owned(),
    }
}

/// English is what Discord's client falls back to, for `en-US` and `en-GB` too.
fn localized([_, tw, cn, ja]: Texts) -> Localizations {
    [("zh-TW", tw), ("zh-CN", cn), ("ja", ja)]
        .into_iter()
        .map(|(locale, text)| (locale.to_owned(), text.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(option: &CommandOption) -> &[CommandOption] {
        match &option.kind {
            OptionKind::SubCommand(options) | OptionKind::SubCommandGroup(options) => options,
            _ => &[],
        }
    }

    fn longest(text: &str, localized: &Localizations) -> usize {
        let others = localized.values().map(|text| text.chars().count());
        others.chain([text.chars().count()]).max().unwrap_or_default()
    }

    fn size(option: &CommandOption) -> usize {
        let choices = match &option.kind {
            OptionKind::Text { choices, .. } => choices
                .iter()
                .map(|choice| longest(&choice.name, &choice.name_localizations) + choice.value.len())
                .sum(),
            _ => 0,
        };
        longest(&option.name, &option.name_localizations)
            + longest(&option.description, &option.description_localizations)
            + choices
            + inner(option).iter().map(size).sum::<usize>()
    }

    /// Source: Discord's documentation, "Application Commands", heading "Slash Commands", read in August 2026: 8000
    /// characters for a command with all that is in it, the longest of each text's languages counted, and 25 sub-commands.
    #[test]
    fn commands_are_as_large_as_discord_takes_them() {
        for command in all() {
            let size: usize = command.options.iter().map(size).sum();
            assert!(size < 7_800, "{}: {size}", command.name);
            assert!(command.options.len() <= 25, "{}", command.name);
        }
    }

    #[test]
    fn everything_is_named_and_described_in_every_language() {
        fn check(path: &str, option: &CommandOption) {
            let path = format!("{path} {}", option.name);
            for texts in [&option.name_localizations, &option.description_localizations] {
                assert_eq!(
                    texts.keys().collect::<Vec<_>>(),
                    ["ja", "zh-CN", "zh-TW"],
                    "{path}"
                );
            }
            for text in option
                .description_localizations
                .values()
                .chain([&option.description])
            {
                assert!((1..=100).contains(&text.chars().count()), "{path}: {text}");
            }
            for name in option.name_localizations.values().chain([&option.name]) {
                assert!((1..=32).contains(&name.chars().count()), "{path}: {name}");
                assert!(!name.contains([' ', '・', '/']), "{path}: {name}");
            }
            for option in inner(option) {
                check(&path, option);
            }
        }
        for command in all() {
            for option in &command.options {
                check(&command.name, option);
            }
        }
    }

    #[test]
    fn only_commands_with_something_for_everybody_are_shown_to_everybody() {
        for command in all() {
            let needed = command.default_member_permissions.map(|needed| needed.0);
            let expected = match &*command.name {
                "activity" | "privacy" => None,
                _ => Some(Permission::ManageGuild.bit()),
            };
            assert_eq!(needed, expected, "{}", command.name);
        }
    }
}
