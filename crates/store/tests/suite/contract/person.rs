use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, RoleId, UserId};
use domain::settings::{Field, Patch};
use domain::zone::Zone;
use store::{Board, GivenState, Import, ImportSource, ImportedMember, SettingsChange, StoreOptions};

use super::settings::{ADMIN, asked, change};
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

pub(crate) async fn changes_that_a_person_made_come_from_all_guilds_newest_first_and_in_pages(
    options: &StoreOptions,
) {
    let store = open(options).await;
    let both = Patch::new()
        .set(Field::CardTitle, "Hi")
        .set(Field::WelcomeChannel, "42");
    change(&store, asked(TEA, 0, both)).await;
    change(&store, asked(CHESS, 0, Patch::new().set(Field::CardTitle, "Ho"))).await;
    let by = |by| SettingsChange {
        by,
        ..asked(TEA, 1, Patch::new().set(Field::CardTitle, "Ha"))
    };
    change(&store, by(Some(UserId(901)))).await;
    let by_the_bot = SettingsChange {
        from_version: 2,
        patch: Patch::new().set(Field::CardTitle, "He"),
        ..by(None)
    };
    change(&store, by_the_bot).await;
    let back = asked(TEA, 3, Patch::new().unset(Field::CardTitle));
    change(&store, back).await;

    let all = store.changes_by(ADMIN, None, 100).await.expect("read");
    let told: Vec<_> = all
        .iter()
        .map(|line| {
            (
                line.guild,
                line.version,
                line.before.as_deref(),
                line.after.as_deref(),
            )
        })
        .collect();
    let mut oldest = told[2..].to_vec();
    oldest.sort_unstable_by_key(|line| line.3);
    assert_eq!(
        (&told[..2], &oldest[..]),
        (
            &[(TEA, 4, Some("He"), None), (CHESS, 1, None, Some("Ho"))][..],
            &[(TEA, 1, None, Some("42")), (TEA, 1, None, Some("Hi"))][..]
        )
    );
    assert_eq!(
        (all[1].field.as_str(), all[1].at),
        (Field::CardTitle.name(), at(500))
    );
    let mut pages = store.changes_by(ADMIN, None, 3).await.expect("read");
    let rest = store.changes_by(ADMIN, Some(pages[2].id), 3).await.expect("read");
    pages.extend(rest);
    assert_eq!(pages, all);
    assert_eq!(
        store.changes_by(ADMIN, Some(all[3].id), 3).await.expect("read"),
        []
    );
    assert_eq!(store.changes_by(UserId(77), None, 3).await.expect("read"), []);
}

pub(crate) async fn roles_and_imports_of_a_person_come_from_all_guilds(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(5)), guild(CHESS, Some(5))]).await;
    let (own, other) = (UserId(u64::MAX), UserId(2));
    for (guild, user, role) in [(TEA, own, 501), (CHESS, own, 502), (TEA, other, 501)] {
        let begun = store.begin_role(guild, user, RoleId(role), at(20)).await;
        begun.expect("written");
    }
    let roles = store.roles_of(own).await.expect("read");
    let told: Vec<_> = roles
        .iter()
        .map(|(guild, given)| (*guild, given.user, given.role, given.state, given.at))
        .collect();
    let giving = |guild: GuildId, role| (guild, own, RoleId(role), GivenState::Giving, at(20));
    assert_eq!(told, [giving(TEA, 501), giving(CHESS, 502)]);

    let today = Day::at(at(0), Zone::utc());
    let imported = |file: &str, members: &[(GuildId, UserId, i64)]| Import {
        source: ImportSource::Roas,
        file_name: format!("{file}.db"),
        file_hash: file.to_owned(),
        at: at(900),
        members: members
            .iter()
            .map(|&(guild, user, points)| ImportedMember {
                guild,
                user,
                score: Score::points(points),
                last: at(0),
                days: vec![(today, points.unsigned_abs()), (today.plus(-1), 1)],
            })
            .collect(),
        settings: Vec::new(),
    };
    let first = imported("a", &[(TEA, own, 30), (TEA, other, 40), (CHESS, own, 50)]);
    store.import(first).await.expect("imported");
    store
        .import(imported("b", &[(TEA, own, 60)]))
        .await
        .expect("imported");
    let known = store.imports_of(own).await.expect("read");
    let told: Vec<_> = known
        .iter()
        .map(|one| {
            (
                one.guild,
                one.before.map(|meter| meter.base),
                one.written.base,
                &one.days[..],
            )
        })
        .collect();
    let points = Score::points;
    assert_eq!(
        told,
        [
            (TEA, None, points(30), &[(today.plus(-1), 1), (today, 30)][..]),
            (TEA, Some(points(30)), points(60), &[(today, 30)][..]),
            (CHESS, None, points(50), &[(today.plus(-1), 1), (today, 50)][..]),
        ]
    );
    assert!(known.iter().all(|one| one.source == "roas" && one.at == at(900)));
    assert!(known[0].import < known[1].import && known[0].import == known[2].import);
    store.undo_import(at(2000), false).await.expect("taken back");
    assert_eq!(store.imports_of(own).await.expect("read").len(), 2);
    store.erase_member(own).await.expect("written");
    assert_eq!(store.imports_of(own).await.expect("read"), []);
    assert_eq!(store.imports_of(other).await.expect("read").len(), 1);
}
