//! Which scripts the fonts of the binary show.

use cosmic_text::fontdb::Weight;
use unicode_script::Script;

use crate::text::Typesetter;

/// What the fonts show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// How many scripts they are for.
    pub scripts: usize,
    /// Those of them that would be left out of a card, by their English names. None, unless the binary is damaged.
    pub missing: Vec<&'static str>,
}

/// Sets a letter of each script in both weights, as a card would. Reads every font once, some 30 ms.
pub fn coverage() -> Coverage {
    let mut typesetter = Typesetter::new();
    let missing = SAMPLES.iter().filter(|(_, letter)| {
        let text = letter.to_string();
        ![Weight::NORMAL, Weight::BOLD]
            .into_iter()
            .all(|weight| typesetter.knows(&text, weight))
    });
    Coverage {
        missing: missing.map(|(script, _)| script.full_name()).collect(),
        scripts: SAMPLES.len(),
    }
}

/// A letter of each script that a family is asked for first.
const SAMPLES: &[(Script, char)] = &[
    (Script::Latin, 'a'),
    (Script::Greek, 'ω'),
    (Script::Cyrillic, 'ж'),
    (Script::Han, '漢'),
    (Script::Hiragana, 'あ'),
    (Script::Katakana, 'カ'),
    (Script::Hangul, '한'),
    (Script::Bopomofo, 'ㄅ'),
    (Script::Braille, '⠓'),
    (Script::Arabic, 'ع'),
    (Script::Hebrew, 'א'),
    (Script::Devanagari, 'क'),
    (Script::Thai, 'ก'),
    (Script::Bengali, 'ক'),
    (Script::Tamil, 'க'),
    (Script::Telugu, 'క'),
    (Script::Kannada, 'ಕ'),
    (Script::Malayalam, 'ക'),
    (Script::Gujarati, 'ક'),
    (Script::Gurmukhi, 'ਕ'),
    (Script::Sinhala, 'ක'),
    (Script::Khmer, 'ក'),
    (Script::Lao, 'ກ'),
    (Script::Myanmar, 'က'),
    (Script::Tibetan, 'ཀ'),
    (Script::Mongolian, 'ᠠ'),
    (Script::Armenian, 'ա'),
    (Script::Georgian, 'ა'),
    (Script::Ethiopic, 'አ'),
    (Script::Thaana, 'ހ'),
    (Script::Syriac, 'ܐ'),
    (Script::Nko, 'ߊ'),
    (Script::Tifinagh, 'ⴰ'),
    (Script::Cherokee, 'Ꭰ'),
    (Script::Canadian_Aboriginal, 'ᐁ'),
    (Script::Javanese, 'ꦏ'),
    (Script::Egyptian_Hieroglyphs, '𓀀'),
    (Script::Vai, 'ꔀ'),
    (Script::Bamum, 'ꚠ'),
    (Script::Yi, 'ꀀ'),
    (Script::Balinese, 'ᬓ'),
    (Script::Cham, 'ꨀ'),
    (Script::Tai_Viet, 'ꪀ'),
    (Script::Tai_Le, 'ᥐ'),
    (Script::Lepcha, 'ᰀ'),
    (Script::Runic, 'ᚠ'),
    (Script::Ogham, 'ᚁ'),
    (Script::Gothic, '𐌰'),
    (Script::Old_Italic, '𐌀'),
    (Script::Linear_B, '𐀀'),
];

#[cfg(test)]
mod tests {
    use unicode_script::UnicodeScript;

    use super::*;
    use crate::fonts;

    #[test]
    fn every_script_of_the_fonts_has_a_letter_and_is_shown() {
        for (script, letter) in SAMPLES {
            assert_eq!(letter.script(), *script, "{letter}");
        }
        let mut asked: Vec<_> = SAMPLES.iter().map(|(script, _)| script.full_name()).collect();
        let mut held: Vec<_> = fonts::scripts().map(Script::full_name).collect();
        asked.sort_unstable();
        held.sort_unstable();
        assert_eq!(asked, held);
        assert_eq!(coverage().missing, [""; 0]);
    }

    #[test]
    fn what_no_font_shows_is_not_known() {
        let mut typesetter = Typesetter::new();
        assert!(typesetter.knows("a", Weight::NORMAL));
        // A character for private use.
        assert!(!typesetter.knows("a\u{f8fe}", Weight::NORMAL));
    }
}
