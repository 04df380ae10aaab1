use domain::effect::Effect;
use domain::id::GuildId;
use domain::settings::{Field, Patch};
use store::{Store, StoreOptions};

use super::words::*;

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
        choose(&store, TEA, Patch::new().set(field, text), 1).await;
    }
    assert_eq!(due(&store).await, [], "what was gained stays gained");
    let fade = choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0"), 1).await;
    let grace = choose(&store, CHESS, Patch::new().set(Field::ActivityGrace, "30"), 1).await;
    assert_eq!(due(&store).await, [(TEA, fade), (CHESS, grace)]);
    assert_eq!(store.rescores_due(1).await.expect("read"), [(TEA, fade)]);
    assert!(store.rescored(TEA, fade).await.expect("written"));
    assert!(!store.rescored(TEA, fade).await.expect("written"), "no news");
    assert_eq!(due(&store).await, [(CHESS, grace)]);
}

pub(crate) async fn rules_that_are_changed_again_meanwhile_are_followed_too(options: &StoreOptions) {
    let store = open(options).await;
    let first = choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0"), 1).await;
    let second = choose(&store, TEA, Patch::new().unset(Field::ActivityFade), 1).await;
    assert!(!store.rescored(TEA, first).await.expect("written"));
    assert_eq!(due(&store).await, [(TEA, second)]);
    // Read after a change that does not bear on it.
    assert!(store.rescored(TEA, second + 1).await.expect("written"));
    assert_eq!(due(&store).await, []);
}

pub(crate) async fn guild_whose_settings_are_erased_is_not_rescored(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None)]).await;
    choose(&store, TEA, Patch::new().set(Field::ActivityFade, "1.0"), 1).await;
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(store.erase_settings(at(2_000), 9).await.expect("written"), 1);
    assert_eq!(due(&store).await, []);
}
