use super::*;

/// Names as people have them; each must be seen as it is written.
const NAMES: [&str; 24] = [
    "Đặng Łukasz Ångström Çağrı",
    "小林 さくら コバヤシ",
    "陳怡君 刘洋 𠮷田",
    "김민지",
    "محمد الفارسي",
    "שלום כהן",
    "สมชาย ใจดี",
    "प्रिया शर्मा",
    "বাংলা",
    "தமிழ் తెలుగు ಕನ್ನಡ മലയാളം",
    "ગુજરાતી ਪੰਜਾਬੀ සිංහල",
    "ខ្មែរ ລາວ မြန်မာ བོད་",
    "ქართული Հայերեն አማርኛ",
    "Жук Ωmega",
    "👩‍👩‍👧‍👦🇹🇼❤️👍🏽",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿1️⃣🅰️☺️🏳️‍🌈",
    "𝓐𝓵𝓲𝓬𝓮 𝕭𝖔𝖇 𝟙𝟚",
    "ⓐ ᴀʙᴄ ᗩᗷ ½ №",
    "★彡 ♡ ♪ ✿ ✦ ☾",
    "꧁༺ 𓆩𓆪 ༻꧂ ꕥ ꒰ ꒱",
    "(╯°□°)╯︵ ┻━┻ ʕ•ᴥ•ʔ ಠ_ಠ",
    "« ‹ „“ – — … ‽",
    "ﾊﾝｶｸ ＦＵＬＬ",
    "ދިވެހި ߒߞߏ ⵜⴰⵎⴰⵣⵉⵖⵜ ᏣᎳᎩ",
];

const BOLD: Style = crate::layout::bold(88.0, 34.0);
const REGULAR: Style = crate::layout::regular(33.0, 22.0);
/// A character that no font here has: unassigned in Unicode.
const UNKNOWN: &str = "\u{378}";

fn line(typesetter: &mut Typesetter, text: &str, style: Style, width_px: f32) -> Line {
    typesetter
        .fit(text, style, width_px)
        .expect("something of it can be seen")
}

#[test]
fn no_script_becomes_boxes() {
    let mut typesetter = Typesetter::new();
    for style in [BOLD, REGULAR] {
        for name in NAMES {
            let shaped = layout(&typesetter.shape(&clean::clean(name), style), style.size_px);
            assert!(!shaped.glyphs.is_empty());
            for glyph in &shaped.glyphs {
                let part = &name[glyph.start..glyph.end];
                assert_ne!(glyph.glyph_id, 0, "no font has {part:?} of {name:?}");
                let key = glyph.physical((0.0, 0.0), 1.0).cache_key;
                let mut image = |key| {
                    typesetter
                        .glyphs
                        .get(&mut typesetter.fonts, key)
                        .map(|image| image.data.clone())
                };
                let drawn = image(key);
                let boxed = image(cosmic_text::CacheKey { glyph_id: 0, ..key });
                if drawn
                    .as_ref()
                    .is_some_and(|drawn| drawn.iter().any(|&byte| byte > 0))
                {
                    assert_ne!(drawn, boxed, "{part:?} of {name:?} looks like a box");
                } else {
                    let unseen = |c: char| c.is_whitespace() || matches!(c, '\u{200d}' | '\u{fe0f}');
                    assert!(part.chars().all(unseen), "{part:?} of {name:?} cannot be seen");
                }
            }
        }
    }
}

#[test]
fn joined_emoji_are_one_picture_in_colour() {
    let mut typesetter = Typesetter::new();
    for emoji in ["👩‍👩‍👧‍👦", "🇹🇼", "👍🏽", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🏳️‍🌈"]
    {
        let line = line(&mut typesetter, emoji, BOLD, 500.0);
        let colored: Vec<bool> = line
            .glyphs
            .iter()
            .filter_map(|glyph| {
                let key = glyph.physical((0.0, 0.0), 1.0).cache_key;
                let image = typesetter.glyphs.get(&mut typesetter.fonts, key)?;
                (!image.data.is_empty()).then_some(image.content == cosmic_text::SwashContent::Color)
            })
            .collect();
        assert_eq!(colored, [true], "{emoji}");
    }
}

#[test]
fn bold_text_is_bold_in_every_script_that_has_it() {
    let mut typesetter = Typesetter::new();
    for name in ["Ada", "小林", "김민지", "محمد", "שלום", "ไทย", "हिन्दी"] {
        let mut ink = |style: Style| -> u64 {
            let style = Style {
                size_px: 40.0,
                ..style
            };
            let line = line(&mut typesetter, name, style, 900.0);
            let mut sum = 0;
            for glyph in &line.glyphs {
                let key = glyph.physical((0.0, 0.0), 1.0).cache_key;
                let image = typesetter
                    .glyphs
                    .get(&mut typesetter.fonts, key)
                    .expect("an outline");
                sum += image.data.iter().copied().map(u64::from).sum::<u64>();
            }
            sum
        };
        let (bold, regular) = (ink(BOLD), ink(REGULAR));
        assert!(bold * 10 > regular * 12, "{name}: {bold} to {regular}");
    }
}

#[test]
fn short_text_keeps_its_size_and_longer_text_shrinks_to_fit() {
    let mut typesetter = Typesetter::new();
    assert!((line(&mut typesetter, "Ada", BOLD, 500.0).size_px - BOLD.size_px).abs() < f32::EPSILON);
    let shrunk = line(&mut typesetter, "Đặng Thị Ngọc Ánh", BOLD, 500.0);
    assert!(shrunk.size_px < BOLD.size_px && shrunk.size_px > BOLD.floor_px);
    assert!(shrunk.width_px <= 500.0);
}

/// The text under each glyph of a line that was cut, in the order of writing, and the glyph of the ellipsis.
fn parts<'a>(line: &Line, text: &'a str) -> Vec<&'a str> {
    let mut ends: Vec<_> = line.glyphs.iter().map(|glyph| glyph.start..glyph.end).collect();
    ends.sort_by_key(|range| range.start);
    ends.dedup();
    ends.pop();
    ends.into_iter().map(|range| &text[range]).collect()
}

#[test]
fn text_past_the_floor_ends_in_an_ellipsis_at_the_border_of_a_grapheme() {
    let mut typesetter = Typesetter::new();
    let ellipsis = line(&mut typesetter, "…", BOLD, 100.0).glyphs[0].glyph_id;
    for (grapheme, count) in [("薔", 32), ("👩‍👩‍👧‍👦", 60), ("e\u{301}\u{323}", 60), ("W", 64)]
    {
        let text = grapheme.repeat(count);
        let line = line(&mut typesetter, &text, BOLD, 400.0);
        assert!((line.size_px - BOLD.floor_px).abs() < f32::EPSILON);
        assert!(
            line.width_px <= 400.0 && line.width_px > 320.0,
            "{grapheme}: {}",
            line.width_px
        );
        assert_eq!(
            line.glyphs.last().expect("glyphs").glyph_id,
            ellipsis,
            "{grapheme}"
        );
        assert!(
            parts(&line, &text).concat().len().is_multiple_of(grapheme.len()),
            "{grapheme}"
        );
    }
}

#[test]
fn text_from_right_to_left_is_cut_on_its_left() {
    let mut typesetter = Typesetter::new();
    let line = line(&mut typesetter, &"محمد ".repeat(20), BOLD, 400.0);
    let leftmost = line
        .glyphs
        .iter()
        .min_by(|one, other| one.x.total_cmp(&other.x))
        .expect("glyphs");
    let last = line.glyphs.iter().map(|glyph| glyph.start).max();
    assert_eq!(
        Some(leftmost.start),
        last,
        "the ellipsis was written last and stands leftmost"
    );
    assert!(
        line.glyphs
            .iter()
            .all(|glyph| glyph.x >= -0.5 && glyph.x <= 400.0)
    );
}

#[test]
fn what_no_font_has_leaves_no_trace() {
    let mut typesetter = Typesetter::new();
    assert!(typesetter.fit(UNKNOWN, BOLD, 500.0).is_none());
    let with = line(&mut typesetter, &format!("A{UNKNOWN}da"), BOLD, 500.0);
    let without = line(&mut typesetter, "Ada", BOLD, 500.0);
    assert!((with.width_px - without.width_px).abs() < 0.01);
}

#[test]
fn text_that_cannot_be_seen_is_no_line() {
    let mut typesetter = Typesetter::new();
    for blank in [
        "",
        "   ",
        "\u{3164}",
        "\u{200b}\u{200d}",
        "\u{2800}",
        "\n\t\0",
        "\u{202e}",
        "\u{2066}\u{2069}",
    ] {
        assert!(typesetter.fit(blank, BOLD, 500.0).is_none(), "{blank:?}");
    }
}

#[test]
fn cache_of_glyphs_stays_within_its_bound() {
    let mut typesetter = Typesetter::new();
    for start in (0x4e00..0x9000_u32).step_by(8) {
        let text: String = (start..start + 8).filter_map(char::from_u32).collect();
        line(&mut typesetter, &text, BOLD, 800.0);
        assert!(typesetter.glyphs.bytes() <= glyphs::CACHE_BYTES_MAX + 256 * 1024);
    }
}
