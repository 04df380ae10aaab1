use domain::effect::Effect;
use domain::id::GuildId;
use domain::settings::{Field, Patch};
use store::upkeep::{self, InUse};
use store::{SettingsChange, SettingsOutcome, StoreOptions};

use super::words::*;

pub(crate) async fn database_is_looked_over_beside_whoever_uses_it(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, Some(1))]).await;
    let review = async || {
        let review = upkeep::review(&options.place).await.expect("readable");
        review.expect("it is there")
    };
    let used = review().await;
    assert_eq!(used.version, used.version_known);
    assert!(used.steps.is_empty() && used.damage.is_empty(), "{used:?}");
    assert_eq!(used.hindrance, None);
    assert!(used.size_bytes > 0);
    assert!(
        matches!(used.in_use, InUse::File(true) | InUse::Connections(1..)),
        "{used:?}"
    );
}

pub(crate) async fn guilds_that_chose_a_channel_come_first_and_removed_ones_not_at_all(
    options: &StoreOptions,
) {
    const GO: GuildId = GuildId(9 << 22);
    let store = open(options).await;
    commit(
        &store,
        vec![guild(TEA, Some(1)), guild(CHESS, Some(2)), guild(GO, None)],
    )
    .await;
    let change = SettingsChange {
        guild: CHESS,
        from_version: 1,
        patch: Patch::new().set(Field::WelcomeChannel, "77"),
        by: None,
        at: at(0),
    };
    let changed = store.change_settings(change).await.expect("written");
    assert!(matches!(changed, SettingsOutcome::Changed(..)), "{changed:?}");
    let known = async |only, len_max| {
        let known = upkeep::known_guilds(&options.place, only, len_max)
            .await
            .expect("readable");
        let ids: Vec<_> = known.guilds.iter().map(|known| known.facts.id).collect();
        (known.guilds, ids, known.total)
    };
    let (guilds, ids, total) = known(None, 2).await;
    assert_eq!((ids, total), (vec![CHESS, TEA], 3));
    let chosen = |n: usize| guilds[n].settings.get(Field::WelcomeChannel).map(str::to_owned);
    assert_eq!((chosen(0).as_deref(), chosen(1)), (Some("77"), None));
    assert_eq!(guilds[1].facts.system_channel, Some(HALL));
    commit(&store, vec![Effect::ForgetGuild(GO)]).await;
    assert_eq!(known(None, 9).await.1, [CHESS, TEA]);
    let (_, ids, total) = known(Some(TEA), 9).await;
    assert_eq!((ids, total), (vec![TEA], 1));
    assert_eq!(known(Some(GO), 9).await.2, 0);
}
