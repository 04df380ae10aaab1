use domain::effect::Effect;
use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, MessageId, UserId};
use domain::welcome::{Membership, SkipReason, WelcomeState};
use store::{Outcome, StoreOptions};

use super::words::*;

pub(crate) async fn guild_is_updated_and_an_untold_count_stays(options: &StoreOptions) {
    let store = open(options).await;
    assert_eq!(store.guild(TEA).await.expect("read"), None);
    commit(&store, vec![guild(TEA, Some(10))]).await;
    let renamed = GuildFacts {
        id: TEA,
        name: "Green tea 🍵".to_owned(),
        locale: "ja".to_owned(),
        system_channel: None,
        member_count: None,
    };
    commit(&store, vec![Effect::StoreGuild(renamed.clone())]).await;
    let found = store.guild(TEA).await.expect("read").expect("known");
    assert_eq!(
        found,
        GuildFacts {
            member_count: Some(10),
            ..renamed
        }
    );
    commit(&store, vec![guild(TEA, Some(12))]).await;
    assert_eq!(member_count(&store, TEA).await, Some(12));
}

pub(crate) async fn forgotten_guild_takes_its_pending_welcomes_along(options: &StoreOptions) {
    let store = open(options).await;
    commit(
        &store,
        vec![
            guild(TEA, Some(1)),
            guild(CHESS, Some(1)),
            join(TEA, 1, 0),
            join(TEA, 2, 1),
            join(CHESS, 3, 2),
        ],
    )
    .await;
    attempt(&store, welcome_id(2, 1), 5).await.expect("taken");
    let committed = commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    assert_eq!(committed.welcomes_skipped, 1);
    assert_eq!(store.guild(TEA).await.expect("read"), None);
    assert!(store.guild(CHESS).await.expect("read").is_some());
    let states = [(1, 0), (2, 1), (3, 2)].map(|(user, seconds)| welcome_id(user, seconds));
    assert_eq!(
        welcome(&store, states[0]).await.state,
        WelcomeState::Skipped(SkipReason::GuildLeft)
    );
    assert_eq!(welcome(&store, states[1]).await.state, WelcomeState::Sending);
    assert_eq!(welcome(&store, states[2]).await.state, WelcomeState::Pending);
}

pub(crate) async fn ids_with_the_top_bit_are_read_back(options: &StoreOptions) {
    let store = open(options).await;
    let (big_guild, big_user) = (GuildId(u64::MAX), UserId(u64::MAX - 1));
    let (big_channel, big_message) = (ChannelId(u64::MAX - 2), MessageId(1 << 63));
    let facts = GuildFacts {
        id: big_guild,
        name: "Big".to_owned(),
        locale: "en-US".to_owned(),
        system_channel: Some(big_channel),
        member_count: Some(1),
    };
    let mut joined = episode(big_guild, 5, 0);
    joined.member.id = big_user;
    let id = joined.id;
    commit(
        &store,
        vec![
            Effect::StoreGuild(facts.clone()),
            Effect::BeginEpisode(joined.clone()),
        ],
    )
    .await;
    let sent = Outcome::Sent {
        message: Some(big_message),
        channel: big_channel,
        at: at(9),
    };
    assert_eq!(store.settle(id, sent).await.expect("written"), 1);

    let found = store.guild(big_guild).await.expect("read").expect("known");
    assert_eq!((found.id, found.system_channel), (big_guild, Some(big_channel)));
    let row = welcome(&store, id).await;
    assert_eq!((row.guild, &row.member), (big_guild, &joined.member));
    assert_eq!(
        row.state,
        WelcomeState::Sent {
            message: Some(big_message),
            channel: big_channel,
            at: at(9)
        }
    );
    let key = Membership {
        guild: big_guild,
        user: big_user,
    };
    assert_eq!(store.episode(key).await.expect("read").expect("known").id, id);
    assert_eq!(store.history(big_guild, 9).await.expect("read"), [row]);
    let other = commit(&store, vec![join(TEA, 6, 0), join(big_guild, 6, 1)]).await;
    assert_eq!(other.welcomes_queued, 2);
    let due = store.due_welcomes(at(9), &[big_guild], 9, 9).await.expect("read");
    assert_eq!(due.len(), 1, "the big guild is left out by its id");
    assert_eq!(due[0].guild, TEA);
}
