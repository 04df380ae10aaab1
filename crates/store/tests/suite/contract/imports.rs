use std::time::Duration;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use domain::zone::Zone;
use store::{Import, ImportSource, Imported, ImportedMember, MemberRecord, Store, StoreOptions, Undone};

use super::settings::{asked, change};
use super::words::*;

const ANNA: UserId = UserId(11);
const BEN: UserId = UserId(12);

fn day(seconds: u64) -> Day {
    Day::at(at(seconds), Zone::utc())
}

fn member(guild: GuildId, user: UserId, points: i64, seconds: u64, messages: &[u64]) -> ImportedMember {
    let days = (0..)
        .zip(messages)
        .map(|(days, count)| (day(seconds).plus(-days), *count));
    ImportedMember {
        guild,
        user,
        score: Score::points(points),
        last: at(seconds),
        days: days.collect(),
    }
}

fn import(file: &str, members: Vec<ImportedMember>) -> Import {
    Import {
        source: ImportSource::Roas,
        file_name: format!("{file}.db"),
        file_hash: file.to_owned(),
        at: at(900),
        members,
        settings: Vec::new(),
    }
}

async fn bring(store: &Store, import: Import) -> Imported {
    store.import(import).await.expect("imported")
}

async fn undo(store: &Store) -> Undone {
    let undone = store.undo_import(at(2000), false).await.expect("answered");
    undone.expect("there is an import")
}

/// A message of a member, as the shard loop counts it.
async fn message(store: &Store, guild: GuildId, user: UserId, seconds: u64) {
    let member = MemberActivity {
        guild,
        user,
        days: vec![(day(seconds), 1)],
        runs: vec![Run::one(at(seconds), Weight::Normal)],
        rules: ScoreRules::default(),
    };
    commit(store, vec![Effect::CountActivity(vec![member])]).await;
}

/// All that is stored of both members.
async fn known(store: &Store) -> Vec<MemberRecord> {
    let mut known = store.member_activity(ANNA).await.expect("read");
    known.extend(store.member_activity(BEN).await.expect("read"));
    known
}

async fn points(store: &Store, guild: GuildId, user: UserId, seconds: u64) -> String {
    let standing = store
        .standing(guild, user, at(seconds), day(seconds), &ScoreRules::default())
        .await
        .expect("read");
    standing.expect("known").score.to_string()
}

pub(crate) async fn imported_score_fades_from_its_last_message_and_days_are_in_their_months(
    options: &StoreOptions,
) {
    let store = open(options).await;
    let told = bring(&store, import("a", vec![member(TEA, ANNA, 50, 0, &[3, 40])])).await;
    assert_eq!((told.members_new, told.messages_added), (1, 43));
    assert_eq!(told.guilds_unknown, [TEA], "nobody told of it yet");
    commit(&store, vec![guild(TEA, None)]).await;
    let again = store::preview_import(&options.place, import("b", vec![member(TEA, ANNA, 50, 0, &[])])).await;
    assert_eq!(again.expect("told").guilds_unknown, []);
    // An hour of grace, then two points an hour.
    assert_eq!(points(&store, TEA, ANNA, 3600).await, "50.0");
    assert_eq!(points(&store, TEA, ANNA, 3 * 3600).await, "46.0");
    let record = &known(&store).await[0];
    assert_eq!(record.days, [(day(0).plus(-1), 40), (day(0), 3)]);
    assert_eq!(record.months.iter().map(|(_, count)| count).sum::<u64>(), 43);
    let board = store
        .leaderboard(TEA, store::Board::Score, at(10), &ScoreRules::default(), 0, 9)
        .await
        .expect("read");
    assert_eq!((board.len(), board[0].user), (1, ANNA));
}

pub(crate) async fn same_file_again_changes_nothing_and_a_later_one_adds_what_is_new(options: &StoreOptions) {
    let store = open(options).await;
    bring(&store, import("a", vec![member(TEA, ANNA, 50, 0, &[3, 40])])).await;
    let before = known(&store).await;
    let told = bring(&store, import("a", vec![member(TEA, ANNA, 50, 0, &[3, 40])])).await;
    assert_eq!((told.already_at, told.messages_added), (Some(at(900)), 0));
    let told = bring(&store, import("b", vec![member(TEA, ANNA, 50, 0, &[3, 40])])).await;
    assert_eq!(
        (told.scores_kept, told.messages_added, told.messages_known),
        (1, 0, 43)
    );
    assert_eq!(known(&store).await, before);
    let told = bring(&store, import("c", vec![member(TEA, ANNA, 60, 7200, &[5, 40])])).await;
    assert_eq!((told.scores_raised, told.messages_added), (1, 2));
    assert_eq!(known(&store).await[0].days, [(day(0).plus(-1), 40), (day(0), 5)]);
}

pub(crate) async fn who_has_a_score_here_keeps_the_larger_at_the_same_moment(options: &StoreOptions) {
    let store = open(options).await;
    for minute in 0..4 {
        message(&store, TEA, ANNA, minute * 60).await;
        message(&store, TEA, BEN, minute * 60).await;
    }
    assert_eq!(points(&store, TEA, ANNA, 180).await, "20.0");
    // A day earlier there were 60 points, of which 14.1 are left; 90 leave 44.1.
    let yesterday = |user, points| ImportedMember {
        last: UnixMs(at(0).0 - 86_400_000),
        ..member(TEA, user, points, 0, &[])
    };
    let told = bring(&store, import("a", vec![yesterday(ANNA, 60), yesterday(BEN, 90)])).await;
    assert_eq!((told.scores_kept, told.scores_raised), (1, 1));
    assert_eq!(points(&store, TEA, ANNA, 180).await, "20.0");
    assert_eq!(points(&store, TEA, BEN, 180).await, "43.9");
    // The minute of the last message has gained already.
    message(&store, TEA, BEN, 185).await;
    assert_eq!(points(&store, TEA, BEN, 185).await, "43.9");
    message(&store, TEA, BEN, 240).await;
    assert_eq!(points(&store, TEA, BEN, 240).await, "48.9");
}

pub(crate) async fn undo_brings_back_what_was_there(options: &StoreOptions) {
    let store = open(options).await;
    message(&store, TEA, ANNA, 0).await;
    let before = known(&store).await;
    let members = vec![
        member(TEA, ANNA, 90, 7200, &[3, 40]),
        member(TEA, BEN, 10, 60, &[1]),
        member(CHESS, ANNA, 0, 60, &[7]),
    ];
    bring(&store, import("a", members)).await;
    bring(&store, import("b", vec![member(TEA, BEN, 30, 7200, &[6])])).await;
    assert_eq!(undo(&store).await.messages_removed, 5);
    let told = undo(&store).await;
    assert_eq!((told.restored, told.messages_removed, told.done), (3, 51, true));
    assert_eq!(known(&store).await, before);
    let none = store.undo_import(at(2000), true).await.expect("answered");
    assert_eq!(none, None);
    let told = bring(&store, import("a", vec![member(TEA, BEN, 10, 60, &[1])])).await;
    assert_eq!(
        (told.already_at, told.members_new),
        (None, 1),
        "what was undone can be done again"
    );
}

pub(crate) async fn undo_keeps_messages_that_were_counted_since(options: &StoreOptions) {
    let store = open(options).await;
    bring(&store, import("a", vec![member(TEA, ANNA, 50, 0, &[3])])).await;
    for minute in 200..203 {
        message(&store, TEA, ANNA, minute * 60).await;
    }
    // A message that came in late is in the counts alone.
    bring(&store, import("b", vec![member(TEA, BEN, 50, 20_000, &[])])).await;
    message(&store, TEA, BEN, 60).await;
    undo(&store).await;
    let told = undo(&store).await;
    assert_eq!((told.restored, told.rebased, told.messages_removed), (0, 1, 3));
    let [anna, ben] = &known(&store).await[..] else {
        panic!("both have messages");
    };
    assert_eq!((&anna.days, anna.months[0].1), (&vec![(day(12_000), 3)], 3));
    assert_eq!(points(&store, TEA, ANNA, 202 * 60).await, "15.0");
    assert_eq!((ben.days.len(), ben.months[0].1), (1, 1));
    assert_eq!(points(&store, TEA, BEN, 20_000).await, "0.0");
    // As if there had been no import.
    store.reset_activity(CHESS, ANNA).await.expect("reset");
    for minute in 200..203 {
        message(&store, CHESS, ANNA, minute * 60).await;
    }
    let known = known(&store).await;
    let of = |guild| {
        known
            .iter()
            .find(|record| record.guild == guild)
            .expect("known")
            .meter
    };
    assert_eq!(of(TEA), of(CHESS));
}

pub(crate) async fn undo_that_cannot_be_exact_is_refused_unless_it_is_allowed(options: &StoreOptions) {
    let store = open(options).await;
    bring(
        &store,
        import(
            "a",
            vec![member(TEA, ANNA, 90, 0, &[3]), member(TEA, BEN, 90, 0, &[2])],
        ),
    )
    .await;
    // Two bursts with a silence between: what the first one came to is one number.
    message(&store, TEA, ANNA, 2 * 3600).await;
    message(&store, TEA, ANNA, 4 * 3600).await;
    let before = known(&store).await;
    let told = undo(&store).await;
    assert_eq!((told.done, told.kept), (false, vec![(TEA, ANNA)]));
    assert_eq!(known(&store).await, before);
    let score = points(&store, TEA, ANNA, 4 * 3600).await;
    let told = store
        .undo_import(at(2000), true)
        .await
        .expect("answered")
        .expect("one");
    assert_eq!((told.done, told.restored, told.messages_removed), (true, 1, 5));
    assert_eq!(points(&store, TEA, ANNA, 4 * 3600).await, score);
    let known = known(&store).await;
    assert_eq!((known.len(), known[0].months[0].1), (1, 2));
}

pub(crate) async fn what_is_erased_of_a_member_is_not_taken_back_again(options: &StoreOptions) {
    let store = open(options).await;
    bring(
        &store,
        import(
            "a",
            vec![member(TEA, ANNA, 50, 0, &[30]), member(TEA, BEN, 50, 0, &[9])],
        ),
    )
    .await;
    assert!(store.reset_activity(TEA, ANNA).await.expect("reset"));
    store.erase_member(BEN).await.expect("erased");
    for seconds in 0..40 {
        message(&store, TEA, ANNA, 10 + seconds).await;
    }
    let before = known(&store).await;
    let told = undo(&store).await;
    assert_eq!((told.restored, told.messages_removed, told.done), (0, 0, true));
    assert_eq!(known(&store).await, before);
}

pub(crate) async fn imported_settings_are_those_that_nobody_chose_with_a_line_in_the_history(
    options: &StoreOptions,
) {
    let store = open(options).await;
    let mut news = store.settings_changes();
    change(
        &store,
        asked(TEA, 0, Patch::new().set(Field::WelcomeChannel, "5")),
    )
    .await;
    news.next().await;
    let settings = |guild: GuildId| {
        [
            (Field::WelcomeChannel, "7"),
            (Field::WelcomeTexts, "Hi {mention}"),
            (Field::CardTitle, "Hi"),
        ]
        .map(|(field, text)| (guild, field, text.to_owned()))
    };
    let told = bring(
        &store,
        Import {
            settings: [settings(TEA), settings(CHESS)].concat(),
            ..import("a", Vec::new())
        },
    )
    .await;
    assert_eq!(told.settings_kept, [(TEA, Field::WelcomeChannel)]);
    assert_eq!(told.settings_set.len(), 5);
    let stored = store.settings(TEA).await.expect("read").expect("stored");
    assert_eq!(stored.settings.get(Field::WelcomeChannel), Some("5"));
    assert_eq!(stored.settings.get(Field::WelcomeTexts), Some("Hi {mention}"));
    let audit = store.audit(TEA, None, 9).await.expect("read");
    assert_eq!((audit.len(), audit[0].by, audit[0].at), (3, None, at(900)));
    for version in [2, 1] {
        let heard = tokio::time::timeout(Duration::from_secs(30), news.next()).await;
        let store::SettingsNews::Changed { version: told, .. } = heard.expect("it is told") else {
            panic!("nothing was missed");
        };
        assert_eq!(told, version);
    }

    change(&store, asked(TEA, 2, Patch::new().set(Field::CardTitle, "Hello"))).await;
    let told = undo(&store).await;
    assert_eq!(told.settings_kept, [(TEA, Field::CardTitle)]);
    assert_eq!(told.settings_unset.len(), 4);
    let stored = store.settings(TEA).await.expect("read").expect("stored");
    let left: Vec<_> = stored.settings.entries().collect();
    assert_eq!(left, [(Field::WelcomeChannel, "5"), (Field::CardTitle, "Hello")]);
    let stored = store.settings(CHESS).await.expect("read").expect("stored");
    assert_eq!(stored.settings.entries().count(), 0);
}

pub(crate) async fn preview_tells_what_would_be_done_and_does_nothing(options: &StoreOptions) {
    let members = || vec![member(TEA, ANNA, 50, 0, &[3])];
    let preview = async || {
        store::preview_import(&options.place, import("a", members()))
            .await
            .expect("told")
    };
    assert_eq!(preview().await.members_new, 1, "before there is anything");
    let store = open(options).await;
    message(&store, TEA, ANNA, 0).await;
    let before = known(&store).await;
    let told = preview().await;
    assert_eq!((told.scores_raised, told.messages_added), (1, 3));
    assert_eq!(known(&store).await, before);
    assert_eq!(store::preview_undo(&options.place).await.expect("told"), None);
    assert_eq!(bring(&store, import("a", members())).await, told);
    let after = known(&store).await;
    let undo = store::preview_undo(&options.place)
        .await
        .expect("told")
        .expect("one");
    assert_eq!((undo.restored, undo.messages_removed, undo.done), (1, 3, false));
    assert_eq!(known(&store).await, after);
    let records = store::import_records(&options.place).await.expect("read");
    assert_eq!((records.len(), &records[0].file_name[..]), (1, "a.db"));
}
