//! A guild's list of members, read from the simulator page by page.

#[path = "rest/sim_client.rs"]
mod sim_client;

use discord::RestOptions;
use domain::event::Join;
use domain::id::{GuildId, UserId};
use sim::config::SimConfig;
use sim::driver::Sim;
use sim::world::membership::Joining;
use sim::world::user::NewUser;
use sim_client::client;

#[tokio::test]
async fn every_member_stands_on_one_page_of_the_list() {
    let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let mut expected: Vec<u64> = (0..1_500)
        .map(|n| guild.join(&format!("guest {n}")).user)
        .collect();
    let rest = client(&sim, RestOptions::default());
    let (mut listed, mut after) = (Vec::new(), Some(UserId(0)));
    while let Some(from) = after {
        let page = rest.members_after(GuildId(guild.id), from).await.expect("a page");
        listed.extend(page.members.into_iter().map(|join| join.member.id.0));
        after = page.next;
    }
    // The owner and the bot are members, too.
    assert_eq!(listed.len(), expected.len() + 2);
    assert!(listed.is_sorted_by(|a, b| a < b));
    expected.sort_unstable();
    listed.retain(|user| expected.binary_search(user).is_ok());
    assert_eq!(listed, expected);
    assert_eq!(sim.counters().unexpected, [""; 0]);
}

#[tokio::test]
async fn member_is_listed_as_they_joined() {
    let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let returned = guild.join("小林");
    guild.leave(returned);
    guild.rejoin(returned);
    let joining = Joining {
        pending: true,
        nick: Some("new".to_owned()),
        ..Joining::default()
    };
    let screened = guild.join_as(NewUser::named("ada"), joining);
    let page = client(&sim, RestOptions::default())
        .members_after(GuildId(guild.id), UserId(0))
        .await
        .expect("a page");
    let of = |user: u64| -> &Join {
        let mut found = page.members.iter().filter(|join| join.member.id.0 == user);
        found.next().expect("listed")
    };
    let returned = of(returned.user);
    assert!(returned.rejoined && !returned.pending);
    assert_eq!(returned.member.shown_name(), "小林");
    let screened = of(screened.user);
    assert!(!screened.rejoined && screened.pending);
    assert_eq!(screened.member.shown_name(), "new");
    let us = page.members.iter().filter(|join| join.member.bot).count();
    assert_eq!(us, 1, "ourselves");
}
