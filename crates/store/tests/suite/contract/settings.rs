use domain::id::{ChannelId, GuildId, UserId};
use domain::language::Language;
use domain::settings::{AuditEntry, Field, FieldChange, Patch, SettingError, StoredSettings};
use store::{Asset, AssetDeletion, SettingsChange, SettingsNews, SettingsOutcome, Store, StoreOptions};

use super::words::*;

pub(crate) const ADMIN: UserId = UserId(900);

pub(crate) fn asked(guild: GuildId, from_version: u64, patch: Patch) -> SettingsChange {
    SettingsChange {
        guild,
        from_version,
        patch,
        by: Some(ADMIN),
        at: at(500),
    }
}

pub(crate) async fn change(store: &Store, asked: SettingsChange) -> SettingsOutcome {
    store.change_settings(asked).await.expect("the database is well")
}

async fn changed(store: &Store, asked: SettingsChange) -> StoredSettings {
    match change(store, asked).await {
        SettingsOutcome::Changed(after, _) => after,
        other => panic!("{other:?}"),
    }
}

async fn stored(store: &Store, guild: GuildId) -> Option<StoredSettings> {
    store.settings(guild).await.expect("read")
}

async fn audit(store: &Store, guild: GuildId) -> Vec<AuditEntry> {
    store.audit(guild, None, 100).await.expect("read")
}

fn asset(digit: char, seconds: u64) -> Asset {
    Asset {
        hash: digit.to_string().repeat(64),
        media_type: "image/png".to_owned(),
        size_bytes: 5_000_000_000,
        width_px: 1024,
        height_px: 512,
        created_at: at(seconds),
    }
}

pub(crate) async fn change_is_stored_with_a_line_for_each_field(options: &StoreOptions) {
    let store = open(options).await;
    assert_eq!(stored(&store, TEA).await, None);
    let patch = Patch::new()
        .set(Field::WelcomeChannel, " 42 ")
        .set(Field::TimeZone, "asia/taipei")
        .set(Field::WelcomeTexts, "Hello {mention}\n---\n歡迎 \"{name}\" 🍵");
    let outcome = change(&store, asked(TEA, 0, patch)).await;
    let SettingsOutcome::Changed(first, changes) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((first.guild, first.version), (TEA, 1));
    assert_eq!((first.updated_at, first.updated_by), (at(500), Some(ADMIN)));
    assert_eq!(first.settings.channel(Field::WelcomeChannel), Some(ChannelId(42)));
    assert_eq!(changes.len(), 3);
    assert_eq!(stored(&store, TEA).await, Some(first.clone()));

    let by_the_bot = SettingsChange {
        by: None,
        at: at(600),
        ..asked(
            TEA,
            1,
            Patch::new()
                .unset(Field::TimeZone)
                .set(Field::Language, "ja")
                .set(Field::WelcomeChannel, "42"),
        )
    };
    let second = changed(&store, by_the_bot).await;
    assert_eq!((second.version, second.updated_by), (2, None));
    assert_eq!(second.settings.time_zone(), None);
    assert_eq!(
        second.settings.get(Field::WelcomeTexts),
        first.settings.get(Field::WelcomeTexts)
    );
    assert_eq!(stored(&store, TEA).await, Some(second));

    let lines = audit(&store, TEA).await;
    let newest: Vec<_> = lines.iter().take(2).map(|line| line.change.clone()).collect();
    assert_eq!(
        newest,
        [
            FieldChange {
                field: Field::TimeZone,
                before: Some("Asia/Taipei".to_owned()),
                after: None,
            },
            FieldChange {
                field: Field::Language,
                before: None,
                after: Some("ja".to_owned()),
            },
        ],
        "what stayed has no line"
    );
    let who: Vec<_> = lines
        .iter()
        .map(|line| (line.guild, line.version, line.at, line.by))
        .collect();
    let bot = (TEA, 2, at(600), None);
    let admin = (TEA, 1, at(500), Some(ADMIN));
    assert_eq!(who, [bot, bot, admin, admin, admin]);
    let mut oldest: Vec<_> = lines[2..].iter().rev().map(|line| line.change.clone()).collect();
    oldest.sort_by_key(|change| change.field);
    assert_eq!(oldest, changes);
    assert!(lines.windows(2).all(|pair| pair[0].id > pair[1].id));
}

pub(crate) async fn change_that_changes_nothing_makes_no_version(options: &StoreOptions) {
    let store = open(options).await;
    let nothing = change(&store, asked(TEA, 0, Patch::new().unset(Field::Language))).await;
    assert_eq!(nothing, SettingsOutcome::Unchanged(StoredSettings::none(TEA)));
    assert_eq!(stored(&store, TEA).await, None, "no row was made for nothing");
    let first = changed(&store, asked(TEA, 0, Patch::new().set(Field::Language, "ja"))).await;
    for patch in [Patch::new(), Patch::new().set(Field::Language, "JA")] {
        let outcome = change(&store, asked(TEA, 1, patch)).await;
        assert_eq!(outcome, SettingsOutcome::Unchanged(first.clone()));
    }
    assert_eq!(audit(&store, TEA).await.len(), 1);
}

pub(crate) async fn stale_change_is_told_who_changed_what(options: &StoreOptions) {
    let store = open(options).await;
    for (version, channel) in [(0, "1"), (1, "2"), (2, "3")] {
        let patch = Patch::new().set(Field::WelcomeChannel, channel);
        changed(&store, asked(TEA, version, patch)).await;
    }
    changed(
        &store,
        asked(CHESS, 0, Patch::new().set(Field::WelcomeChannel, "9")),
    )
    .await;
    let current = stored(&store, TEA).await.expect("stored");
    // Also one that would be refused, or change nothing, were it not stale.
    for patch in [
        Patch::new().set(Field::Language, "ja"),
        Patch::new().set(Field::Language, "nonsense"),
        Patch::new(),
    ] {
        let outcome = change(&store, asked(TEA, 1, patch)).await;
        let SettingsOutcome::Stale { current: told, since } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(told, current);
        let lines: Vec<_> = since
            .iter()
            .map(|line| (line.guild, line.version, line.by, line.change.after.as_deref()))
            .collect();
        assert_eq!(
            lines,
            [(TEA, 3, Some(ADMIN), Some("3")), (TEA, 2, Some(ADMIN), Some("2"))]
        );
    }
    for not_yet in [4, u64::MAX] {
        let outcome = change(&store, asked(TEA, not_yet, Patch::new())).await;
        assert_eq!(
            outcome,
            SettingsOutcome::Stale {
                current: current.clone(),
                since: vec![],
            }
        );
    }
    assert_eq!(stored(&store, TEA).await, Some(current));
    assert_eq!(audit(&store, TEA).await.len(), 3);
}

pub(crate) async fn refused_change_leaves_everything_as_it_was(options: &StoreOptions) {
    let store = open(options).await;
    let first = changed(&store, asked(TEA, 0, Patch::new().set(Field::Language, "ja"))).await;
    let patch = Patch::new()
        .set(Field::Language, "en")
        .set(Field::CardAccent, "red-ish");
    let outcome = change(&store, asked(TEA, 1, patch.clone())).await;
    assert_eq!(
        outcome,
        SettingsOutcome::Refused(SettingError::NotAColor(Field::CardAccent))
    );
    assert_eq!(stored(&store, TEA).await, Some(first));
    assert_eq!(audit(&store, TEA).await.len(), 1);
    change(&store, asked(CHESS, 0, patch)).await;
    assert_eq!(stored(&store, CHESS).await, None);
}

pub(crate) async fn asset_in_use_is_not_deleted_and_an_unknown_one_not_chosen(options: &StoreOptions) {
    let store = open(options).await;
    let (cat, dog, fox) = (asset('c', 10), asset('d', 20), asset('f', 30));
    let choose = |version, asset: &Asset| {
        asked(
            TEA,
            version,
            Patch::new().set(Field::CardBackground, &*asset.hash),
        )
    };
    let with_more = SettingsChange {
        patch: Patch::new()
            .set(Field::Language, "ja")
            .set(Field::CardBackground, &*cat.hash),
        ..choose(0, &cat)
    };
    assert_eq!(change(&store, with_more).await, SettingsOutcome::UnknownAsset);
    assert_eq!(stored(&store, TEA).await, None);
    assert!(audit(&store, TEA).await.is_empty());

    for asset in [&cat, &dog, &fox] {
        store.put_asset(asset.clone()).await.expect("stored");
    }
    assert_eq!(store.asset(&cat.hash).await.expect("read"), Some(cat.clone()));
    assert_eq!(
        store.asset(&"0".repeat(64)).await.expect("read"),
        None,
        "nobody put it"
    );
    let chosen = changed(&store, choose(0, &cat)).await;
    assert_eq!(chosen.settings.get(Field::CardBackground), Some(&*cat.hash));
    assert_eq!(stored(&store, TEA).await, Some(chosen));

    let unused = |before| store.unused_assets(at(before), 10);
    assert_eq!(unused(30).await.expect("read"), std::slice::from_ref(&dog));
    assert_eq!(unused(31).await.expect("read"), [dog.clone(), fox.clone()]);
    let first = store.unused_assets(at(31), 1).await.expect("read");
    assert_eq!(first, std::slice::from_ref(&dog));
    let again = Asset {
        created_at: at(40),
        ..dog.clone()
    };
    store.put_asset(again.clone()).await.expect("stored");
    assert_eq!(
        unused(31).await.expect("read"),
        [fox],
        "who puts it again is about to choose it"
    );

    let delete = |asset: &Asset| {
        let (store, hash) = (store.clone(), asset.hash.clone());
        async move { store.delete_asset(&hash).await.expect("the database is well") }
    };
    assert_eq!(delete(&cat).await, AssetDeletion::InUse);
    assert!(store.asset(&cat.hash).await.expect("read").is_some());
    assert_eq!(delete(&dog).await, AssetDeletion::Deleted);
    assert_eq!(delete(&dog).await, AssetDeletion::Unknown);
    assert_eq!(
        change(&store, choose(1, &dog)).await,
        SettingsOutcome::UnknownAsset
    );
    changed(&store, asked(TEA, 1, Patch::new().unset(Field::CardBackground))).await;
    assert_eq!(delete(&cat).await, AssetDeletion::Deleted);
}

pub(crate) async fn guild_begins_with_its_locales_language_and_keeps_what_it_chose(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None)]).await;
    let begun = stored(&store, TEA).await.expect("made");
    assert_eq!(
        (begun.version, begun.updated_by, begun.updated_at),
        (1, None, at(1000))
    );
    assert_eq!(begun.settings.language(), Some(Language::TraditionalChinese));
    assert_eq!(begun.settings.entries().count(), 1);
    let lines = audit(&store, TEA).await;
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].version, lines[0].by), (1, None));
    assert_eq!(
        lines[0].change,
        FieldChange {
            field: Field::Language,
            before: None,
            after: Some("zh-TW".to_owned()),
        }
    );

    let chosen = changed(&store, asked(TEA, 1, Patch::new().set(Field::Language, "en"))).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    commit(&store, vec![domain::effect::Effect::ForgetGuild(TEA)]).await;
    assert_eq!(stored(&store, TEA).await.as_ref(), Some(&chosen));
    commit(&store, vec![guild(TEA, Some(5))]).await;
    assert_eq!(stored(&store, TEA).await, Some(chosen));
    assert_eq!(audit(&store, TEA).await.len(), 2);
}

pub(crate) async fn settings_of_a_guild_that_is_left_are_erased_after_the_time_of_grace(
    options: &StoreOptions,
) {
    let left = domain::effect::Effect::ForgetGuild;
    let store = open(options).await;
    let (third, unknown) = (GuildId(9 << 22), GuildId(10 << 22));
    commit(
        &store,
        vec![guild(TEA, None), guild(CHESS, None), guild(third, None)],
    )
    .await;
    commit(
        &store,
        vec![
            left(TEA),
            left(CHESS),
            left(third),
            left(unknown),
            guild(CHESS, None),
        ],
    )
    .await;
    assert_eq!(store.erase_settings(at(1000), 10).await.expect("written"), 0);
    // Left again later: the time of grace counts from the first word of it.
    store
        .commit(store::Batch {
            at: at(2000),
            effects: vec![left(TEA)],
            checkpoint: None,
        })
        .await
        .expect("committed");
    assert_eq!(store.erase_settings(at(1001), 1).await.expect("written"), 1);
    assert_eq!(store.erase_settings(at(1001), 10).await.expect("written"), 1);
    assert_eq!(store.erase_settings(at(1001), 10).await.expect("written"), 0);
    for erased in [TEA, third] {
        assert_eq!(stored(&store, erased).await, None);
        assert!(audit(&store, erased).await.is_empty());
    }
    assert!(stored(&store, CHESS).await.is_some());
    assert_eq!(audit(&store, CHESS).await.len(), 1);
    commit(&store, vec![guild(TEA, None)]).await;
    assert_eq!(stored(&store, TEA).await.expect("begun anew").version, 1);
}

pub(crate) async fn history_is_read_in_pages_newest_first(options: &StoreOptions) {
    let store = open(options).await;
    for version in 0..7 {
        let patch = Patch::new().set(Field::WelcomeChannel, (version + 1).to_string());
        changed(&store, asked(TEA, version, patch)).await;
        let patch = Patch::new().set(Field::CardTitle, version.to_string());
        changed(&store, asked(CHESS, version, patch)).await;
    }
    let (mut all, mut before_id) = (Vec::new(), None);
    loop {
        let page = store.audit(TEA, before_id, 3).await.expect("read");
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        before_id = Some(last.id);
        all.extend(page);
    }
    let versions: Vec<_> = all.iter().map(|line| line.version).collect();
    assert_eq!(versions, [7, 6, 5, 4, 3, 2, 1]);
    assert!(all.iter().all(|line| line.guild == TEA));
    assert_eq!(all, audit(&store, TEA).await);
}

pub(crate) async fn settings_and_versions_are_read_in_pages(options: &StoreOptions) {
    let store = open(options).await;
    let guilds = [1, 2, 5, 1 << 62, u64::MAX].map(GuildId);
    for guild in guilds {
        let patch = Patch::new().set(Field::WelcomeChannel, guild.to_string());
        changed(&store, asked(guild, 0, patch)).await;
    }
    changed(
        &store,
        asked(GuildId(2), 1, Patch::new().set(Field::Language, "ja")),
    )
    .await;
    let (mut all, mut versions, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = store.settings_page(after, 2).await.expect("read");
        assert!(page.len() <= 2);
        versions.extend(store.settings_versions(after, 2).await.expect("read"));
        let Some(last) = page.last() else { break };
        after = Some(last.guild);
        all.extend(page);
    }
    let told: Vec<_> = all
        .iter()
        .map(|settings| (settings.guild, settings.version))
        .collect();
    assert_eq!(versions, told);
    for guild in guilds {
        let found: Vec<_> = all.iter().filter(|settings| settings.guild == guild).collect();
        assert_eq!(found.len(), 1, "each once");
        assert_eq!(Some(found[0]), stored(&store, guild).await.as_ref());
    }
    assert_eq!(all.len(), guilds.len());
}

pub(crate) async fn changes_of_all_kinds_are_news(options: &StoreOptions) {
    let store = open(options).await;
    let mut changes = store.settings_changes();
    let mut news = async || {
        let news = tokio::time::timeout(std::time::Duration::from_secs(60), async {
            loop {
                match changes.next().await {
                    SettingsNews::Changed { guild, version } => break (guild, version),
                    // A connection that listens was made.
                    SettingsNews::MayHaveMissed => {}
                }
            }
        });
        news.await.expect("somebody tells it")
    };
    let patch = Patch::new().set(Field::WelcomeChannel, "1");
    changed(&store, asked(CHESS, 0, patch)).await;
    assert_eq!(news().await, (CHESS, 1));
    commit(&store, vec![guild(TEA, None), guild(CHESS, None)]).await;
    assert_eq!(news().await, (TEA, 1));
    change(&store, asked(TEA, 0, Patch::new())).await;
    change(&store, asked(TEA, 1, Patch::new().set(Field::Language, "zh-TW"))).await;
    change(&store, asked(TEA, 1, Patch::new().set(Field::Language, "ja"))).await;
    assert_eq!(news().await, (TEA, 2), "what changed nothing is no news");
    commit(&store, vec![domain::effect::Effect::ForgetGuild(TEA)]).await;
    store.erase_settings(at(2000), 10).await.expect("written");
    assert_eq!(news().await, (TEA, 0));
}
