//! Cutting a filled text that is too long.

use unicode_segmentation::UnicodeSegmentation;

/// What the end that is missing is shown by.
const ELLIPSIS: char = '…';

/// The longest `<...>` that Discord reads as one: a command's or an emoji's, with a name and an id.
const TAG_CHARS_MAX: usize = 100;

/// At most `chars_max` characters of a text. It is cut between what people see as characters, never inside of a mention or
/// an emoji of Discord's, nor behind a backslash that would then escape something else.
pub(super) fn cut(text: String, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text;
    }
    let room = chars_max.saturating_sub(1);
    let (mut end, mut chars) = (0, 0);
    while end < text.len() {
        let token = token_len(&text[end..]);
        chars += text[end..end + token].chars().count();
        if chars > room {
            break;
        }
        end += token;
    }
    let mut kept = text[..end].trim_end();
    if kept.is_empty() {
        // One character with more marks than there is room for.
        let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
        kept = &text[..end];
    }
    let mut kept = kept.to_owned();
    kept.push(ELLIPSIS);
    kept
}

/// The length in bytes of what must not be cut at the beginning of a text that is not empty.
fn token_len(text: &str) -> usize {
    let grapheme_len = |text: &str| text.graphemes(true).next().map_or(0, str::len);
    if let Some(rest) = text.strip_prefix('\\') {
        return 1 + grapheme_len(rest);
    }
    if let Some(rest) = text.strip_prefix('<') {
        let inside = rest
            .char_indices()
            .take(TAG_CHARS_MAX)
            .find(|(_, char)| matches!(char, '<' | '>') || char.is_whitespace());
        if let Some((at, '>')) = inside {
            return 1 + at + 1;
        }
    }
    grapheme_len(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(cut("名前".to_owned(), 2), "名前");
        assert_eq!(cut(String::new(), 0), "");
    }

    #[test]
    fn mentions_escapes_and_emoji_are_cut_before_never_inside() {
        for (text, chars_max, expected) in [
            ("abcdef", 5, "abcd…"),
            ("ab <@123456>", 8, "ab…"),
            ("ab<@1>cd", 7, "ab<@1>…"),
            ("ab<a:tea:12345>", 10, "ab…"),
            ("abc\\*def", 5, "abc…"),
            ("abc\\*def", 6, "abc\\*…"),
            ("ab👩‍👩‍👧‍👦cd", 6, "ab…"),
            ("a < b and c", 5, "a <…"),
            ("<<<<<<<<", 4, "<<<…"),
        ] {
            assert_eq!(cut(text.to_owned(), chars_max), expected, "{text}");
        }
    }

    #[test]
    fn tower_that_does_not_fit_is_cut_all_the_same() {
        let tower = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(cut(tower, 10).chars().count(), 10);
    }
}
