//! The fonts that travel with the binary, and which of them shows what.

use std::sync::Arc;

use cosmic_text::fontdb::{Database, FaceInfo, ID, Language, Source, Stretch, Style, Weight};
use cosmic_text::{Fallback, FontSystem};
use unicode_script::Script;

/// The family that text is set in wherever it has the characters.
pub(crate) const FAMILY: &str = "Noto Sans";
/// The family of colour emoji.
const EMOJI: &str = "Noto Color Emoji";
const HAN: &str = "Noto Sans CJK TC";
/// The regular Han face once more, for what the bold one lacks.
const RARE_HAN: &str = "Noto Sans CJK TC rare";

/// A family: its name here, its faces (the regular one stands in where there is no bold), and the scripts for which it
/// is asked first.
struct Family {
    name: &'static str,
    regular: &'static [u8],
    bold: Option<&'static [u8]>,
    scripts: &'static [Script],
}

macro_rules! font {
    ($($part:expr),+) => {
        include_bytes!(concat!("../fonts/", $($part),+))
    };
}

macro_rules! family {
    ($name:expr, $file:literal, regular, [$($script:ident),*]) => {
        Family { name: $name, regular: font!($file, "-Regular.ttf"), bold: None, scripts: &[$(Script::$script),*] }
    };
    ($name:expr, $file:literal, both, [$($script:ident),*]) => {
        Family {
            name: $name,
            regular: font!($file, "-Regular.ttf"),
            bold: Some(font!($file, "-Bold.ttf")),
            scripts: &[$(Script::$script),*],
        }
    };
}

/// Two families share it, and it is in the binary once.
static HAN_REGULAR: &[u8] = font!("NotoSansCJKtc-Regular.otf");

/// All families, in the order in which they are asked for a character that belongs to no one script. Emoji come before
/// the symbol fonts, which hold monochrome ones of some.
static FAMILIES: &[Family] = &[
    family!(FAMILY, "NotoSans", both, [Latin, Greek, Cyrillic]),
    Family {
        name: EMOJI,
        regular: font!("NotoColorEmoji.ttf"),
        bold: None,
        scripts: &[],
    },
    Family {
        name: HAN,
        regular: HAN_REGULAR,
        bold: Some(font!("NotoSansCJKtc-Bold.otf")),
        scripts: &[
            Script::Han,
            Script::Hiragana,
            Script::Katakana,
            Script::Hangul,
            Script::Bopomofo,
        ],
    },
    Family {
        name: RARE_HAN,
        regular: HAN_REGULAR,
        bold: None,
        scripts: &[],
    },
    family!("Noto Sans Math", "NotoSansMath", regular, []),
    family!("Noto Sans Symbols", "NotoSansSymbols", regular, []),
    family!("Noto Sans Symbols2", "NotoSansSymbols2", regular, [Braille]),
    family!("Noto Sans Arabic", "NotoSansArabic", both, [Arabic]),
    family!("Noto Sans Hebrew", "NotoSansHebrew", both, [Hebrew]),
    family!("Noto Sans Devanagari", "NotoSansDevanagari", both, [Devanagari]),
    family!("Noto Sans Thai", "NotoSansThai", both, [Thai]),
    family!("Noto Sans Bengali", "NotoSansBengali", both, [Bengali]),
    family!("Noto Sans Tamil", "NotoSansTamil", both, [Tamil]),
    family!("Noto Sans Telugu", "NotoSansTelugu", both, [Telugu]),
    family!("Noto Sans Kannada", "NotoSansKannada", both, [Kannada]),
    family!("Noto Sans Malayalam", "NotoSansMalayalam", both, [Malayalam]),
    family!("Noto Sans Gujarati", "NotoSansGujarati", both, [Gujarati]),
    family!("Noto Sans Gurmukhi", "NotoSansGurmukhi", both, [Gurmukhi]),
    family!("Noto Sans Sinhala", "NotoSansSinhala", regular, [Sinhala]),
    family!("Noto Sans Khmer", "NotoSansKhmer", both, [Khmer]),
    family!("Noto Sans Lao", "NotoSansLao", both, [Lao]),
    family!("Noto Sans Myanmar", "NotoSansMyanmar", regular, [Myanmar]),
    family!("Noto Serif Tibetan", "NotoSerifTibetan", regular, [Tibetan]),
    family!("Noto Sans Mongolian", "NotoSansMongolian", regular, [Mongolian]),
    family!("Noto Sans Armenian", "NotoSansArmenian", both, [Armenian]),
    family!("Noto Sans Georgian", "NotoSansGeorgian", both, [Georgian]),
    family!("Noto Sans Ethiopic", "NotoSansEthiopic", regular, [Ethiopic]),
    family!("Noto Sans Thaana", "NotoSansThaana", both, [Thaana]),
    family!("Noto Sans Syriac", "NotoSansSyriac", regular, [Syriac]),
    family!("Noto Sans NKo", "NotoSansNKo", regular, [Nko]),
    family!("Noto Sans Tifinagh", "NotoSansTifinagh", regular, [Tifinagh]),
    family!("Noto Sans Cherokee", "NotoSansCherokee", regular, [Cherokee]),
    family!(
        "Noto Sans Canadian Aboriginal",
        "NotoSansCanadianAboriginal",
        regular,
        [Canadian_Aboriginal]
    ),
    // Scripts that few write in, but many take ornaments from: ꧁ ꧂, 𓆩 𓆪, ꕥ, 𖤐, ꒰ ꒱.
    family!("Noto Sans Javanese", "NotoSansJavanese", regular, [Javanese]),
    family!(
        "Noto Sans Egyptian Hieroglyphs",
        "NotoSansEgyptianHieroglyphs",
        regular,
        [Egyptian_Hieroglyphs]
    ),
    family!("Noto Sans Vai", "NotoSansVai", regular, [Vai]),
    family!("Noto Sans Bamum", "NotoSansBamum", regular, [Bamum]),
    family!("Noto Sans Yi", "NotoSansYi", regular, [Yi]),
    family!("Noto Sans Balinese", "NotoSansBalinese", regular, [Balinese]),
    family!("Noto Sans Cham", "NotoSansCham", regular, [Cham]),
    family!("Noto Sans Tai Viet", "NotoSansTaiViet", regular, [Tai_Viet]),
    family!("Noto Sans Tai Le", "NotoSansTaiLe", regular, [Tai_Le]),
    family!("Noto Sans Lepcha", "NotoSansLepcha", regular, [Lepcha]),
    family!("Noto Sans Runic", "NotoSansRunic", regular, [Runic]),
    family!("Noto Sans Ogham", "NotoSansOgham", regular, [Ogham]),
    family!("Noto Sans Gothic", "NotoSansGothic", regular, [Gothic]),
    family!("Noto Sans Old Italic", "NotoSansOldItalic", regular, [Old_Italic]),
    family!("Noto Sans Linear B", "NotoSansLinearB", regular, [Linear_B]),
];

/// The scripts for which a family is asked first.
#[cfg(test)]
pub(crate) fn scripts() -> impl Iterator<Item = Script> {
    FAMILIES.iter().flat_map(|family| family.scripts).copied()
}

/// A font system over the fonts of the binary. Nothing is parsed and nothing copied: a face's pages are read when its
/// first character is drawn.
pub(crate) fn font_system() -> FontSystem {
    let mut database = Database::new();
    for family in FAMILIES {
        for (weight, bytes) in [
            (Weight::NORMAL, family.regular),
            (Weight::BOLD, family.bold.unwrap_or(family.regular)),
        ] {
            database.push_face_info(FaceInfo {
                id: ID::dummy(),
                source: Source::Binary(Arc::new(bytes)),
                index: 0,
                families: vec![(family.name.to_owned(), Language::English_UnitedStates)],
                // The shaper tells emoji fonts by this name.
                post_script_name: family.name.replace(' ', ""),
                style: Style::Normal,
                weight,
                stretch: Stretch::Normal,
                monospaced: false,
            });
        }
    }
    FontSystem::new_with_locale_and_db_and_fallback("en-US".to_owned(), database, Ours)
}

/// The order in which fonts are asked, in place of lists that name a desktop's fonts.
struct Ours;

static ORDER: std::sync::LazyLock<Vec<&'static str>> =
    std::sync::LazyLock::new(|| FAMILIES.iter().map(|family| family.name).collect());

impl Fallback for Ours {
    fn common_fallback(&self) -> &[&'static str] {
        &ORDER
    }

    fn forbidden_fallback(&self) -> &[&'static str] {
        // All of them have been asked by then; without this each would be asked twice more for a character that no
        // font has.
        &ORDER
    }

    fn script_fallback(&self, script: Script, _locale: &str) -> &[&'static str] {
        match FAMILIES
            .iter()
            .position(|family| family.scripts.contains(&script))
        {
            // Both faces of Han, in their order.
            Some(first) if FAMILIES[first].name == HAN => &ORDER[first..first + 2],
            Some(first) => &ORDER[first..=first],
            None => &[],
        }
    }
}
