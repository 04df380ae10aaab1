//! Roles of members.

use reqwest::Method;
use sim::driver::MemberHandle;
use sim::world::permissions::MANAGE_ROLES;

use crate::Client;
use crate::client::Answer;

async fn set(client: &Client, method: Method, user: u64, role: u64) -> Answer {
    let path = format!("/guilds/{}/members/{user}/roles/{role}", client.guild.id);
    Client::send(
        client
            .rest(method, &path)
            .header("x-audit-log-reason", "Level%20role"),
    )
    .await
}

async fn give(client: &Client, member: MemberHandle, role: u64) -> Answer {
    set(client, Method::PUT, member.user, role).await
}

fn roles(client: &Client, member: MemberHandle) -> Vec<u64> {
    client.guild.roles_of(&client.sim.world(), member)
}

#[tokio::test]
async fn role_is_given_once_and_taken_once_and_the_log_tells_it() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let role = client.guild.create_role("active", 0);
    client.guild.let_bot_manage_roles(true);
    for _ in 0..2 {
        assert_eq!(give(&client, member, role).await.status, 204);
        assert_eq!(roles(&client, member), [role]);
    }
    for _ in 0..2 {
        let taken = set(&client, Method::DELETE, member.user, role).await;
        assert_eq!(taken.status, 204);
        assert!(roles(&client, member).is_empty());
    }
    let log = client.sim.world().log.roles.clone();
    let told: Vec<_> = log
        .iter()
        .map(|change| (change.user, change.role, change.given))
        .collect();
    assert_eq!(told, [(member.user, role, true), (member.user, role, false)]);
    assert!(
        log.iter()
            .all(|change| change.reason.as_deref() == Some("Level role"))
    );
}

#[tokio::test]
async fn role_is_given_only_by_who_may_and_stands_above_it() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let low = client.guild.create_role("low", 0);
    assert_eq!(
        give(&client, member, low).await.refusal(),
        (403, 50013),
        "not allowed"
    );
    let own = client.guild.bots_role().expect("the bot is there");
    client.guild.set_role_permissions(own, MANAGE_ROLES);
    assert_eq!(
        give(&client, member, low).await.refusal(),
        (403, 50013),
        "stands below it"
    );
    client.guild.let_bot_manage_roles(true);
    assert_eq!(give(&client, member, low).await.status, 204);
    let high = client.guild.create_role("high", 0);
    assert_eq!(give(&client, member, high).await.refusal(), (403, 50013));
    assert_eq!(
        give(&client, member, own).await.refusal(),
        (403, 50013),
        "its own, which Discord manages"
    );
    assert_eq!(
        give(&client, member, client.guild.id).await.refusal(),
        (400, 50028),
        "@everyone"
    );
    assert_eq!(roles(&client, member), [low]);
}

#[tokio::test]
async fn who_or_what_is_not_there_is_told_apart() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let role = client.guild.create_role("active", 0);
    client.guild.let_bot_manage_roles(true);
    let unknown = |user, role| set(&client, Method::PUT, user, role);
    assert_eq!(unknown(7, role).await.refusal(), (404, 10013));
    assert_eq!(unknown(member.user, 7).await.refusal(), (404, 10011));
    client.guild.leave(member);
    assert_eq!(unknown(member.user, role).await.refusal(), (404, 10007));
    client.guild.remove_bot();
    assert_eq!(unknown(member.user, role).await.refusal(), (404, 10004));
}

#[tokio::test]
async fn roles_of_members_have_a_limit_of_their_own() {
    let client =
        Client::start_with(|config| config.limits.rest = sim::rest::limits::RestLimits::default()).await;
    let member = client.guild.join("小林");
    let role = client.guild.create_role("active", 0);
    client.guild.let_bot_manage_roles(true);
    for left in (0..10).rev() {
        let given = give(&client, member, role).await;
        assert_eq!(
            (given.status, given.header("x-ratelimit-remaining")),
            (204, Some(&*left.to_string()))
        );
    }
    assert_eq!(give(&client, member, role).await.status, 429);
    // Who is there is asked beside it.
    let path = format!("/guilds/{}/members/{}", client.guild.id, member.user);
    assert_eq!(client.get(&path).await.status, 200);
}
