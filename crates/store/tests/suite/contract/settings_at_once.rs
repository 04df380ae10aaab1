//! Many changes at once.

use std::collections::HashMap;

use domain::id::{GuildId, UserId};
use domain::settings::{AuditEntry, Field, Patch};
use store::{SettingsChange, SettingsOutcome, Store, StoreOptions};
use tokio::task::JoinSet;

use super::settings::{asked, change};
use super::words::*;

const CHANGES: u64 = 1_000;

/// The fields that the changes set, each task another value.
const FIELDS: [Field; 3] = [Field::WelcomeChannel, Field::FarewellChannel, Field::CardTitle];

/// A task's change: its own number into one of the fields.
fn number(guild: GuildId, from_version: u64, task: u64) -> SettingsChange {
    let field = FIELDS[usize::try_from(task).expect("small") % FIELDS.len()];
    SettingsChange {
        by: Some(UserId(task)),
        ..asked(
            guild,
            from_version,
            Patch::new().set(field, (task + 1).to_string()),
        )
    }
}

/// Asks until the change is made, each time from the version that the refusal told. Returns the version that it made.
async fn insist(store: &Store, guild: GuildId, task: u64) -> u64 {
    let mut from_version = 0;
    loop {
        match change(store, number(guild, from_version, task)).await {
            SettingsOutcome::Changed(after, _) => return after.version,
            SettingsOutcome::Stale { current, .. } => from_version = current.version,
            other => panic!("{other:?}"),
        }
    }
}

/// Checks that a guild's history is that of changes made one after the other, each from the one before, and that what is
/// stored is where it leads.
async fn assert_history_is_whole(store: &Store, guild: GuildId, tasks: u64) {
    let mut lines = Vec::<AuditEntry>::new();
    loop {
        let page = store
            .audit(guild, lines.last().map(|line| line.id), 300)
            .await
            .expect("read");
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    lines.reverse();
    let versions: Vec<_> = lines.iter().map(|line| line.version).collect();
    assert_eq!(
        versions,
        (1..=tasks).collect::<Vec<_>>(),
        "no gap and no version twice"
    );
    let mut texts = HashMap::new();
    for line in &lines {
        assert_eq!(
            line.change.before,
            texts.get(&line.change.field).cloned(),
            "a change was lost before {line:?}"
        );
        let by = line.by.expect("a task").0;
        assert_eq!(line.change.after, Some((by + 1).to_string()));
        texts.insert(line.change.field, (by + 1).to_string());
    }
    let stored = store.settings(guild).await.expect("read").expect("stored");
    assert_eq!(stored.version, tasks);
    for (field, text) in texts {
        assert_eq!(stored.settings.get(field), Some(&*text));
    }
}

/// A thousand tasks that want the same guild's settings, ten at a time: each is refused until its turn comes.
pub(crate) async fn changes_of_one_guild_at_once_lose_nothing(options: &StoreOptions) {
    let store = open(options).await;
    let mut running = JoinSet::new();
    for first in 0..10 {
        let store = store.clone();
        running.spawn(async move {
            let mut versions = Vec::new();
            for task in (first..CHANGES).step_by(10) {
                versions.push(insist(&store, TEA, task).await);
            }
            versions
        });
    }
    let mut versions: Vec<_> = running.join_all().await.into_iter().flatten().collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=CHANGES).collect::<Vec<_>>());
    assert_history_is_whole(&store, TEA, CHANGES).await;

    // All from the same version: one of them wins.
    let mut running = JoinSet::new();
    for task in 0..CHANGES {
        let store = store.clone();
        running.spawn(async move { change(&store, number(TEA, CHANGES, task + CHANGES)).await });
    }
    let outcomes = running.join_all().await;
    let won = |outcome: &&SettingsOutcome| matches!(outcome, SettingsOutcome::Changed(..));
    assert_eq!(outcomes.iter().filter(won).count(), 1);
    let refused = |outcome: &&SettingsOutcome| {
        matches!(outcome, SettingsOutcome::Stale { current, since }
            if current.version == CHANGES + 1 && since.len() == 1)
    };
    assert_eq!(
        outcomes.iter().filter(refused).count() as u64,
        CHANGES - 1,
        "each other is told whose change it was"
    );
    assert_history_is_whole(&store, TEA, CHANGES + 1).await;
}

pub(crate) async fn changes_of_many_guilds_at_once_are_all_stored(options: &StoreOptions) {
    const GUILDS: u64 = 100;
    let store = open(options).await;
    let mut running = JoinSet::new();
    for task in 0..CHANGES {
        let store = store.clone();
        running.spawn(async move { insist(&store, GuildId(task % GUILDS + 1), task).await });
    }
    assert_eq!(running.join_all().await.len() as u64, CHANGES);
    for guild in 1..=GUILDS {
        assert_history_is_whole(&store, GuildId(guild), CHANGES / GUILDS).await;
    }
}
