//! Messages are noted first and counted later, and nobody who asks can tell.

use std::fs;
use std::path::{Path, PathBuf};

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::zone::Zone;
use rusqlite::Connection;
use store::upkeep;
use store::{Board, Import, ImportSource, ImportedMember, Place, Store, StoreOptions};

use super::{Fresh, fresh};
use crate::contract::words::*;

/// A member's message, `second` after the beginning.
pub(super) fn message(guild: GuildId, user: u64, second: u64) -> Effect {
    Effect::CountActivity(vec![wrote(guild, user, second)])
}

fn wrote(guild: GuildId, user: u64, second: u64) -> MemberActivity {
    MemberActivity {
        guild,
        user: UserId(user),
        days: vec![(today(), 1)],
        runs: vec![Run::one(at(second), Weight::Normal)],
        rules: ScoreRules::default(),
    }
}

fn today() -> Day {
    Day::at(at(0), Zone::utc())
}

/// How many messages of a member are known.
pub(super) async fn messages_of(store: &Store, guild: GuildId, user: u64) -> u64 {
    let standing = store
        .standing(guild, UserId(user), at(0), today(), &ScoreRules::default())
        .await
        .expect("read");
    standing.map_or(0, |standing| standing.total)
}

fn waiting(path: &Path) -> i64 {
    let db = Connection::open(path).expect("opens");
    db.query_row("SELECT count(*) FROM activity_journal", [], |row| row.get(0))
        .expect("read")
}

/// What a disk has of a store that is killed now.
fn copy(fresh: &Fresh, name: &str) -> PathBuf {
    let to = fresh.folder.path().join(name);
    for suffix in ["", "-wal"] {
        let with_suffix = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::copy(with_suffix(fresh.path()), with_suffix(&to)).expect("copied");
    }
    to
}

/// Writes messages of one member until the file of a store that is open has some of them in the journal; returns a copy of
/// it, and how many messages there were.
async fn copy_with_waiting_messages(fresh: &Fresh, store: &Store) -> (PathBuf, u64) {
    for count in 1.. {
        commit(store, vec![message(TEA, 1, 60 * count)]).await;
        let copy = copy(fresh, &format!("{count}.sqlite"));
        if waiting(&copy) > 0 {
            return (copy, count);
        }
    }
    unreachable!("counted without end")
}

#[tokio::test]
async fn messages_that_wait_when_the_process_dies_are_counted_when_the_next_one_begins() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    let (copy, count) = copy_with_waiting_messages(&fresh, &store).await;
    let after = open(&StoreOptions::at(&copy)).await;
    assert_eq!(waiting(&copy), 0);
    assert_eq!(messages_of(&after, TEA, 1).await, count);
    after.close().await;
    let again = open(&StoreOptions::at(&copy)).await;
    assert_eq!(messages_of(&again, TEA, 1).await, count);
    let standing = |store: Store| async move {
        let rules = ScoreRules::default();
        store
            .standing(TEA, UserId(1), at(60 * count), today(), &rules)
            .await
    };
    assert_eq!(
        standing(again).await.expect("read"),
        standing(store).await.expect("read"),
        "as in the store that lived"
    );
}

#[tokio::test]
async fn every_reading_knows_what_was_acknowledged_before_it() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    let (day, rules) = (today(), ScoreRules::default());
    for count in 1..=20 {
        let again = || async { commit(&store, vec![message(TEA, 1, 60 * count)]).await };
        let before = 6 * (count - 1);
        again().await;
        let standing = store.standing(TEA, UserId(1), at(0), day, &rules).await;
        assert_eq!(standing.expect("read").expect("known").today, before + 1);
        again().await;
        for (board, seen) in [(Board::Day(day), 2), (Board::Month(day.month()), 3)] {
            let lines = store
                .leaderboard(TEA, board, at(0), &rules, 0, 1)
                .await
                .expect("read");
            assert_eq!(lines[0].messages, before + seen);
            again().await;
        }
        let totals = store.messages_by_day(TEA, day..=day).await.expect("read");
        assert_eq!(totals[0].messages, before + 4);
        again().await;
        let record = store.member_activity(UserId(1)).await.expect("read");
        assert_eq!(record[0].days, [(day, before + 5)]);
        again().await;
        let place = store
            .place_on_board(TEA, UserId(1), Board::Day(day), at(0), &rules)
            .await;
        assert_eq!(place.expect("read").expect("known").messages, before + 6);
    }
    commit(&store, vec![message(TEA, 2, 0)]).await;
    let count = store.ranked_count(TEA, Board::Score, at(0)).await;
    assert_eq!(count.expect("read"), 2);
    commit(&store, vec![message(TEA, 3, 0)]).await;
    let scored = store.scored_members(TEA, UserId(0), 9, at(0), &rules).await;
    assert_eq!(scored.expect("read").len(), 3);
}

#[tokio::test]
async fn what_is_forgotten_is_forgotten_with_what_waited() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    for user in [1, 2] {
        for second in 0..9 {
            commit(&store, vec![message(TEA, user, second)]).await;
        }
    }
    assert!(store.reset_activity(TEA, UserId(1)).await.expect("written"));
    assert_eq!(messages_of(&store, TEA, 1).await, 0);
    let erased = store.erase_member(UserId(2)).await.expect("written");
    assert_eq!((erased.guilds, erased.days, erased.months), (1, 1, 1));
    assert_eq!(messages_of(&store, TEA, 2).await, 0);
    commit(&store, vec![message(TEA, 1, 0), message(TEA, 1, 1)]).await;
    let forgotten = store.fold_activity(today().plus(1)).await.expect("written");
    assert_eq!(forgotten, 1, "a member's day");
    commit(&store, vec![message(TEA, 1, 0)]).await;
    store.close().await;
    let again = open(fresh.options()).await;
    assert_eq!(messages_of(&again, TEA, 1).await, 3);
}

#[tokio::test]
async fn quiet_store_counts_what_waits_by_itself() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![message(TEA, 1, 0)]).await;
    while waiting(fresh.path()) > 0 {
        tokio::task::yield_now().await;
    }
    let db = Connection::open(fresh.path()).expect("opens");
    let messages: i64 = db
        .query_row("SELECT sum(messages) FROM activity_daily", [], |row| row.get(0))
        .expect("read");
    assert_eq!(messages, 1, "which another program sees");
}

#[tokio::test]
async fn file_with_damaged_rows_in_its_journal_opens_counts_all_others_and_tells() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    let (copy, count) = copy_with_waiting_messages(&fresh, &store).await;
    let db = Connection::open(&copy).expect("opens");
    // Before and behind the sound ones.
    db.execute_batch(
        "INSERT INTO activity_journal (seq, encoding, entries) VALUES (-7, 1, x'00'), (1000000, 7, x'0102030405')",
    )
    .expect("damaged");
    drop(db);
    let place = Place::File(copy.clone());
    for _ in 0..3 {
        let after = open(&StoreOptions::at(&copy)).await;
        assert_eq!(messages_of(&after, TEA, 1).await, count);
        assert_eq!(after.unreadable_activity().await.expect("read"), 2);
        commit(&after, vec![message(TEA, 2, 9)]).await;
        after.close().await;
        let review = upkeep::review(&place).await.expect("read").expect("it is there");
        assert_eq!(review.unreadable_activity, 2);
    }
    let after = open(&StoreOptions::at(&copy)).await;
    assert_eq!(
        upkeep::drop_unreadable(&place).await.expect("written"),
        2,
        "beside the bot"
    );
    assert_eq!(upkeep::drop_unreadable(&place).await.expect("written"), 0);
    assert_eq!(after.unreadable_activity().await.expect("read"), 0);
    assert_eq!(messages_of(&after, TEA, 2).await, 3);
}

#[tokio::test]
async fn journal_that_is_damaged_under_a_store_costs_the_damaged_rows_and_nothing_else() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    let db = Connection::open(fresh.path()).expect("opens");
    let (mut written, mut damaged) = (0, 0);
    while damaged == 0 {
        commit(&store, vec![message(TEA, 1, written)]).await;
        written += 1;
        damaged = db
            .execute("UPDATE activity_journal SET encoding = 7", [])
            .expect("written");
    }
    // A row for each message, since each was waited for.
    let known = written - damaged as u64;
    assert_eq!(messages_of(&store, TEA, 1).await, known, "and readings go on");
    assert_eq!(store.unreadable_activity().await.expect("read"), damaged as u64);
    commit(&store, vec![join(TEA, 1, 1), message(TEA, 1, 9)]).await;
    assert_eq!(member_count(&store, TEA).await, Some(6));
    assert_eq!(messages_of(&store, TEA, 1).await, known + 1);
    store.close().await;
    let again = open(fresh.options()).await;
    assert_eq!(messages_of(&again, TEA, 1).await, known + 1);
    assert_eq!(again.unreadable_activity().await.expect("read"), damaged as u64);
}

fn import(file: &str, points: i64) -> Import {
    Import {
        source: ImportSource::Roas,
        file_name: file.to_owned(),
        file_hash: file.to_owned(),
        at: at(900),
        members: vec![ImportedMember {
            guild: TEA,
            user: UserId(1),
            score: Score::points(points),
            last: at(0),
            days: vec![(today(), 3)],
        }],
        settings: Vec::new(),
    }
}

#[tokio::test]
async fn import_that_is_only_looked_at_knows_what_waits() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    let (copy, _) = copy_with_waiting_messages(&fresh, &store).await;
    let told = store::preview_import(&Place::File(copy.clone()), import("a", 50)).await;
    let told = told.expect("readable");
    assert_eq!((told.members_new, told.scores_raised), (0, 1));
    assert!(waiting(&copy) > 0, "nothing was changed");
    let after = open(&StoreOptions::at(&copy)).await;
    assert_eq!(after.import(import("a", 50)).await.expect("imported"), told);
}

#[tokio::test]
async fn taking_back_that_is_only_looked_at_knows_what_waits() {
    let fresh = fresh();
    let store = open(fresh.options()).await;
    store.import(import("a", 50)).await.expect("imported");
    let (copy, _) = copy_with_waiting_messages(&fresh, &store).await;
    let told = store::preview_undo(&Place::File(copy.clone())).await;
    let told = told.expect("readable").expect("there is one");
    assert_eq!(
        (told.restored, told.rebased),
        (0, 1),
        "who has written since keeps what that came to"
    );
    assert!(waiting(&copy) > 0, "nothing was changed");
    let after = open(&StoreOptions::at(&copy)).await;
    let undone = after.undo_import(at(2000), false).await;
    let undone = undone.expect("answered").expect("there is one");
    assert_eq!(
        (
            undone.restored,
            undone.rebased,
            undone.kept,
            undone.messages_removed
        ),
        (told.restored, told.rebased, told.kept, told.messages_removed)
    );
}
