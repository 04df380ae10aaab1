//! Which role a member ought to have by their score.

use std::time::Duration;

use domain::activity::level::{Level, Levels};
use domain::activity::score::Score;
use domain::id::RoleId;
use domain::time::UnixMs;
use store::{GivenRole, GivenState};

/// A role is given as soon as its level is reached, and taken when the score has fallen this far below it. Who hovers
/// about a threshold would be given and taken the role all day otherwise. It is measured in points and not in time, so that
/// nothing needs to be remembered, and a restart or another process decides the same.
const MARGIN: Score = Score::points(1);

/// For so long nobody tries again to give a role to somebody who was no member. Who joins again is heard of, so this is
/// for what was not.
const GONE_FOR: Duration = Duration::from_secs(24 * 3600);

/// The roles of levels in one guild.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    levels: Levels,
    /// From the lowest level.
    roles: Vec<(Level, RoleId)>,
}

/// What is to be done about a member's roles, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// These are none of theirs any more.
    pub(super) forget: Vec<RoleId>,
    /// These are to be taken.
    pub(super) take: Vec<RoleId>,
    /// This is to be given, for this level; perhaps they have it already.
    pub(super) give: Option<(Level, RoleId)>,
}

impl Changes {
    /// Nothing that Discord would hear of.
    pub(super) fn are_silent(&self) -> bool {
        self.take.is_empty() && self.give.is_none()
    }
}

impl Ladder {
    pub(super) fn new(levels: Levels, roles: Vec<(Level, RoleId)>) -> Self {
        Self { levels, roles }
    }

    /// The same without roles that cannot be given: their levels have the next lower one.
    pub(super) fn retain(&mut self, can_be_given: impl Fn(RoleId) -> bool) {
        self.roles.retain(|(_, role)| can_be_given(*role));
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = RoleId> {
        self.roles.iter().map(|(_, role)| *role)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.roles.is_empty()
    }

    /// What is to be done for a member with a score (`None` for none, or one that has faded to nothing), who has these
    /// roles from us.
    pub(super) fn changes(&self, score: Option<Score>, given: &[GivenRole], now: UnixMs) -> Changes {
        let is_gone = |one: &&GivenRole| one.state == GivenState::Gone;
        let held: Vec<RoleId> = given
            .iter()
            .filter(|one| !is_gone(one))
            .map(|one| one.role)
            .collect();
        let wanted = score.and_then(|score| self.wanted(score, &held));
        let lately_gone = |one: &&GivenRole| is_gone(one) && now.since(one.at) < GONE_FOR;
        if wanted.is_some() && given.iter().any(|one| lately_gone(&one)) {
            return Changes::default();
        }
        let role = wanted.map(|(_, role)| role);
        let is_given = |one: &GivenRole| Some(one.role) == role && one.state == GivenState::Given;
        Changes {
            forget: given
                .iter()
                .filter(is_gone)
                .map(|one| one.role)
                .filter(|gone| Some(*gone) != role)
                .collect(),
            take: held.iter().copied().filter(|held| Some(*held) != role).collect(),
            give: wanted.filter(|_| !given.iter().any(is_given)),
        }
    }

    /// The role of the level, or of the next lower one that has any; or the highest of those they have that they have not
    /// yet fallen far enough below.
    fn wanted(&self, score: Score, held: &[RoleId]) -> Option<(Level, RoleId)> {
        let level = self.levels.level(score);
        let is_kept = |(of, role): &&(Level, RoleId)| {
            *of > level && held.contains(role) && score > self.levels.from(*of) - MARGIN
        };
        let kept = self.roles.iter().rfind(is_kept);
        kept.or_else(|| self.roles.iter().rfind(|(of, _)| *of <= level))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use domain::id::UserId;

    use super::*;

    const ACTIVE: RoleId = RoleId(1);
    const EXPERT: RoleId = RoleId(2);
    const NEW: RoleId = RoleId(3);
    const NOW: UnixMs = UnixMs(1_790_000_000_000);

    fn ladder() -> Ladder {
        Ladder::new(
            Levels::default(),
            vec![(Level::Active, ACTIVE), (Level::Expert, EXPERT)],
        )
    }

    fn given(role: RoleId, state: GivenState) -> GivenRole {
        GivenRole {
            user: UserId(1),
            role,
            state,
            at: NOW,
        }
    }

    /// Role and whether it is new, of who has `held`.
    fn after(ladder: &Ladder, tenths: i64, held: Option<RoleId>) -> Option<RoleId> {
        let held: Vec<_> = held
            .map(|role| given(role, GivenState::Given))
            .into_iter()
            .collect();
        let score = Some(Score::tenths(tenths)).filter(|score| *score > Score::ZERO);
        let changes = ladder.changes(score, &held, NOW);
        let kept = held
            .iter()
            .map(|one| one.role)
            .find(|role| !changes.take.contains(role));
        match (changes.give, kept) {
            (Some((_, role)), None) => Some(role),
            (None, kept) => kept,
            both => panic!("one role at a time: {both:?}"),
        }
    }

    #[test]
    fn member_has_the_role_of_their_level_or_of_the_next_lower_one() {
        let ladder = ladder();
        for (tenths, role) in [
            (10, None),
            (249, None),
            (250, Some(ACTIVE)),
            (749, Some(ACTIVE)),
            (750, Some(EXPERT)),
            (1000, Some(EXPERT)),
        ] {
            assert_eq!(after(&ladder, tenths, None), role, "{tenths}");
        }
    }

    #[test]
    fn role_is_taken_a_point_below_its_level_and_not_before() {
        let ladder = ladder();
        for (tenths, held, role) in [
            (250, None, Some(ACTIVE)),
            (249, Some(ACTIVE), Some(ACTIVE)),
            (241, Some(ACTIVE), Some(ACTIVE)),
            (240, Some(ACTIVE), None),
            (745, Some(EXPERT), Some(EXPERT)),
            (740, Some(EXPERT), Some(ACTIVE)),
            (245, Some(EXPERT), None),
            (0, Some(ACTIVE), None),
        ] {
            assert_eq!(after(&ladder, tenths, held), role, "{tenths} {held:?}");
        }
    }

    #[test]
    fn score_that_hovers_about_a_threshold_changes_nothing() {
        let ladder = ladder();
        let mut held = None;
        let mut changes = 0;
        for step in 0..200 {
            let role = after(&ladder, if step % 2 == 0 { 252 } else { 246 }, held);
            changes += u32::from(role != held);
            held = role;
        }
        assert_eq!(changes, 1);
    }

    #[test]
    fn newcomers_have_their_role_while_they_have_a_score() {
        let ladder = Ladder::new(Levels::default(), vec![(Level::Newcomer, NEW)]);
        assert_eq!(after(&ladder, 1, None), Some(NEW));
        assert_eq!(after(&ladder, 1000, Some(NEW)), Some(NEW));
        assert_eq!(after(&ladder, 0, Some(NEW)), None);
    }

    #[test]
    fn role_that_was_replaced_is_taken_before_the_other_is_given() {
        let held = [
            given(RoleId(9), GivenState::Given),
            given(ACTIVE, GivenState::Giving),
        ];
        let changes = ladder().changes(Some(Score::points(30)), &held, NOW);
        assert_eq!(changes.take, [RoleId(9)]);
        assert_eq!(
            changes.give,
            Some((Level::Active, ACTIVE)),
            "perhaps it was not given"
        );
    }

    #[test]
    fn role_of_two_levels_stays_on_the_way_from_one_to_the_other() {
        let both = Ladder::new(
            Levels::default(),
            vec![(Level::Active, ACTIVE), (Level::Legend, ACTIVE)],
        );
        for tenths in [900, 899, 880, 250] {
            assert_eq!(after(&both, tenths, Some(ACTIVE)), Some(ACTIVE), "{tenths}");
        }
    }

    #[test]
    fn who_is_gone_is_left_alone_for_a_day() {
        let ladder = ladder();
        let score = Some(Score::points(30));
        let gone = [given(ACTIVE, GivenState::Gone)];
        assert_eq!(ladder.changes(score, &gone, NOW), Changes::default());
        let later = NOW + GONE_FOR;
        assert_eq!(
            ladder.changes(score, &gone, later).give,
            Some((Level::Active, ACTIVE))
        );
        let faded = ladder.changes(None, &gone, NOW);
        assert!(faded.are_silent());
        assert_eq!(faded.forget, [ACTIVE]);
    }
}
