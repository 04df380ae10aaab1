//! The places of a template, and which one somebody meant who wrote another.

/// A place that is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Mention,
    Name,
    Username,
    Id,
    Guild,
    Number,
    Ordinal,
    Age,
    Time,
    Date,
}

const PLACES: [(&str, Place); 10] = [
    ("mention", Place::Mention),
    ("name", Place::Name),
    ("username", Place::Username),
    ("id", Place::Id),
    ("guild", Place::Guild),
    ("number", Place::Number),
    ("ordinal", Place::Ordinal),
    ("age", Place::Age),
    ("time", Place::Time),
    ("date", Place::Date),
];

/// The names of all places.
pub(super) const NAMES: [&str; PLACES.len()] = {
    let mut names = [""; PLACES.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = PLACES[index].0;
        index += 1;
    }
    names
};

/// What other bots call our places, and what people call them who think in other languages: small letters and digits
/// alone, as [`folded`] leaves them.
const OTHER_NAMES: [(&str, &[&str]); 10] = [
    (
        "mention",
        &[
            "user",
            "member",
            "usermention",
            "membermention",
            "ping",
            "tag",
            "使用者",
            "用户",
            "成員",
            "成员",
            "提及",
            "メンション",
        ],
    ),
    (
        "name",
        &[
            "displayname",
            "nickname",
            "nick",
            "globalname",
            "membername",
            "userdisplayname",
            "membernick",
            "usernick",
            "名字",
            "名稱",
            "名称",
            "名前",
        ],
    ),
    ("username", &["usertag", "membertag", "handle", "accountname"]),
    ("id", &["userid", "memberid", "uid", "snowflake"]),
    (
        "guild",
        &[
            "server",
            "servername",
            "guildname",
            "community",
            "伺服器",
            "服务器",
            "群組",
            "サーバー",
        ],
    ),
    (
        "number",
        &[
            "count",
            "membercount",
            "members",
            "servermembercount",
            "guildmembercount",
            "servercount",
            "guildcount",
            "guildsize",
            "servermembers",
            "guildmembers",
            "人數",
            "人数",
        ],
    ),
    (
        "ordinal",
        &["nth", "position", "rank", "membercountordinal", "joinposition"],
    ),
    (
        "age",
        &[
            "accountage",
            "useraccountage",
            "created",
            "createdat",
            "usercreated",
            "usercreatedat",
            "membercreatedat",
        ],
    ),
    ("time", &["now", "clock", "hour", "timestamp", "時間", "时间"]),
    (
        "date",
        &[
            "day",
            "today",
            "joined",
            "joinedat",
            "joindate",
            "userjoinedat",
            "memberjoinedat",
            "日期",
            "日付",
        ],
    ),
];

impl Place {
    pub(super) fn named(name: &str) -> Option<Self> {
        let (_, place) = PLACES.into_iter().find(|(known, _)| *known == name)?;
        Some(place)
    }

    /// What it is called in a template.
    pub(super) fn name(self) -> &'static str {
        let named = PLACES.into_iter().find(|(_, place)| *place == self);
        named.expect("the table holds every place").0
    }
}

/// The place that was probably meant by a name that there is not.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let name = folded(name);
    if name.is_empty() {
        return None;
    }
    let synonym = OTHER_NAMES
        .into_iter()
        .find(|(_, others)| others.contains(&name.as_str()));
    if let Some((place, _)) = synonym {
        return Some(place);
    }
    // One slip in a short name, two in a long one.
    let slips_max = name.chars().count() / 3;
    let spellings = OTHER_NAMES.into_iter().flat_map(|(place, others)| {
        [place]
            .into_iter()
            .chain(others.iter().copied())
            .map(move |one| (place, one))
    });
    spellings
        .map(|(place, spelling)| (distance(&name, spelling), place))
        .filter(|(slips, _)| *slips <= slips_max.min(2))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, place)| place)
}

/// A name without all that people write differently: case, dots, hyphens, blanks. Longer than any that there is, it is cut.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|char| char.is_alphanumeric() || *char == 'ー')
        .flat_map(char::to_lowercase)
        .take(40)
        .collect()
}

/// How many slips lie between two words: a letter too many, missing, wrong, or two that changed places.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row];
        for column in 1..=other.len() {
            let differs = usize::from(one[row - 1] != other[column - 1]);
            let mut slips = (last[column - 1] + differs)
                .min(last[column] + 1)
                .min(current[column - 1] + 1);
            let have_changed_places = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if have_changed_places {
                slips = slips.min(before_last[column - 2] + 1);
            }
            current.push(slips);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_bots_lead_to_ours() {
        for (written, meant) in [
            ("user", "mention"),
            ("member", "mention"),
            ("user.mention", "mention"),
            ("@user", "mention"),
            ("User", "mention"),
            ("user.name", "username"),
            ("user_name", "username"),
            ("user.id", "id"),
            ("displayName", "name"),
            ("server", "guild"),
            ("server.name", "guild"),
            ("guild_name", "guild"),
            ("count", "number"),
            ("memberCount", "number"),
            ("server.member_count", "number"),
            ("account age", "age"),
            ("user.created_at", "age"),
            ("伺服器", "guild"),
            ("サーバー", "guild"),
        ] {
            assert_eq!(nearest(written), Some(meant), "{written}");
        }
    }

    #[test]
    fn slips_lead_to_what_was_meant_and_nonsense_to_nothing() {
        for (written, meant) in [
            ("mentoin", "mention"),
            ("Mention", "mention"),
            ("naem", "name"),
            ("gild", "guild"),
            ("numbr", "number"),
            ("ordnial", "ordinal"),
            ("usernmae", "username"),
            ("serevr", "guild"),
        ] {
            assert_eq!(nearest(written), Some(meant), "{written}");
        }
        let long = "x".repeat(100_000);
        for nonsense in ["", "...", "x", "zz", "quartz", "💥", long.as_str()] {
            assert_eq!(nearest(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_place_is_told_by_its_name() {
        for ((name, place), (again, _)) in PLACES.into_iter().zip(OTHER_NAMES) {
            assert_eq!(Place::named(name), Some(place));
            assert_eq!(name, again, "both tables tell of the same places");
        }
        assert_eq!(Place::named("user"), None);
    }

    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "acb", 1),
            ("abc", "bcd", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), slips, "{one} {other}");
            assert_eq!(distance(other, one), slips, "{other} {one}");
        }
    }
}
