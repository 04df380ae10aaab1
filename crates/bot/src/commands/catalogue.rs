//! The slash commands, for a book about them.

use discord::{CommandOption, OptionKind};

use super::{access, definitions};

/// A sub-command, with what its definition does not tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogued {
    /// The command that it belongs to, such as `welcome`.
    pub command: String,
    /// Its name, description and options.
    pub definition: CommandOption,
    /// Everybody may use it; otherwise who may *Manage Server*.
    pub is_for_everybody: bool,
    /// Everybody in the channel sees the answer; otherwise who asked.
    pub is_answered_in_public: bool,
}

impl Catalogued {
    /// Its options; each is one that is filled in.
    pub fn options(&self) -> &[CommandOption] {
        match &self.definition.kind {
            OptionKind::SubCommand(options) => options,
            _ => &[],
        }
    }
}

/// All sub-commands, in the order in which they are registered; every command has some.
pub fn catalogue() -> Vec<Catalogued> {
    let commands = definitions::all();
    let sub_commands = commands.into_iter().flat_map(|command| {
        let name = command.name;
        command.options.into_iter().map(move |definition| Catalogued {
            command: name.clone(),
            is_for_everybody: access::is_for_everybody(&name, &definition.name),
            is_answered_in_public: access::is_answered_in_public(&[name.clone(), definition.name.clone()]),
            definition,
        })
    });
    sub_commands.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogue_tells_who_may_use_what_and_who_sees_the_answer() {
        let all = catalogue();
        let told = |command: &str, name: &str| {
            let found = all
                .iter()
                .find(|one| one.command == command && one.definition.name == name);
            found.map(|one| (one.is_for_everybody, one.is_answered_in_public))
        };
        assert_eq!(told("activity", "show"), Some((true, true)));
        assert_eq!(told("activity", "reset"), Some((false, false)));
        assert_eq!(told("privacy", "export"), Some((true, false)));
        assert_eq!(told("welcome", "setup"), Some((false, false)));
        assert_eq!(told("welcome", "nothing"), None);
    }

    #[test]
    fn all_of_it_is_commands_with_options_that_are_filled_in() {
        for one in catalogue() {
            let name = &one.definition.name;
            assert!(matches!(one.definition.kind, OptionKind::SubCommand(_)), "{name}");
            for option in one.options() {
                let is_nested = matches!(
                    option.kind,
                    OptionKind::SubCommand(_) | OptionKind::SubCommandGroup(_)
                );
                assert!(!is_nested, "{name} {}", option.name);
            }
        }
    }
}
