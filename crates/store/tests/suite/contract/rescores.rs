use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use store::{SettingsChange, SettingsOutcome, Store, StoreOptions};

use super::words::*;

/// Returns the version that it made.
async fn choose(store: &Store, id: GuildId, patch: Patch) -> u64 {
    let before = store.settings(id).await.expect("read");
    let change = SettingsChange {
        guild: id,
        from_version: before.map_or(0, |before| before.version),
        patch,
        by: Some(UserId(9)),
        at: at(1),
    };
    match store.change_settings(change).await.expect("written") {
        SettingsOutcome::Changed(stored, _) => stored.version,
        other => panic!("{other:?}"),
    }
}

async fn due(store: &Store) -> Vec<(GuildId, u64)> {
    store.rescores_due(9).await.expect("read")
}

pub(crate) async fn guild_is_rescored_after_a_change_that_bears_on_scores_and_no_other(
    options: &StoreOptions,
) {
    let store = open(options).await;
    for (field, text) in [
        (Field::ActivityGain, "2.0"),
        (Field::ActivityCooldown, "30"),
        (Field::Language, "ja"),
    ] {
        choose(&store, TEA, Patch::new().set(field, text)).await;
    }
    assert_eq!(due(&store).await, [], "what was gained stays gained");
    let fade = choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0")).await;
    let grace = choose(&store, CHESS, Patch::new().set(Field::ActivityGrace, "30")).await;
    assert_eq!(due(&store).await, [(TEA, fade), (CHESS, grace)]);
    assert_eq!(store.rescores_due(1).await.expect("read"), [(TEA, fade)]);
    assert!(store.rescored(TEA, fade).await.expect("written"));
    assert!(!store.rescored(TEA, fade).await.expect("written"), "no news");
    assert_eq!(due(&store).await, [(CHESS, grace)]);
}

pub(crate) async fn rules_that_are_changed_again_meanwhile_are_followed_too(options: &StoreOptions) {
    let store = open(options).await;
    let first = choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0")).await;
    let second = choose(&store, TEA, Patch::new().unset(Field::ActivityFade)).await;
    assert!(!store.rescored(TEA, first).await.expect("written"));
    assert_eq!(due(&store).await, [(TEA, second)]);
    // Read after a change that does not bear on it.
    assert!(store.rescored(TEA, second + 1).await.expect("written"));
    assert_eq!(due(&store).await, []);
}

pub(crate) async fn guild_whose_settings_are_erased_is_not_rescored(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None)]).await;
    choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0")).await;
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(store.erase_settings(at(2_000), 9).await.expect("written"), 1);
    assert_eq!(due(&store).await, []);
}
