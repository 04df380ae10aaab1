//! The machine's clock jumps, and what is wrong with it is not the members' fault.

use std::time::Duration;

use bot::Timing;
use domain::id::GuildId;
use domain::settings::{Field, Patch};
use domain::zone::Zone;

use crate::harness::{PATIENCE, Scenario, Setup};
use crate::reports;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn jumping() -> Setup {
    Setup {
        clock_jumps: true,
        timing: Timing {
            look_every: Duration::from_millis(15),
            ..Timing::default()
        },
        ..Setup::default()
    }
}

#[tokio::test]
async fn clock_that_jumps_ahead_and_back_keeps_nobody_waiting_and_greets_nobody_twice() {
    let mut scenario = Scenario::begin_with(jumping()).await;
    let mut members = vec![scenario.guild.join("before")];
    scenario.welcomed(&members).await;

    // Who joins now seems to have joined days ago; what is noted now lies days ahead for a clock that is set right.
    scenario.clock.advance(3 * DAY);
    members.push(scenario.guild.join("ahead"));
    scenario.welcomed(&members).await;
    scenario.stop_bot().await;
    scenario.start_bot().await;
    members.push(scenario.guild.join("ahead after a start"));
    scenario.welcomed(&members).await;
    scenario.guild.announce_again(members[0]);

    scenario.clock.turn_back(3 * DAY + 5 * HOUR);
    members.push(scenario.guild.join("back"));
    scenario.welcomed(&members).await;
    scenario.kill_bot().await;
    members.push(scenario.guild.join("meanwhile"));
    scenario.start_bot().await;
    members.push(scenario.guild.join("back after a start"));
    scenario.welcomed(&members).await;

    scenario.clock.advance(5 * HOUR);
    members.push(scenario.guild.join("right again"));
    scenario.welcomed(&members).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    scenario.end().await;
}

#[tokio::test]
async fn clock_that_jumps_past_the_hour_of_a_report_posts_none_before_its_time_and_one_then() {
    let scenario = Scenario::begin_with(jumping()).await;
    let ada = scenario.guild.join("Ada");
    scenario.welcomed(&[ada]).await;
    let daily = scenario.guild.create_channel("daily");
    let guild = GuildId(scenario.guild.id);
    let patch = Patch::new().set(Field::ActivityReportChannel, daily.to_string());
    scenario.choose(guild, patch).await;
    let due = reports::next(&scenario.store(), guild).await;
    // On the day that is reported, which is yesterday in the hours before a report.
    let at = due.day.begins(Zone::utc()) + 12 * HOUR;
    scenario.store_messages(at, [(ada, 3)]).await;

    let until_due = due.at.since(scenario.now()) + Duration::from_secs(60);
    scenario.clock.advance(until_due);
    let grace = scenario.guild.join("Grace");
    scenario.welcomed(&[grace]).await;
    assert!(
        scenario.guild.channel_messages(daily).is_empty(),
        "it is not that late"
    );

    // Now it is, for everybody.
    scenario.sim.advance(until_due);
    let lin = scenario.guild.join("小林");
    scenario.welcomed(&[lin]).await;
    let is_posted = |world: &sim::world::World| {
        let bot = world.bot.id;
        scenario.guild.posts_of(world, bot) >= 4
    };
    scenario
        .sim
        .wait_until(PATIENCE, is_posted)
        .await
        .expect("it is posted");
    assert_eq!(scenario.guild.channel_messages(daily).len(), 1);
    scenario.end().await;
}
