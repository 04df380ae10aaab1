//! `/settings language`.

use discord::{CommandOption, Options};
use domain::language::Language;
use domain::settings::{Field, Patch};

use crate::commands::answers;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::words::Words;

/// Chosen to follow the language that Discord has for the guild.
const DEFAULT: &str = "default";

pub(super) fn definition() -> CommandOption {
    let mut choices: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| offered(language.code(), [language.own_name(); 4]))
        .collect();
    choices.push(offered(
        DEFAULT,
        [
            "As the server's own language",
            "跟隨伺服器的語言",
            "跟随服务器的语言",
            "サーバーの言語に合わせる",
        ],
    ));
    sub_command(
        ["language", "語言", "语言", "言語"],
        [
            "The language of my answers and of words that nobody wrote",
            "我的回覆與預設文字所使用的語言",
            "我的回复与默认文字所使用的语言",
            "ボットの返答と、既定の文で使う言語",
        ],
        vec![option(
            ["language", "語言", "语言", "言語"],
            ["Which language", "哪一種語言", "哪一种语言", "どの言語にするか"],
            choice(true, choices),
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let chosen = options
        .text("language")
        .ok_or(Refused::OptionMissing("language"))?;
    let patch = match chosen {
        DEFAULT => Patch::new().unset(Field::Language),
        language => Patch::new().set(Field::Language, language),
    };
    let (stored, changes) = call.change(&patch).await?;
    // In the language that was chosen just now.
    let language = answers::language_of_guild(&stored, &call.interaction, &call.facts);
    Ok(call.stored_reply(Words(language), &changes))
}
