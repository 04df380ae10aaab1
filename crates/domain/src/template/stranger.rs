//! Text that a stranger chose, made to stay in its place.

/// The most characters of a name. Discord's longest has 100; what is longer came from somewhere else.
const CHARS_MAX: usize = 256;

/// The most marks on one letter. Living languages set up to three; towers of them cover the lines above.
const MARKS_MAX: usize = 3;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Appends a name to a message: Discord's markup, mentions and links lose their meaning, line breaks become spaces.
pub(super) fn push_stranger(text: &mut String, name: &str) {
    let name = cleaned(name);
    if goes_on(text) {
        text.push(ZERO_WIDTH_SPACE);
    }
    let is_turned = name.chars().any(is_right_to_left);
    if is_turned {
        text.push(FIRST_STRONG_ISOLATE);
    }
    for char in name.chars() {
        match char {
            // Inside of code a backslash does not keep it from ending the code.
            '`' => text.push('\u{2cb}'),
            '\\' | '*' | '_' | '~' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '-' | '+' | '.' | ':'
            | '/' => {
                text.push('\\');
                text.push(char);
            }
            '@' | '<' => {
                text.push(char);
                // `@everyone` and `<@1>` stay text.
                text.push(ZERO_WIDTH_SPACE);
            }
            char => text.push(char),
        }
    }
    if is_turned {
        text.push(POP_ISOLATE);
    }
}

/// A name on one line and kept together whatever way it is written, its markup as it is.
pub(crate) fn isolated(name: &str) -> String {
    format!("{FIRST_STRONG_ISOLATE}{}{POP_ISOLATE}", cleaned(name))
}

/// Whether what a name is appended to may be the beginning of a mention, an emoji or a link's address, which the name
/// would complete: `@`, `<#`, `[here](`.
fn goes_on(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    let opens = |open: &str, close: char| {
        word.rfind(open)
            .is_some_and(|at| !word[at + open.len()..].contains(close))
    };
    let untagged = word.rsplit('>').next().unwrap_or(word);
    untagged.contains('@') || opens("<", '>') || opens("](", ')')
}

/// A name without what would change more than itself: breaks, directions, towers of marks, what nobody sees.
fn cleaned(name: &str) -> String {
    let mut clean = String::new();
    let mut marks = 0;
    for char in name.trim().chars().take(CHARS_MAX) {
        if is_stacked(char) {
            marks += 1;
            // One without a letter of the name would stand on whatever comes before it.
            if marks > MARKS_MAX || clean.is_empty() {
                continue;
            }
        } else {
            marks = 0;
        }
        match char {
            char if is_unseen(char) => {}
            char if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') => clean.push(' '),
            char => clean.push(char),
        }
    }
    // A joiner at the end would join what follows.
    let clean =
        clean.trim_matches(|char: char| char.is_whitespace() || matches!(char, '\u{200c}' | '\u{200d}'));
    if clean.is_empty() {
        "?".to_owned()
    } else {
        clean.to_owned()
    }
}

/// Bidi controls, which turn what follows around, and what takes no room. Joiners and tags stay: emoji are made of them.
fn is_unseen(char: char) -> bool {
    matches!(
        char,
        '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            | '\u{ad}'
            | '\u{180e}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// Marks that are set above and below letters, one on the other.
fn is_stacked(char: char) -> bool {
    matches!(
        char,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

fn is_right_to_left(char: char) -> bool {
    matches!(
        char,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(before: &str, name: &str) -> String {
        let mut text = before.to_owned();
        push_stranger(&mut text, name);
        text
    }

    #[test]
    fn markup_mentions_and_links_stay_text() {
        for (name, expected) in [
            (
                "**bold** _x_ ~~y~~ ||z||",
                r"\*\*bold\*\* \_x\_ \~\~y\~\~ \|\|z\|\|",
            ),
            ("`code`", "\u{2cb}code\u{2cb}"),
            ("# a", r"\# a"),
            ("1. a", r"1\. a"),
            ("> a", r"\> a"),
            ("[x](http://a.b)", r"\[x\]\(http\:\/\/a\.b\)"),
            ("discord.gg/abc", r"discord\.gg\/abc"),
            ("@everyone", "@\u{200b}everyone"),
            (
                "<@1> <#2> <@&3>",
                "<\u{200b}@\u{200b}1\\> <\u{200b}\\#2\\> <\u{200b}@\u{200b}&3\\>",
            ),
            ("<:e:1> <t:1>", "<\u{200b}\\:e\\:1\\> <\u{200b}t\\:1\\>"),
            ("back\\", "back\\\\"),
            ("a\nb\u{2028}c\r", "a b c"),
        ] {
            assert_eq!(pushed("", name), expected, "{name}");
        }
    }

    #[test]
    fn what_stands_before_a_name_is_not_completed_by_it() {
        for before in ["@", "<@", "<#", "a <:x:", "[here](", "[here](<", "@every", "<"] {
            assert_eq!(pushed(before, "1"), format!("{before}\u{200b}1"), "{before}");
        }
        for before in ["", "Hi ", "<@7> ", "<@7>", "<@7>(", "**", "[here](a) ", "a@b "] {
            assert_eq!(pushed(before, "1"), format!("{before}1"), "{before}");
        }
    }

    #[test]
    fn names_from_right_to_left_are_kept_together() {
        assert_eq!(pushed("", "سارة"), "\u{2068}سارة\u{2069}");
        assert_eq!(pushed("", "\u{202e}abc\u{2069}"), "abc");
        assert_eq!(isolated("a\u{2069}b\u{202e}"), "\u{2068}ab\u{2069}");
    }

    #[test]
    fn towers_of_marks_are_low_and_emoji_stay_whole() {
        let tower = format!("a{}b", "\u{301}".repeat(100));
        assert_eq!(pushed("", &tower), "a\u{301}\u{301}\u{301}b");
        assert_eq!(pushed("", "\u{301}a"), "a");
        for whole in ["👩‍👩‍👧‍👦", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇹🇼", "Việt", "กิ๊ก", "שָׁלוֹם"]
        {
            assert!(pushed("", whole).contains(whole), "{whole}");
        }
        assert_eq!(pushed("", "👩\u{200d}"), "👩");
    }

    #[test]
    fn nothing_to_be_seen_is_a_question_mark_and_endless_names_end() {
        for unseen in ["", " ", "\u{200b}\u{2060}", "\u{202e}", "\n", "\u{301}"] {
            assert_eq!(pushed("", unseen), "?", "{unseen:?}");
        }
        assert_eq!(pushed("", &"名".repeat(100_000)).chars().count(), CHARS_MAX);
    }
}
