//! The rules of joins, as properties: whatever Discord tells of a member, and however often, each stay is greeted at most
//! once, never twice in five minutes, and always when it may be.

use std::time::Duration;

use domain::event::Join;
use domain::id::{GuildId, UserId, WelcomeId};
use domain::join::{JoinRules, JoinVerdict, Refusal, judge, judge_found};
use domain::member::Member;
use domain::time::UnixMs;
use domain::welcome::{Episode, SkipReason};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const START: UnixMs = UnixMs(1_790_000_000_000);

/// One stay of a member, as it truly was.
#[derive(Clone, Debug)]
struct Stay {
    /// From the end of the stay before.
    away_ms: i64,
    length_ms: i64,
    /// For each further time that Discord tells the join: drift of `joined_at`, delay of the dispatch.
    echoes: Vec<(i64, i64)>,
    /// How long the greeter takes from the queue to the post.
    post_delay_ms: i64,
    /// Discord does not tell the leave (it was missed while no session could be resumed).
    leave_missed: bool,
    /// Discord speaks of the member again in the middle of the stay, with the true `joined_at`.
    spoken_of_again: bool,
    /// Nobody listened when the stay began: neither its join is told nor the leave before it. The member is found in the
    /// guild's list, this share of the stay (in thousandths) later.
    found_only: Option<i64>,
    /// The guild is searched once more, after this share of the stay.
    found_again: Option<i64>,
}

fn stay() -> impl Strategy<Value = Stay> {
    (
        prop_oneof![2_000..60_000_i64, 60_000..280_000_i64, 320_000..4_000_000_i64],
        prop_oneof![100..3_000_i64, 3_000..600_000_i64, 600_000..9_000_000_i64],
        prop::collection::vec((0..400_i64, 0..5_000_i64), 0..3),
        prop_oneof![Just(0), 0..2_000_i64, 2_000..400_000_i64],
        prop::bool::weighted(0.15),
        any::<bool>(),
        prop::option::weighted(0.3, 1..1000_i64),
        prop::option::weighted(0.3, 1..1000_i64),
    )
        .prop_map(
            |(
                away_ms,
                length_ms,
                echoes,
                post_delay_ms,
                leave_missed,
                spoken_of_again,
                found_only,
                found_again,
            )| Stay {
                away_ms,
                length_ms,
                echoes,
                post_delay_ms,
                leave_missed,
                spoken_of_again,
                found_only,
                found_again,
            },
        )
}

/// What is told, in the order in which it is told.
#[derive(Clone, Copy, Debug)]
enum Told {
    Join {
        stay: usize,
        joined_at: UnixMs,
        rejoined: bool,
    },
    /// The list names the member, with the true `joined_at`. It need not say that they rejoined.
    Found {
        stay: usize,
        joined_at: UnixMs,
    },
    Leave,
}

/// From and until when each stay truly lasted.
type Truth = Vec<(UnixMs, UnixMs)>;

fn script(stays: &[Stay]) -> (Vec<(UnixMs, Told)>, Truth) {
    let mut told = Vec::new();
    let mut truth = Vec::new();
    let mut clock = START.0;
    for (index, stay) in stays.iter().enumerate() {
        clock += stay.away_ms;
        let (from, until) = (clock, clock + stay.length_ms);
        for share in [stay.found_only, stay.found_again].into_iter().flatten() {
            let found = Told::Found {
                stay: index,
                joined_at: UnixMs(from),
            };
            told.push((UnixMs(from + stay.length_ms * share / 1000), found));
        }
        let mut join = |told_at: i64, joined_at: i64| {
            let event = Told::Join {
                stay: index,
                joined_at: UnixMs(joined_at),
                rejoined: index > 0,
            };
            told.push((UnixMs(told_at), event));
        };
        if stay.found_only.is_none() {
            join(from, from);
            for (drift, delay) in &stay.echoes {
                join(from + delay, from + drift);
            }
        }
        if stay.spoken_of_again {
            join(from + stay.length_ms / 2, from);
        }
        let last = index + 1 == stays.len();
        let leave_missed =
            stay.leave_missed || stays.get(index + 1).is_some_and(|next| next.found_only.is_some());
        if !leave_missed && !last {
            told.push((UnixMs(until), Told::Leave));
        }
        truth.push((UnixMs(from), UnixMs(if last { i64::MAX } else { until })));
        clock = until;
    }
    told.sort_by_key(|(at, _)| *at);
    (told, truth)
}

/// A welcome that stands in the channel.
#[derive(Clone, Copy, Debug)]
struct Post {
    stay: usize,
    at: UnixMs,
}

/// What became of a script, with a store and a greeter that do no more than the rules need.
#[derive(Default)]
struct World {
    episode: Option<Episode>,
    /// Queued, and the time at which it would be posted.
    pending: Option<Post>,
    /// What `greeted_at` was before the pending welcome was queued.
    greeted_before: Option<UnixMs>,
    posts: Vec<Post>,
    /// Stays that were not greeted because of a recent welcome, and whether that welcome was still waiting.
    kept_quiet: Vec<(usize, bool)>,
}

impl World {
    fn play(rules: &JoinRules, stays: &[Stay]) -> Self {
        let mut world = Self::default();
        for (now, told) in script(stays).0 {
            world.hear(rules, now, told, |stay| stays[stay].post_delay_ms);
        }
        world.greet_until(UnixMs(i64::MAX));
        world
    }

    fn hear(&mut self, rules: &JoinRules, now: UnixMs, told: Told, post_delay_ms: impl Fn(usize) -> i64) {
        self.greet_until(now);
        let (verdict, joined_at, stay, found) = match told {
            Told::Leave => return self.leave(),
            Told::Join {
                stay,
                joined_at,
                rejoined,
            } => {
                let join = join(joined_at, rejoined);
                (
                    judge(rules, self.episode.as_ref(), &join, now),
                    joined_at,
                    stay,
                    false,
                )
            }
            Told::Found { stay, joined_at } => {
                let join = join(joined_at, false);
                (
                    judge_found(rules, self.episode.as_ref(), &join, now),
                    joined_at,
                    stay,
                    true,
                )
            }
        };
        let begins_anew = matches!(verdict, JoinVerdict::Greet | JoinVerdict::Skip(_));
        let is_known = matches!(verdict, JoinVerdict::Tell(_) | JoinVerdict::GoOn { .. });
        let posted_at = UnixMs(now.0 + post_delay_ms(stay));
        self.follow(verdict, joined_at, now, Post { stay, at: posted_at });
        if let Some(episode) = &mut self.episode {
            episode.untold |= begins_anew && found;
            episode.untold &= found || !is_known;
        }
    }

    fn follow(&mut self, verdict: JoinVerdict, joined_at: UnixMs, now: UnixMs, post: Post) {
        match verdict {
            JoinVerdict::Greet => {
                self.greeted_before = self.episode.and_then(|episode| episode.greeted_at);
                self.begin(joined_at, Some(now));
                self.pending = Some(post);
            }
            JoinVerdict::Tell(_) => {}
            JoinVerdict::GoOn { greet, .. } => {
                let episode = self.known();
                episode.left = false;
                if greet {
                    let before = episode.greeted_at.replace(now);
                    self.greeted_before = before;
                    self.pending = Some(post);
                }
            }
            JoinVerdict::Skip(reason) => {
                assert_eq!(reason, SkipReason::GreetedRecently);
                let greeted_at = self.episode.and_then(|episode| episode.greeted_at);
                self.begin(joined_at, greeted_at);
                self.kept_quiet.push((post.stay, self.pending.is_some()));
            }
            JoinVerdict::Refuse(_) => {}
        }
    }

    fn known(&mut self) -> &mut Episode {
        self.episode.as_mut().expect("there is one that it is said of")
    }

    fn begin(&mut self, joined_at: UnixMs, greeted_at: Option<UnixMs>) {
        self.episode = Some(Episode {
            id: WelcomeId(0),
            joined_at,
            left: false,
            untold: false,
            greeted_at,
        });
    }

    fn greet_until(&mut self, now: UnixMs) {
        if let Some(post) = self.pending.take_if(|post| post.at <= now) {
            self.posts.push(post);
            if let Some(episode) = &mut self.episode {
                episode.greeted_at = Some(post.at);
            }
        }
    }

    fn leave(&mut self) {
        if let Some(episode) = &mut self.episode {
            episode.left = true;
            if self.pending.take().is_some() {
                episode.greeted_at = self.greeted_before;
            }
        }
    }
}

fn join(joined_at: UnixMs, rejoined: bool) -> Join {
    let member = Member {
        id: UserId(9),
        username: "lin".into(),
        global_name: None,
        nick: None,
        discriminator: 0,
        avatar: None,
        guild_avatar: None,
        bot: false,
    };
    Join {
        guild: GuildId(1),
        member,
        joined_at,
        rejoined,
        pending: false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(0x0d0a),
        failure_persistence: None,
        ..ProptestConfig::with_cases(4_000)
    })]

    #[test]
    fn each_stay_is_greeted_at_most_once(stays in prop::collection::vec(stay(), 1..7)) {
        let world = World::play(&JoinRules::default(), &stays);
        let mut greeted: Vec<_> = world.posts.iter().map(|post| post.stay).collect();
        greeted.dedup();
        prop_assert_eq!(greeted.len(), world.posts.len(), "{:?}", world.posts);
    }

    #[test]
    fn there_is_no_second_welcome_within_five_minutes(stays in prop::collection::vec(stay(), 1..7)) {
        let rules = JoinRules::default();
        for pair in World::play(&rules, &stays).posts.windows(2) {
            prop_assert!(pair[1].at.since(pair[0].at) >= rules.quiet, "{pair:?}");
        }
    }

    #[test]
    fn whoever_stays_is_greeted_unless_they_were_just_now(stays in prop::collection::vec(stay(), 1..7)) {
        let rules = JoinRules::default();
        let world = World::play(&rules, &stays);
        for (index, (from, until)) in script(&stays).1.into_iter().enumerate() {
            let stay = &stays[index];
            let heard_at = from.0 + stay.found_only.map_or(0, |share| stay.length_ms * share / 1000);
            let post_due = UnixMs(heard_at + stay.post_delay_ms);
            // A welcome of the stay before can still be waiting when its leave was missed: it then greets this stay.
            let inherits = index > 0 && (stays[index - 1].leave_missed || stay.found_only.is_some());
            if post_due > until || inherits || world.kept_quiet.iter().any(|(stay, _)| *stay == index) {
                continue;
            }
            prop_assert!(world.posts.iter().any(|post| post.stay == index), "stay {index} of {stays:?}");
        }
    }

    #[test]
    fn only_a_recent_welcome_makes_the_bot_keep_quiet(stays in prop::collection::vec(stay(), 1..7)) {
        let rules = JoinRules::default();
        let world = World::play(&rules, &stays);
        let truth = script(&stays).1;
        for (stay, was_waiting) in world.kept_quiet {
            let from = truth[stay].0;
            let recent = |post: &Post| post.stay < stay && from.since(post.at) < rules.quiet;
            prop_assert!(was_waiting || world.posts.iter().any(recent), "stay {stay} of {stays:?}");
        }
    }

    #[test]
    fn member_who_is_found_with_a_later_join_is_in_a_new_stay(
        later_ms in 2_001..80_000_000_i64, left: bool, rejoined: bool
    ) {
        let last = Episode { id: WelcomeId(1), joined_at: START, left, untold: false, greeted_at: None };
        let found = join(UnixMs(START.0 + later_ms), rejoined);
        let now = UnixMs(START.0 + 86_000_000);
        prop_assert_eq!(judge_found(&JoinRules::default(), Some(&last), &found, now), JoinVerdict::Greet);
    }

    #[test]
    fn member_who_is_found_with_a_known_join_is_refused(drift_ms in -5_000..=2_000_i64, left: bool, rejoined: bool) {
        let last = Episode { id: WelcomeId(1), joined_at: START, left, untold: false, greeted_at: None };
        let found = join(UnixMs(START.0 + drift_ms), rejoined);
        prop_assert_eq!(
            judge_found(&JoinRules::default(), Some(&last), &found, START + Duration::from_secs(60)),
            JoinVerdict::Refuse(Refusal::Duplicate)
        );
    }

    #[test]
    fn stay_that_was_found_before_the_last_ones_leave_was_told_is_greeted(
        away_ms in 2_100..200_000_i64,
        first_post_ms in prop_oneof![Just(0_i64), 1..400_000_i64],
        drift_ms in 0..400_i64,
        found_again: bool,
        told: bool,
    ) {
        let rules = JoinRules::default();
        let back_at = UnixMs(START.0 + away_ms);
        let delay = |stay| if stay == 0 { first_post_ms } else { 0 };
        let mut world = World::default();
        let mut now = back_at;
        let mut hear = |world: &mut World, what| {
            now = now + Duration::from_millis(10);
            world.hear(&rules, now, what, delay);
            // What is due at once is posted.
            world.greet_until(now);
        };
        world.hear(&rules, START, Told::Join { stay: 0, joined_at: START, rejoined: false }, delay);
        hear(&mut world, Told::Found { stay: 1, joined_at: back_at });
        hear(&mut world, Told::Leave);
        let back = Told::Join { stay: 1, joined_at: back_at, rejoined: true };
        let echo = Told::Join { stay: 1, joined_at: UnixMs(back_at.0 + drift_ms), rejoined: true };
        if told {
            hear(&mut world, back);
        }
        if found_again || !told {
            hear(&mut world, Told::Found { stay: 1, joined_at: back_at });
        }
        prop_assert!(!world.known().left);
        let greeted: Vec<_> = world.posts.iter().map(|post| post.stay).collect();
        // Until the leave was heard of, 20 ms after they were back, the first welcome went its way.
        let was_greeted = first_post_ms <= away_ms + 20;
        prop_assert_eq!(greeted, [usize::from(!was_greeted)]);
        if told {
            // Once its beginning was told a leave is its own, whatever comes after that.
            for what in [Told::Leave, echo] {
                hear(&mut world, what);
                prop_assert!(world.known().left && world.pending.is_none());
            }
        }
    }

    #[test]
    fn a_member_found_a_day_after_they_joined_is_not_greeted(age_s in 86_401..100_000_000_i64) {
        let found = join(UnixMs(START.0 - age_s * 1000), false);
        prop_assert_eq!(
            judge_found(&JoinRules::default(), None, &found, START),
            JoinVerdict::Refuse(Refusal::LongAgo)
        );
    }

    #[test]
    fn a_join_of_long_ago_is_no_join(age_s in 3_601..100_000_000_i64, rejoined: bool) {
        let join = join(UnixMs(START.0 - age_s * 1000), rejoined);
        prop_assert_eq!(
            judge(&JoinRules::default(), None, &join, START),
            JoinVerdict::Refuse(Refusal::LongAgo)
        );
    }

    #[test]
    fn a_wrong_clock_does_not_hide_the_first_join(skew_ms in -3_000_000..3_000_000_i64) {
        let join = join(UnixMs(START.0 + skew_ms), false);
        prop_assert_eq!(judge(&JoinRules::default(), None, &join, START), JoinVerdict::Greet);
    }
}

#[test]
fn bots_are_not_greeted() {
    let mut join = join(START, false);
    join.member.bot = true;
    assert_eq!(
        judge(&JoinRules::default(), None, &join, START),
        JoinVerdict::Skip(SkipReason::Bot)
    );
}

#[test]
fn join_told_again_after_its_leave_is_refused() {
    let last = Episode {
        id: WelcomeId(1),
        joined_at: START,
        left: true,
        untold: false,
        greeted_at: None,
    };
    let again = join(START + Duration::from_millis(400), false);
    assert_eq!(
        judge(
            &JoinRules::default(),
            Some(&last),
            &again,
            START + Duration::from_secs(3)
        ),
        JoinVerdict::Refuse(Refusal::Duplicate)
    );
}
