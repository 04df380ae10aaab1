//! Texts of settings that are numbers and lists.

use std::fmt;

use super::field::Field;
use crate::activity::level::Level;
use crate::id::RoleId;

/// A number with one decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tenths(pub(super) u32);

impl Tenths {
    /// `None` for what is no number, is negative or has more decimals.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(tenth) || tenth.len() != 1 {
            return None;
        }
        let whole: u32 = whole.parse().ok()?;
        let tenths = whole.checked_mul(10)?.checked_add(tenth.parse().ok()?)?;
        Some(Self(tenths))
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// The words between blanks and commas.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '\n']).filter(|word| !word.is_empty())
}

fn id(text: &str) -> Option<u64> {
    text.parse().ok().filter(|id| *id > 0)
}

/// Ids, sorted and each once, with blanks between them; `None` for what is no id, and for too many.
pub(super) fn ids(text: &str) -> Option<String> {
    let mut ids = words(text).map(id).collect::<Option<Vec<u64>>>()?;
    ids.sort_unstable();
    ids.dedup();
    let written: Vec<String> = ids.iter().map(u64::to_string).collect();
    (ids.len() <= Field::IDS_MAX).then(|| written.join(" "))
}

/// `active=123 legend=456`, sorted by level; `None` for what is no level or no role, and for two roles of one level.
pub(super) fn level_roles(text: &str) -> Option<Vec<(Level, RoleId)>> {
    let one = |word: &str| {
        let (level, role) = word.split_once('=')?;
        Some((level.parse().ok()?, RoleId(id(role)?)))
    };
    let mut roles = words(text).map(one).collect::<Option<Vec<(Level, RoleId)>>>()?;
    roles.sort_unstable();
    let each_once = roles.is_sorted_by(|(one, _), (next, _)| one < next);
    each_once.then_some(roles)
}

/// Roles of levels as they are written.
pub(super) fn of_level_roles(roles: &[(Level, RoleId)]) -> String {
    let written: Vec<String> = roles
        .iter()
        .map(|(level, role)| format!("{level}={role}"))
        .collect();
    written.join(" ")
}
