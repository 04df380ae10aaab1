use std::collections::HashSet;
use std::time::Duration;

use domain::activity::meter::{MemberActivity, Meter, Run, Slots};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::effect::Effect;
use domain::id::{GuildId, MessageId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use store::{Board, DayTotal, ErasedMember, Outcome, Store, StoreOptions};

use super::words::*;

/// 2026-01-01.
const NEW_YEAR: Day = Day(20_454);

fn rules() -> ScoreRules {
    ScoreRules::default()
}

/// Noon of a day.
fn noon(day: Day) -> UnixMs {
    day.begins(Zone::utc()) + Duration::from_secs(12 * 3600)
}

/// A message at noon of a day, and so many more in the same minute.
fn wrote(guild: GuildId, user: u64, day: Day, messages: u32) -> MemberActivity {
    MemberActivity {
        guild,
        user: UserId(user),
        days: vec![(day, messages)],
        runs: vec![Run::one(noon(day), Weight::Normal)],
        rules: rules(),
    }
}

async fn count(store: &Store, members: Vec<MemberActivity>) {
    commit(store, vec![Effect::CountActivity(members)]).await;
}

async fn board(store: &Store, board: Board, now: UnixMs, skip: u64, len_max: usize) -> Vec<(u64, u64, u64)> {
    let lines = store.leaderboard(TEA, board, now, &rules(), skip, len_max).await;
    let lines = lines.expect("read");
    lines
        .iter()
        .map(|line| (line.rank, line.user.0, line.messages))
        .collect()
}

/// The streak at noon of a day.
async fn streak(store: &Store, user: u64, today: Day) -> u32 {
    let standing = store
        .standing(TEA, UserId(user), noon(today), today, &rules())
        .await;
    standing.expect("read").expect("known").streak
}

/// How many members and members' days a guild has.
async fn sizes(store: &Store, guild: GuildId) -> (u64, u64) {
    let days = Day(NEW_YEAR.0 - 100_000)..=Day(NEW_YEAR.0 + 100_000);
    let totals = store.messages_by_day(guild, days).await.expect("read");
    let members = store.ranked_count(guild, Board::Score, UnixMs(0)).await;
    (
        members.expect("read"),
        totals.iter().map(|total| total.members).sum(),
    )
}

pub(crate) async fn nothing_is_known_of_who_never_wrote(options: &StoreOptions) {
    let store = open(options).await;
    let (now, user) = (noon(NEW_YEAR), UserId(1));
    let standing = store.standing(TEA, user, now, NEW_YEAR, &rules()).await;
    assert_eq!(standing.expect("read"), None);
    for which in [Board::Score, Board::Day(NEW_YEAR), Board::Month(NEW_YEAR.month())] {
        assert_eq!(board(&store, which, now, 0, 10).await, []);
        assert_eq!(store.ranked_count(TEA, which, now).await.expect("read"), 0);
    }
    let days = store.messages_by_day(TEA, NEW_YEAR..=NEW_YEAR).await;
    assert_eq!(days.expect("read"), []);
    assert_eq!(store.member_activity(user).await.expect("read"), []);
    assert!(!store.reset_activity(TEA, user).await.expect("written"));
    assert_eq!(
        store.erase_member(user).await.expect("written"),
        ErasedMember::default()
    );
    assert_eq!(store.rescore(TEA, &rules()).await.expect("written"), 0);
    let scored = store.scored_members(TEA, UserId(0), 10, now, &rules()).await;
    assert_eq!(scored.expect("read"), []);
    assert_eq!(store.fold_activity(NEW_YEAR).await.expect("written"), 0);
}

pub(crate) async fn level_ones_share_a_rank_on_every_page(options: &StoreOptions) {
    let store = open(options).await;
    let members = [(1, 5), (2, 9), (3, 5), (4, 5), (5, 1)];
    let wrote = members.map(|(user, messages)| wrote(TEA, user, NEW_YEAR, messages));
    count(&store, wrote.to_vec()).await;
    for which in [Board::Day(NEW_YEAR), Board::Month(NEW_YEAR.month())] {
        let whole = [(1, 2, 9), (2, 1, 5), (2, 3, 5), (2, 4, 5), (5, 5, 1)];
        assert_eq!(board(&store, which, UnixMs(0), 0, 10).await, whole);
        for skip in 0..6 {
            let page = board(&store, which, UnixMs(0), skip, 2).await;
            let rest = &whole[whole.len().min(usize::try_from(skip).expect("small"))..];
            assert_eq!(page, rest[..rest.len().min(2)], "behind {skip}");
        }
        assert_eq!(store.ranked_count(TEA, which, UnixMs(0)).await.expect("read"), 5);
    }
    // One message each at the same time: all have the same score, whatever the day counts.
    let first = [1, 2, 3, 4, 5].map(|user| (1, user, 0));
    let now = noon(NEW_YEAR);
    assert_eq!(board(&store, Board::Score, now, 0, 10).await, first);
    assert_eq!(board(&store, Board::Score, now, 3, 10).await, first[3..]);
}

pub(crate) async fn streak_goes_on_over_the_years_end_until_a_day_is_missed(options: &StoreOptions) {
    let store = open(options).await;
    for back in [-4, -2, -1, 0, 1] {
        count(&store, vec![wrote(TEA, 1, NEW_YEAR.plus(back), 3)]).await;
    }
    for (today, days) in [(-4, 1), (-3, 1), (-2, 1), (-1, 2), (0, 3), (1, 4), (2, 4), (3, 0)] {
        assert_eq!(
            streak(&store, 1, NEW_YEAR.plus(today)).await,
            days,
            "on day {today}"
        );
    }
    let standing = store
        .standing(TEA, UserId(1), noon(NEW_YEAR), NEW_YEAR, &rules())
        .await;
    let standing = standing.expect("read").expect("known");
    assert_eq!((standing.today, standing.month, standing.total), (3, 6, 15));
    let december = NEW_YEAR.plus(-1).month();
    assert_eq!(december.plus(1), NEW_YEAR.month());
    assert_eq!(
        board(&store, Board::Month(december), UnixMs(0), 0, 9).await,
        [(1, 1, 9)]
    );
}

pub(crate) async fn days_are_forgotten_and_their_months_stay(options: &StoreOptions) {
    let store = open(options).await;
    let old = NEW_YEAR.plus(-10);
    // More than are deleted at once.
    let many = (1..=2_100).map(|user| wrote(CHESS, user, old, 1)).collect();
    count(&store, many).await;
    for day in [old, old.plus(1), NEW_YEAR] {
        count(&store, vec![wrote(TEA, 1, day, 2)]).await;
    }
    let top = GuildId(u64::MAX);
    count(&store, vec![wrote(top, u64::MAX, old, 1)]).await;
    assert_eq!(store.fold_activity(old).await.expect("written"), 0);
    assert_eq!(store.fold_activity(old.plus(1)).await.expect("written"), 2_102);
    assert_eq!(
        (sizes(&store, CHESS).await, sizes(&store, TEA).await),
        ((2_100, 0), (1, 2))
    );
    let record = &store.member_activity(UserId(1)).await.expect("read")[0];
    assert_eq!(record.guild, TEA);
    assert_eq!(record.days, [(old.plus(1), 2), (NEW_YEAR, 2)]);
    assert_eq!(record.months, [(old.month(), 4), (NEW_YEAR.month(), 2)]);
    assert_eq!(store.fold_activity(old.plus(1)).await.expect("written"), 0);
}

pub(crate) async fn guild_that_is_left_loses_its_activity_with_its_settings(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None), guild(CHESS, None)]).await;
    let many = (1..=1_200).map(|user| wrote(TEA, user, NEW_YEAR, 1)).collect();
    count(&store, many).await;
    count(&store, vec![wrote(CHESS, 1, NEW_YEAR, 1)]).await;
    commit(&store, vec![Effect::ForgetGuild(TEA), Effect::ForgetGuild(CHESS)]).await;
    assert_eq!(store.erase_settings(at(1000), 10).await.expect("written"), 0);
    assert_eq!(sizes(&store, TEA).await, (1_200, 1_200), "the time of grace");
    commit(&store, vec![guild(CHESS, None)]).await;
    assert_eq!(store.erase_settings(at(1001), 10).await.expect("written"), 1);
    assert_eq!(sizes(&store, TEA).await, (0, 0));
    assert_eq!(sizes(&store, CHESS).await, (1, 1), "it came back");
    let records = store.member_activity(UserId(1)).await.expect("read");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].guild, CHESS);
    assert_eq!(store.settings(TEA).await.expect("read"), None);
}

pub(crate) async fn reset_concerns_one_member_of_one_guild(options: &StoreOptions) {
    let store = open(options).await;
    for day in [NEW_YEAR.plus(-1), NEW_YEAR] {
        count(
            &store,
            vec![
                wrote(TEA, 1, day, 2),
                wrote(TEA, 2, day, 2),
                wrote(CHESS, 1, day, 2),
            ],
        )
        .await;
    }
    assert!(store.reset_activity(TEA, UserId(1)).await.expect("written"));
    assert!(!store.reset_activity(TEA, UserId(1)).await.expect("written"));
    assert_eq!(
        (sizes(&store, TEA).await, sizes(&store, CHESS).await),
        ((1, 2), (1, 2))
    );
    let month = Board::Month(NEW_YEAR.month());
    assert_eq!(board(&store, month, UnixMs(0), 0, 9).await, [(1, 2, 2)]);
    // Who begins again begins with nothing.
    count(&store, vec![wrote(TEA, 1, NEW_YEAR.plus(1), 1)]).await;
    let today = NEW_YEAR.plus(1);
    let again = store.standing(TEA, UserId(1), noon(today), today, &rules()).await;
    let again = again.expect("read").expect("known");
    assert_eq!((again.score, again.total, again.streak), (Score::points(5), 1, 1));
}

pub(crate) async fn erased_person_is_gone_everywhere(options: &StoreOptions) {
    let store = open(options).await;
    for guild in [TEA, CHESS, GuildId(u64::MAX)] {
        count(
            &store,
            vec![
                wrote(guild, 1, NEW_YEAR.plus(-1), 2),
                wrote(guild, 2, NEW_YEAR, 2),
            ],
        )
        .await;
        count(&store, vec![wrote(guild, 1, NEW_YEAR, 2)]).await;
    }
    let episodes = vec![join(TEA, 1, 1), join(CHESS, 1, 2), join(TEA, 2, 3)];
    commit(&store, episodes).await;
    let (settled, waits, others) = (welcome_id(1, 1), welcome_id(1, 2), welcome_id(2, 3));
    for id in [settled, others] {
        attempt(&store, id, 9).await.expect("taken");
        let sent = Outcome::Sent {
            message: Some(POST),
            channel: HALL,
            at: at(10),
        };
        store.settle(id, sent).await.expect("written");
    }
    let erased = store.erase_member(UserId(1)).await.expect("written");
    let expected = ErasedMember {
        guilds: 3,
        days: 6,
        months: 6,
        welcomes: 1,
    };
    assert_eq!(erased, expected);
    assert_eq!(store.member_activity(UserId(1)).await.expect("read"), []);
    assert_eq!(store.member_activity(UserId(2)).await.expect("read").len(), 3);
    let nameless = welcome(&store, settled).await.member;
    assert_eq!(
        (
            nameless.id,
            nameless.username.as_str(),
            nameless.global_name,
            nameless.avatar
        ),
        (UserId(1), "", None, None)
    );
    assert_eq!(welcome(&store, others).await.member, member(2));
    assert_eq!(
        welcome(&store, waits).await.member,
        member(1),
        "it is still to be posted"
    );
    let skip = Outcome::Skip {
        reason: domain::welcome::SkipReason::Left,
        at: at(11),
    };
    store.settle(waits, skip).await.expect("written");
    assert_eq!(store.erase_member(UserId(1)).await.expect("written").welcomes, 1);
    assert_eq!(store.erase_member(UserId(1)).await.expect("written").welcomes, 0);
}

pub(crate) async fn board_follows_a_change_of_rules_once_it_is_rescored(options: &StoreOptions) {
    let store = open(options).await;
    let early = noon(NEW_YEAR);
    let late = early + Duration::from_secs(5 * 3600);
    let run = |first: UnixMs, slots: u64| Run {
        first,
        last: first + Duration::from_secs(60 * 20),
        slots: Slots(slots),
    };
    // One wrote much and fell silent, the other wrote little and just now.
    let both = [
        (1, run(early, i64::MAX.cast_unsigned())),
        (2, run(late, 0b011_011)),
    ];
    let members = both.map(|(user, run)| MemberActivity {
        runs: vec![run],
        ..wrote(TEA, user, NEW_YEAR, 1)
    });
    count(&store, members.to_vec()).await;
    let now = late + Duration::from_secs(1800);
    let users = async |rules: &ScoreRules| {
        let lines = store.leaderboard(TEA, Board::Score, now, rules, 0, 9).await;
        let users: Vec<_> = lines.expect("read").iter().map(|line| line.user.0).collect();
        users
    };
    assert_eq!(users(&rules()).await, [1, 2]);
    let harsh = ScoreRules {
        fade: 1000,
        ..rules()
    };
    assert_eq!(store.rescore(TEA, &harsh).await.expect("written"), 2);
    assert_eq!(users(&harsh).await, [2], "the first has long faded");
    assert_eq!(store.rescore(TEA, &rules()).await.expect("written"), 2);
    assert_eq!(users(&rules()).await, [1, 2]);
    // More than are written at once.
    let many = (10..=2_200).map(|user| wrote(TEA, user, NEW_YEAR, 1)).collect();
    count(&store, many).await;
    assert_eq!(store.rescore(TEA, &rules()).await.expect("written"), 2_193);
}

pub(crate) async fn numbers_at_their_edges_are_kept(options: &StoreOptions) {
    let store = open(options).await;
    let last = MessageId(u64::MAX).created_at();
    let first = MessageId(0).created_at();
    let edges = [
        // A gain of 100 points, and what fades at once.
        ScoreRules {
            gain: Score::MAX,
            cooldown: Duration::from_secs(3600),
            grace: Duration::from_secs(600),
            fade: 1000,
        },
        // A fifth of a point, and what hardly fades at all.
        ScoreRules {
            gain: Score::tenths(2),
            cooldown: Duration::from_secs(10),
            grace: Duration::from_secs(7 * 86_400),
            fade: 1,
        },
    ];
    for (number, rules) in edges.into_iter().enumerate() {
        let (grace, cooldown) = (rules.grace_ms(), rules.cooldown_ms());
        let (middle, reach) = (1_790_000_000_000, 21 * cooldown);
        let times = [
            first.0,
            last.0,
            middle,
            middle + grace,
            middle + 2 * grace + 1,
            middle + grace + 1,
            middle + grace + 1 - reach,
            middle + grace + 1 - reach - cooldown,
            last.0 - grace,
            last.0 - grace - 1,
            last.0 - reach,
            last.0 - reach + cooldown,
        ];
        // Each member writes at two of the times, in both orders.
        let mut models = Vec::new();
        for one in times {
            for other in times {
                let user = UserId(u64::MAX - models.len() as u64);
                let guild = GuildId(u64::MAX - number as u64);
                let runs = [one, other].map(|at| Run::one(UnixMs(at), Weight::Double));
                for run in runs {
                    let members = vec![MemberActivity {
                        guild,
                        user,
                        days: vec![(Day::at(run.first, Zone::utc()), u32::MAX)],
                        runs: vec![run],
                        rules,
                    }];
                    count(&store, members).await;
                }
                models.push((guild, user, Meter::begin(&runs[0], &rules).plus(&runs[1], &rules)));
            }
        }
        for (guild, user, meter) in models {
            for now in [UnixMs(i64::MIN), UnixMs(0), last, UnixMs(i64::MAX)] {
                let today = Day::at(now, Zone::utc());
                let standing = store.standing(guild, user, now, today, &rules).await;
                let standing = standing.expect("read").expect("known");
                assert_eq!(standing.meter, meter);
                assert_eq!(standing.score, meter.at(now, &rules));
                assert_eq!(standing.total, 2 * u64::from(u32::MAX));
            }
        }
    }
    let guild = GuildId(u64::MAX);
    for day in [Day(i32::MIN), Day(i32::MAX)] {
        let mut member = wrote(guild, 7, NEW_YEAR, 1);
        member.days = vec![(day, 1)];
        count(&store, vec![member]).await;
        let standing = store.standing(guild, UserId(7), UnixMs(0), day, &rules()).await;
        assert_eq!(standing.expect("read").expect("known").streak, 1);
    }
    let whole = store.messages_by_day(guild, Day(i32::MIN)..=Day(i32::MAX)).await;
    let whole = whole.expect("read");
    let edge = |day: i32| DayTotal {
        day: Day(day),
        messages: 1,
        members: 1,
    };
    assert_eq!(
        (whole[0], whole[whole.len() - 1]),
        (edge(i32::MIN), edge(i32::MAX))
    );
    let none = store.messages_by_day(guild, Day(5)..=Day(4)).await.expect("read");
    assert_eq!(none, []);
    for board in [Board::Score, Board::Day(NEW_YEAR), Board::Month(Month(i32::MAX))] {
        for (skip, len_max) in [(u64::MAX, 10), (0, 0), (u64::MAX, usize::MAX)] {
            let lines = store
                .leaderboard(guild, board, UnixMs(0), &rules(), skip, len_max)
                .await;
            assert_eq!(lines.expect("read"), [], "{board:?}");
        }
    }
    let all = store
        .leaderboard(guild, Board::Score, UnixMs(0), &rules(), 0, usize::MAX)
        .await;
    let all = all.expect("read");
    let count = store
        .ranked_count(guild, Board::Score, UnixMs(0))
        .await
        .expect("read");
    assert_eq!(all.len() as u64, count);
    let users: HashSet<_> = all.iter().map(|line| line.user).collect();
    assert_eq!(users.len(), all.len());
    assert_eq!(store.fold_activity(Day(i32::MIN)).await.expect("written"), 0);
}

pub(crate) async fn batches_at_once_lose_nothing_in_whatever_order(options: &StoreOptions) {
    const TASKS: u64 = 6;
    const BATCHES: u64 = 8;
    let store = open(options).await;
    let minute = |n: u64| noon(NEW_YEAR) + Duration::from_secs(60 * n);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..BATCHES {
                    let mut members = Vec::new();
                    for guild in [TEA, CHESS] {
                        // All write to the first members, and each to some more.
                        for user in (1..=5).chain([100 + task]) {
                            // In one minute each, the later ones first for some.
                            let at = if task % 2 == 0 {
                                number
                            } else {
                                BATCHES - 1 - number
                            };
                            members.push(MemberActivity {
                                runs: vec![Run::one(minute(at), Weight::Normal)],
                                ..wrote(guild, user, NEW_YEAR, 1)
                            });
                        }
                    }
                    count(&store, members).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("every batch is committed");
    }
    let mut slots = Run::one(minute(0), Weight::Normal);
    for n in 1..BATCHES {
        assert!(slots.extend(minute(n), Weight::Normal, &rules()));
    }
    for guild in [TEA, CHESS] {
        for user in 1..=5 {
            let now = minute(BATCHES);
            let standing = store.standing(guild, UserId(user), now, NEW_YEAR, &rules()).await;
            let standing = standing.expect("read").expect("known");
            assert_eq!(standing.meter, Meter::begin(&slots, &rules()));
            assert_eq!(
                (standing.today, standing.total),
                (TASKS * BATCHES, TASKS * BATCHES)
            );
        }
        assert_eq!(sizes(&store, guild).await, (5 + TASKS, 5 + TASKS));
    }
}
