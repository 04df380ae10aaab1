//! Whatever a database holds of a person is given to them and erased, or is known to stay and why.

use std::collections::BTreeSet;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::activity::score::Score;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{RoleId, UserId};
use domain::settings::{Field, Patch};
use domain::zone::Zone;
use store::{Import, ImportSource, ImportedMember, Outcome, SettingsChange, Store, StoreOptions};

use super::settings::{asked, change};
use super::words::*;

/// A column of a database, with a value that one of its rows has there, or none while the table is empty.
pub(crate) struct Cell {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) value: Option<String>,
}

/// What an export and an erasure do with a column that names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Exported, and erased.
    Erased,
    /// Exported, and it stays, as PRIVACY.md says.
    Stays,
    /// How far somebody has come with all members of a guild, gone when they are through: nothing of this one person.
    Position,
}

use Fate::{Erased, Position, Stays};

/// Every table of both databases, and its columns that name a person: an id, or what they are called and look like.
const TABLES: &[(&str, &[(&str, Fate)])] = &[
    ("activity_daily", &[("user_id", Erased)]),
    // Counted, so emptied, before anything is exported or erased.
    ("activity_journal", &[]),
    ("activity_meter", &[("user_id", Erased)]),
    ("activity_monthly", &[("user_id", Erased)]),
    ("activity_report", &[]),
    ("activity_report_schedule", &[]),
    ("activity_rescore", &[]),
    // Rows that nobody can read, so neither exported nor erased, as PRIVACY.md says; there is no such table without them.
    ("activity_unreadable", &[]),
    ("background_asset", &[]),
    ("config_audit", &[("by_user", Stays)]),
    ("droas_schema", &[]),
    ("droas_writer", &[]),
    ("gateway_session", &[]),
    ("guild", &[]),
    // The same as in the newest line of config_audit.
    ("guild_config", &[("updated_by", Stays)]),
    ("guild_thread", &[]),
    ("import", &[]),
    ("import_day", &[("user_id", Erased)]),
    ("import_meter", &[("user_id", Erased)]),
    ("import_setting", &[]),
    ("join_watch", &[]),
    ("leadership", &[]),
    ("level_role", &[("user_id", Stays)]),
    ("level_role_guild", &[]),
    ("missed_search", &[("after_user_id", Position)]),
    ("parked", &[]),
    ("shard_heard", &[]),
    (
        "welcome",
        &[
            ("user_id", Stays),
            ("username", Erased),
            ("global_name", Erased),
            ("nick", Erased),
            ("discriminator", Erased),
            ("avatar", Erased),
            ("guild_avatar", Erased),
        ],
    ),
];

/// Whether a column is named as one that holds a person's id would be.
fn sounds_like_a_person(column: &str) -> bool {
    ["user", "member_id", "author", "owner", "person", "nick", "avatar"]
        .iter()
        .any(|word| column.contains(word))
        || column.ends_with("_by")
        || column.starts_with("by_")
}

/// Nobody else's number: neither another id nor a count.
const SOMEBODY: UserId = UserId(987_654_321_012_345);
/// What they are called and look like.
const NAMES: [(&str, &str); 6] = [
    ("username", "somebody-name"),
    ("global_name", "somebody-global"),
    ("nick", "somebody-nick"),
    ("discriminator", "9876"),
    ("avatar", "somebody-avatar"),
    ("guild_avatar", "somebody-guild-avatar"),
];

/// `cells` reads the database with nothing of ours in between.
pub(crate) async fn what_names_a_person_is_exported_and_erased_or_known_to_stay(
    options: &StoreOptions,
    cells: impl AsyncFn() -> Vec<Cell>,
) {
    let store = open(options).await;
    fill(&store).await;
    assert!(is_exported(&store).await.iter().all(|(_, is_there)| *is_there));
    let before = cells().await;
    for cell in &before {
        let Some((_, known)) = TABLES.iter().find(|(table, _)| *table == cell.table) else {
            panic!(
                "the table {} is new: say here which of its columns name a person, and have them exported and erased",
                cell.table
            );
        };
        let is_known = known.iter().any(|(column, _)| *column == cell.column);
        assert!(
            is_known || !sounds_like_a_person(&cell.column),
            "does {}.{} name a person? Then it is to be exported and erased",
            cell.table,
            cell.column
        );
    }
    let with = |fates: &[Fate]| -> BTreeSet<(String, String)> {
        let all = TABLES.iter().flat_map(|(table, columns)| {
            let of = columns.iter().filter(|(_, fate)| fates.contains(fate));
            of.map(|(column, _)| ((*table).to_owned(), (*column).to_owned()))
        });
        all.collect()
    };
    assert_eq!(
        naming(&before),
        with(&[Erased, Stays]),
        "all of it is filled, and nothing else"
    );

    store.erase_member(SOMEBODY).await.expect("written");
    assert_eq!(naming(&cells().await), with(&[Stays]));
    let left: Vec<_> = is_exported(&store)
        .await
        .into_iter()
        .filter_map(|(part, is_there)| is_there.then_some(part))
        .collect();
    assert_eq!(
        left,
        ["welcomes", "roles", "changes"],
        "what stays can be exported again"
    );
}

/// The columns in which somebody is named.
fn naming(cells: &[Cell]) -> BTreeSet<(String, String)> {
    let names_them = |cell: &&Cell| {
        let value = cell.value.as_deref().unwrap_or_default();
        value == SOMEBODY.to_string()
            || NAMES
                .iter()
                .any(|(column, name)| value.contains(name) && (name.len() > 4 || *column == cell.column))
    };
    let found = cells.iter().filter(names_them);
    found
        .map(|cell| (cell.table.clone(), cell.column.clone()))
        .collect()
}

/// The parts of an export, and whether there is something in them.
async fn is_exported(store: &Store) -> [(&'static str, bool); 5] {
    let activity = store.member_activity(SOMEBODY).await.expect("read");
    let is_whole = activity
        .iter()
        .any(|record| !record.days.is_empty() && !record.months.is_empty());
    let imports = store.imports_of(SOMEBODY).await.expect("read");
    let has_days = imports.iter().any(|import| !import.days.is_empty());
    [
        ("activity", is_whole),
        ("imports", has_days),
        (
            "welcomes",
            !store.welcomes_of(SOMEBODY).await.expect("read").is_empty(),
        ),
        ("roles", !store.roles_of(SOMEBODY).await.expect("read").is_empty()),
        (
            "changes",
            !store
                .changes_by(SOMEBODY, None, 1)
                .await
                .expect("read")
                .is_empty(),
        ),
    ]
}

/// Stores something of somebody wherever something of a person can be stored, and of another one too.
async fn fill(store: &Store) {
    let mut somebody = member(SOMEBODY.0);
    let [username, global_name, nick, _, avatar, guild_avatar] = NAMES.map(|(_, name)| name.to_owned());
    somebody.username = username;
    somebody.discriminator = 9876;
    (somebody.global_name, somebody.nick) = (Some(global_name), Some(nick));
    (somebody.avatar, somebody.guild_avatar) = (Some(avatar), Some(guild_avatar));
    let mut joined = episode(TEA, SOMEBODY.0, 1);
    joined.member = somebody;
    let id = joined.id;
    let today = Day::at(at(0), Zone::utc());
    let wrote = |user| MemberActivity {
        guild: TEA,
        user,
        days: vec![(today, 2)],
        runs: vec![Run::one(at(0), Weight::Normal)],
        rules: ScoreRules::default(),
    };
    let effects = vec![
        guild(TEA, Some(5)),
        Effect::BeginEpisode(joined),
        join(TEA, 2, 1),
        Effect::CountActivity(vec![wrote(SOMEBODY), wrote(UserId(2))]),
    ];
    commit(store, effects).await;
    attempt(store, id, 9).await.expect("taken");
    let sent = Outcome::Sent {
        message: Some(POST),
        channel: HALL,
        at: at(10),
    };
    store.settle(id, sent).await.expect("written");
    let import = Import {
        source: ImportSource::Roas,
        file_name: "old.db".to_owned(),
        file_hash: "old".to_owned(),
        at: at(900),
        members: vec![ImportedMember {
            guild: TEA,
            user: SOMEBODY,
            score: Score::points(90),
            last: at(0),
            days: vec![(today, 3)],
        }],
        settings: Vec::new(),
    };
    store.import(import).await.expect("imported");
    store
        .begin_role(TEA, SOMEBODY, RoleId(501), at(20))
        .await
        .expect("written");
    let before = store
        .settings(TEA)
        .await
        .expect("read")
        .expect("the guild is known");
    let patch = Patch::new().set(Field::CardTitle, "Hi");
    let theirs = SettingsChange {
        by: Some(SOMEBODY),
        ..asked(TEA, before.version, patch)
    };
    change(store, theirs).await;
}
