use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::effect::Effect;
use domain::id::UserId;
use domain::zone::Zone;
use store::{Board, StoreOptions};

use super::words::*;

pub(crate) async fn welcomes_of_a_person_come_from_all_guilds_newest_first(options: &StoreOptions) {
    let store = open(options).await;
    let joins = vec![
        join(TEA, 2, 20),
        join(TEA, 1, 10),
        join(CHESS, 1, 40),
        join(CHESS, 3, 30),
    ];
    commit(&store, joins).await;
    commit(&store, vec![leave(TEA, 1), join(TEA, 1, 5_000)]).await;
    let welcomes = store.welcomes_of(UserId(1)).await.expect("read");
    let told: Vec<_> = welcomes.iter().map(|one| (one.guild, one.joined_at)).collect();
    assert_eq!(told, [(TEA, at(5_000)), (CHESS, at(40)), (TEA, at(10))]);
    assert!(welcomes.iter().all(|one| one.member.id == UserId(1)));
    assert_eq!(store.welcomes_of(UserId(9)).await.expect("read"), []);
}

pub(crate) async fn place_on_a_board_is_that_of_its_line(options: &StoreOptions) {
    let store = open(options).await;
    let rules = ScoreRules::default();
    let today = Day::at(at(0), Zone::utc());
    // Three are level, and the smallest of ids and the largest too.
    let counts = [9, 7, 7, 7, 2, 1];
    let users = [u64::MAX, 5, 4, 3, 2, 0].map(UserId);
    let wrote = |(user, count): (UserId, u32)| MemberActivity {
        guild: TEA,
        user,
        days: vec![(today, count)],
        runs: (0..count)
            .map(|minute| Run::one(at(u64::from(minute) * 60), Weight::Normal))
            .collect(),
        rules,
    };
    let members = users.into_iter().zip(counts).map(wrote).collect();
    commit(&store, vec![Effect::CountActivity(members)]).await;
    let now = at(1000);
    for board in [Board::Score, Board::Day(today), Board::Month(today.month())] {
        let lines = store
            .leaderboard(TEA, board, now, &rules, 0, 10)
            .await
            .expect("read");
        assert_eq!(lines.len(), users.len(), "{board:?}");
        for line in lines {
            let place = store.place_on_board(TEA, line.user, board, now, &rules).await;
            assert_eq!(place.expect("read"), Some(line), "{board:?}");
        }
        for (guild, user) in [(TEA, UserId(77)), (CHESS, users[0])] {
            let place = store.place_on_board(guild, user, board, now, &rules).await;
            assert_eq!(place.expect("read"), None, "{board:?}");
        }
    }
    let much_later = at(100 * 3600);
    let faded = store
        .place_on_board(TEA, users[0], Board::Score, much_later, &rules)
        .await;
    assert_eq!(faded.expect("read"), None);
    let other_day = store
        .place_on_board(TEA, users[0], Board::Day(today.plus(1)), now, &rules)
        .await;
    assert_eq!(other_day.expect("read"), None);
}
