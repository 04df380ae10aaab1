//! Words in which the facts are told.

use std::time::Duration;

use domain::effect::{Effect, NewEpisode};
use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, MessageId, UserId, WelcomeId};
use domain::member::Member;
use domain::settings::Patch;
use domain::time::UnixMs;
use domain::welcome::{Membership, Welcome};
use store::{Batch, Committed, SettingsChange, SettingsOutcome, Store, StoreError, StoreOptions};

pub(crate) const TEA: GuildId = GuildId(7 << 22);
pub(crate) const CHESS: GuildId = GuildId(8 << 22);
pub(crate) const HALL: ChannelId = ChannelId(70);
pub(crate) const POST: MessageId = MessageId(700);

/// A point in time, `seconds` after the beginning of all tests.
pub(crate) fn at(seconds: u64) -> UnixMs {
    UnixMs(1_790_000_000_000) + Duration::from_secs(seconds)
}

pub(crate) async fn open(options: &StoreOptions) -> Store {
    Store::open(options).await.expect("a fresh database opens")
}

pub(crate) fn guild(id: GuildId, member_count: Option<u64>) -> Effect {
    Effect::StoreGuild(GuildFacts {
        id,
        name: "Tea".to_owned(),
        locale: "zh-TW".to_owned(),
        system_channel: Some(HALL),
        member_count,
    })
}

/// A join at `seconds`, queued at once.
pub(crate) fn episode(guild: GuildId, user: u64, seconds: u64) -> NewEpisode {
    NewEpisode {
        id: welcome_id(user, seconds),
        guild,
        member: member(user),
        joined_at: at(seconds),
        queued_at: at(seconds),
        skip: None,
        screening: false,
        found: false,
    }
}

pub(crate) fn join(guild: GuildId, user: u64, seconds: u64) -> Effect {
    Effect::BeginEpisode(episode(guild, user, seconds))
}

pub(crate) fn leave(guild: GuildId, user: u64) -> Effect {
    Effect::EndEpisode(membership(guild, user))
}

pub(crate) fn membership(guild: GuildId, user: u64) -> Membership {
    Membership {
        guild,
        user: UserId(user),
    }
}

/// The id of the welcome of `user`, who joins at `seconds`.
pub(crate) fn welcome_id(user: u64, seconds: u64) -> WelcomeId {
    WelcomeId::new(at(seconds), u32::try_from(user % (1 << 22)).expect("22 bits fit"))
}

pub(crate) fn member(user: u64) -> Member {
    Member {
        id: UserId(user),
        username: format!("user{user}"),
        global_name: Some("小林".to_owned()),
        nick: None,
        discriminator: 42,
        avatar: Some("a_1".to_owned()),
        guild_avatar: None,
        bot: false,
    }
}

pub(crate) async fn try_commit(store: &Store, effects: Vec<Effect>) -> Result<Committed, StoreError> {
    store
        .commit(Batch {
            at: at(1000),
            effects,
            checkpoint: None,
        })
        .await
}

/// Commits at second 1000.
pub(crate) async fn commit(store: &Store, effects: Vec<Effect>) -> Committed {
    try_commit(store, effects).await.expect("committed")
}

/// Changes a guild's settings at `seconds`. Returns the version that this makes.
pub(crate) async fn choose(store: &Store, guild: GuildId, patch: Patch, seconds: u64) -> u64 {
    let before = store.settings(guild).await.expect("read");
    let change = SettingsChange {
        guild,
        from_version: before.map_or(0, |before| before.version),
        patch,
        by: Some(UserId(9)),
        at: at(seconds),
    };
    match store.change_settings(change).await.expect("written") {
        SettingsOutcome::Changed(stored, _) => stored.version,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn welcome(store: &Store, id: WelcomeId) -> Welcome {
    store.welcome(id).await.expect("read").expect("there is a row")
}

pub(crate) async fn member_count(store: &Store, guild: GuildId) -> Option<u64> {
    let facts = store.guild(guild).await.expect("read");
    facts.expect("the guild is known").member_count
}

/// Begins an attempt at `seconds`, due again 60 s later.
pub(crate) async fn attempt(store: &Store, id: WelcomeId, seconds: u64) -> Option<Welcome> {
    store
        .begin_attempt(id, HALL, at(seconds), at(seconds + 60))
        .await
        .expect("written")
}
