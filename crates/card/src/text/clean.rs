//! What of a text is set at all.

/// The most characters that are shaped. Discord's longest name has 100; marks stacked on one letter end here.
pub(super) const CHARS_MAX: usize = 256;

/// One line out of anything: control characters and line breaks become spaces, what would turn other text around and
/// what no font may have goes. Joiners, variation selectors and tags stay: emoji are made of them.
pub(super) fn clean(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|&char| !is_override(char) && !is_private(char))
        .map(|char| {
            if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                char
            }
        })
        .take(CHARS_MAX)
        .collect()
}

/// Left-to-right and right-to-left override: they show letters in an order in which nobody wrote them.
fn is_override(char: char) -> bool {
    matches!(char, '\u{202d}' | '\u{202e}')
}

fn is_private(char: char) -> bool {
    matches!(char, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_spaces_and_overrides_go() {
        assert_eq!(clean("  a\nb\tc\u{7}\u{2029}d\u{202e}e\u{e123} "), "a b c  de");
    }

    #[test]
    fn emoji_keep_what_joins_them() {
        for emoji in ["👩‍👩‍👧‍👦", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇹🇼"] {
            assert_eq!(clean(emoji), emoji);
        }
    }

    #[test]
    fn endless_marks_end() {
        assert_eq!(
            clean(&format!("a{}", "\u{301}".repeat(100_000))).chars().count(),
            CHARS_MAX
        );
    }
}
