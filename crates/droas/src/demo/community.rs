//! The small community that the demo plays: who joins, when, and what else they do.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sim::world::user::NewUser;

/// Names as people write them, in many scripts.
const NAMES: [&str; 48] = [
    "Ada Lovelace",
    "小林 さくら",
    "محمد العربي",
    "Zoë Müller",
    "陳怡君",
    "김하늘",
    "नरेन्द्र शर्मा",
    "שירה כהן",
    "สมชาย ใจดี",
    "🌸 Hana 🌸",
    "Nguyễn Thị Hương",
    "Дмитрий Волков",
    "李小龙",
    "Łukasz Żółć",
    "𝓐𝓵𝓲𝓬𝓮",
    "ليلى",
    "たこ焼き🐙",
    "Ελένη Παπαδοπούλου",
    "王大明",
    "the quick brown fox",
    "Þórunn Æsa",
    "이준호",
    "ปิยะ",
    "प्रिया",
    "דָּוִד",
    "José Ángel",
    "林",
    "👩‍👩‍👧‍👦 family",
    "Ольга",
    "x",
    "佐藤 健太郎",
    "🇹🇼 阿明",
    "İpek Çağlar",
    "فاطمة الزهراء",
    "Seán Ó Briain",
    "鈴木",
    "m̈ëẗäl",
    "박지민",
    "Ștefan Țîrlea",
    "ᴛɪɴʏ ᴄᴀᴘs",
    "Wolfeschlegelsteinhausenbergerdo",
    "黃小琥",
    "नीलम",
    "Иван_42",
    "🐉龍🐉",
    "Đặng Văn Lâm",
    "יעל",
    "Åsa Östlund",
];

/// The guilds of the community.
pub(super) const GUILDS: [&str; 3] = ["The Tea House", "深夜食堂", "مقهى النجوم"];

/// Discord tells a join again with a `joined_at` that is off by up to this much (discord-api-docs#3377).
const DRIFT_MAX_US: i64 = 400_000;

/// One member of the community.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    /// The account that joins.
    pub(super) account: NewUser,
    /// Which of [`GUILDS`] they join.
    pub(super) guild: usize,
    /// How long after the guest before.
    pub(super) after: Duration,
    /// They leave again at once.
    pub(super) leaves_at_once: bool,
    /// Discord tells their join again, with `joined_at` off by so many microseconds.
    pub(super) told_again_off_us: Option<i64>,
    /// The connection is killed before they join.
    pub(super) kills_connection: bool,
}

/// The guests in the order in which they join; the same for the same seed.
pub(super) fn guests(count: u32, seed: u64) -> Vec<Guest> {
    let mut random = StdRng::seed_from_u64(seed);
    let kill_before = count / 2;
    (0..count)
        .map(|index| Guest {
            account: account(index, &mut random),
            guild: random.random_range(0..GUILDS.len()),
            after: Duration::from_millis(random.random_range(2..60)),
            leaves_at_once: random.random_bool(0.1),
            told_again_off_us: random
                .random_bool(0.2)
                .then(|| random.random_range(0..DRIFT_MAX_US)),
            kills_connection: index == kill_before,
        })
        .collect()
}

/// Each name once, then names with a number; most have an avatar of their own.
fn account(index: u32, random: &mut StdRng) -> NewUser {
    let once = usize::try_from(index).ok().and_then(|index| NAMES.get(index));
    let name = match once {
        Some(name) => (*name).to_owned(),
        None => {
            let name = NAMES.choose(random).expect("there are names");
            format!("{} {index}", name.chars().take(24).collect::<String>())
        }
    };
    let avatar = random
        .random_bool(0.8)
        .then(|| format!("{:032x}", random.random::<u128>()));
    NewUser {
        avatar,
        ..NewUser::named(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_plays_the_same_community() {
        let names = |seed| format!("{:?}", guests(60, seed));
        assert_eq!(names(7), names(7));
        assert_ne!(names(7), names(8));
    }

    #[test]
    fn names_are_as_long_as_discord_allows() {
        for guest in guests(500, 1) {
            let name = guest.account.global_name.expect("guests have a name");
            assert!((1..=32).contains(&name.chars().count()), "{name}");
        }
    }
}
