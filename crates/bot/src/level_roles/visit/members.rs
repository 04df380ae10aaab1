//! Members of a guild, from two lists that are read page by page: who has a score, and who has a role from us.

use domain::activity::score::Score;
use domain::id::UserId;
use store::GivenRole;

/// Members that are read at once.
pub(super) const PAGE_LEN: usize = 500;

/// A member's score, and what they have from us.
pub(super) struct Known<'a> {
    pub(super) user: UserId,
    pub(super) score: Option<Score>,
    pub(super) given: &'a [GivenRole],
}

/// The last member of whom both lists say everything; `None` when both are at their end.
pub(super) fn page_end(scored: &[(UserId, Score)], given: &[GivenRole]) -> Option<UserId> {
    let of_scored = scored
        .last()
        .filter(|_| scored.len() >= PAGE_LEN)
        .map(|(user, _)| *user);
    // The last one's other roles may be on the next page.
    let of_given = given
        .last()
        .filter(|_| given.len() >= PAGE_LEN)
        .map(|last| UserId(last.user.0 - 1));
    match (of_scored, of_given) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Both lists together, member by member.
pub(super) fn merged<'a>(
    scored: &'a [(UserId, Score)],
    given: &'a [GivenRole],
    up_to: Option<UserId>,
) -> impl Iterator<Item = Known<'a>> {
    let (mut scored, mut given) = (scored, given);
    std::iter::from_fn(move || {
        let next_scored = scored.first().map(|(user, _)| *user);
        let next_given = given.first().map(|one| one.user);
        let user = match (next_scored, next_given) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other)?,
        };
        if up_to.is_some_and(|up_to| user > up_to) {
            return None;
        }
        let score = match scored {
            [(of, score), rest @ ..] if *of == user => {
                scored = rest;
                Some(*score)
            }
            _ => None,
        };
        let (theirs, rest) = given.split_at(given.iter().take_while(|one| one.user == user).count());
        given = rest;
        Some(Known {
            user,
            score,
            given: theirs,
        })
    })
}

#[cfg(test)]
mod tests {
    use domain::id::RoleId;
    use domain::time::UnixMs;
    use store::GivenState;

    use super::*;

    fn given(user: u64, role: u64) -> GivenRole {
        GivenRole {
            user: UserId(user),
            role: RoleId(role),
            state: GivenState::Given,
            at: UnixMs(0),
        }
    }

    #[test]
    fn every_member_comes_once_with_score_and_roles() {
        let scored = [2, 3, 7].map(|user| (UserId(user), Score::points(1)));
        let given = [given(1, 5), given(3, 5), given(3, 6), given(9, 5)];
        let list = |up_to| -> Vec<(u64, bool, usize)> {
            merged(&scored, &given, up_to)
                .map(|known| (known.user.0, known.score.is_some(), known.given.len()))
                .collect()
        };
        let all = [
            (1, false, 1),
            (2, true, 0),
            (3, true, 2),
            (7, true, 0),
            (9, false, 1),
        ];
        assert_eq!(list(None), all);
        assert_eq!(list(Some(UserId(3))), all[..3]);
    }

    #[test]
    fn page_ends_where_both_lists_are_whole() {
        let scored = |len: u64| {
            (1..=len)
                .map(|user| (UserId(user), Score::points(1)))
                .collect::<Vec<_>>()
        };
        let roles = |len: u64| (0..len).map(|n| given(10 + n / 2, n)).collect::<Vec<_>>();
        assert_eq!(page_end(&scored(3), &roles(3)), None);
        assert_eq!(page_end(&scored(500), &roles(3)), Some(UserId(500)));
        assert_eq!(page_end(&scored(3), &roles(500)), Some(UserId(258)));
        assert_eq!(page_end(&scored(500), &roles(500)), Some(UserId(258)));
    }
}
