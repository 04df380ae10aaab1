//! What admins choose about activity and its reports, and how they are told how those went.

use std::time::Duration;

use bot::Timing;
use domain::activity::rules::ActivityRules;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::settings::Field;
use domain::zone::Zone;
use serde_json::json;
use sim::driver::MemberHandle;
use store::Standing;

use super::{Managed, assert_says};
use crate::harness::Setup;

const ATTACH_FILES: u64 = 1 << 15;

impl Managed {
    fn guild(&self) -> GuildId {
        GuildId(self.scenario.guild.id)
    }

    fn today(&self) -> Day {
        Day::at(self.scenario.now(), Zone::utc())
    }

    /// A member wrote so many messages on a day.
    async fn has_written(&self, member: MemberHandle, day: Day, count: u32) {
        let at = day.begins(Zone::utc());
        self.scenario.store_messages(at, [(member, count)]).await;
    }

    async fn standing(&self, member: MemberHandle) -> Option<Standing> {
        let (user, now) = (UserId(member.user), self.scenario.now());
        let rules = ActivityRules::default().score;
        let store = self.scenario.store();
        let standing = store.standing(self.guild(), user, now, self.today(), &rules);
        standing.await.expect("readable")
    }
}

#[tokio::test]
async fn settings_of_activity_are_shown_with_what_holds_and_changed_together() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let shown = managed.ask("activity settings", json!({})).await;
    assert_says(
        &shown,
        &[
            "**Activity**: on _(default)_",
            "**Points for a message**: 5.0 _(default)_",
            "**Cooldown in seconds**: 60 _(default)_",
            "**Minutes before points fade**: 60 _(default)_",
            "**Points that fade in an hour**: 2.0 _(default)_",
            "**Levels**: `25 50 75 90` _(default)_",
            "**Channels left out**: none",
        ],
    );
    let (tea, role) = (guild.create_channel("tea"), guild.create_role("quiet", 0));
    let changed = managed
        .ask(
            "activity settings",
            json!({
                "points": 2.4, "cooldown": 120, "grace": 30, "fade": 0.5, "levels": "10, 20, 30, 40",
                "channel": tea.to_string(), "channel-counts": "not",
                "role": role.to_string(), "role-counts": false,
            }),
        )
        .await;
    assert_says(
        &changed,
        &[
            "✅ Stored",
            "_default_ → 2.4",
            "→ `10 20 30 40`",
            &format!("<#{tea}>"),
            &format!("<@&{role}>"),
        ],
    );
    let moved = managed
        .ask(
            "activity settings",
            json!({"channel": tea.to_string(), "channel-counts": "double"}),
        )
        .await;
    assert_says(
        &moved,
        &[
            &format!("**Channels left out**: <#{tea}> → _default_"),
            &format!("**Channels that count twice**: _default_ → <#{tea}>"),
        ],
    );
    for (options, sentence) in [
        (json!({"points": 0.3}), "in steps of 0.2"),
        (
            json!({"levels": "50 25 75 90"}),
            "each larger than the one before",
        ),
        (json!({"channel": tea.to_string()}), "`channel-counts`"),
        (json!({"role-counts": true}), "`role`"),
    ] {
        assert_says(&managed.ask("activity settings", options).await, &[sentence]);
    }
    let stored = managed.stored().await;
    assert_eq!(
        stored.version, 2,
        "each use is one change, and a refused one none"
    );
    let rules = ActivityRules::of(&stored.settings);
    assert_eq!((rules.score.fade, rules.score.cooldown.as_secs()), (5, 120));
    managed.end().await;
}

#[tokio::test]
async fn report_is_set_checked_and_told_how_it_went() {
    let setup = Setup {
        timing: Timing {
            look_every: Duration::from_millis(15),
            ..Timing::default()
        },
        ..Setup::default()
    };
    let mut managed = Managed::begin_with(setup).await;
    let guild = managed.scenario.guild.clone();
    let daily = guild.create_channel("daily");
    assert_says(
        &managed.ask("activity report", json!({})).await,
        &["There is no daily report"],
    );
    assert!(guild.deny_bot(daily, ATTACH_FILES));
    let refused = managed
        .ask("activity report", json!({"channel": daily.to_string()}))
        .await;
    assert_says(&refused, &["**Attach Files**"]);
    for (options, sentence) in [
        (json!({"channel": daily.to_string(), "off": true}), "together"),
        (json!({"hour": 3, "off": true}), "together"),
    ] {
        assert_says(&managed.ask("activity report", options).await, &[sentence]);
    }
    assert!(guild.deny_bot(daily, 0));
    let set = managed
        .ask(
            "activity report",
            json!({"channel": daily.to_string(), "hour": 7}),
        )
        .await;
    let today = managed.today();
    let due = [today, today.plus(1)]
        .map(|day| day.at_hour(7, Zone::utc()))
        .into_iter()
        .find(|at| *at > managed.scenario.now())
        .expect("tomorrow at the latest");
    let next = format!("<t:{}:F>", due.0 / 1000);
    assert_says(&set, &["✅ Stored", &format!("<#{daily}>"), "7:00 (UTC)", &next]);

    // The hour comes; nobody wrote, then somebody did, then the channel is closed.
    let reported = Day::at(due, Zone::utc()).plus(-1);
    let until_due = due.since(managed.scenario.now());
    let day = Duration::from_secs(86_400);
    let go_on = |by: Duration| {
        managed.scenario.clock.advance(by);
        managed.scenario.sim.advance(by);
    };
    go_on(until_due);
    managed
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 1)
        .await;
    let told = managed.ask("activity report", json!({})).await;
    assert_says(&told, &[&format!("({reported})"), "Nobody wrote on that day"]);

    managed.has_written(managed.manager, reported.plus(1), 3).await;
    go_on(day);
    managed
        .scenario
        .bot_counts(|tally| tally.reports_posted == 1)
        .await;
    let posted = guild.channel_messages(daily);
    let link = format!(
        "https://discord.com/channels/{}/{daily}/{}",
        guild.id, posted[0].id
    );
    assert_says(
        &managed.ask("activity report", json!({})).await,
        &["posted <t:", &link],
    );

    // Begun anew at a later hour, there is none for a day that has one.
    managed.ask("activity report", json!({"off": true})).await;
    let anew = managed
        .ask(
            "activity report",
            json!({"channel": daily.to_string(), "hour": 23}),
        )
        .await;
    let next = managed.today().plus(1).at_hour(23, Zone::utc());
    assert_says(&anew, &[&format!("<t:{}:F>", next.0 / 1000)]);
    managed.ask("activity report", json!({"hour": 7})).await;

    managed.has_written(managed.manager, reported.plus(2), 3).await;
    assert!(guild.deny_bot(daily, ATTACH_FILES));
    go_on(day);
    managed
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 2)
        .await;
    let told = managed.ask("activity report", json!({})).await;
    assert_says(&told, &["I lack: **Attach Files**", "I was not allowed to post"]);

    let off = managed.ask("activity report", json!({"off": true})).await;
    assert_says(&off, &["✅ Stored", "There is no daily report"]);
    let stored = managed.stored().await;
    assert_eq!(stored.settings.get(Field::ActivityReportChannel), None);
    assert_eq!(stored.settings.get(Field::ActivityReportHour), Some("7"));
    managed.end().await;
}

#[tokio::test]
async fn reports_cannot_be_led_to_another_guild_by_a_file() {
    let mut managed = Managed::begin().await;
    let elsewhere = managed
        .scenario
        .sim
        .create_guild("elsewhere")
        .create_channel("daily");
    let file =
        json!({"droas": 1, "settings": {"activity.report-channel": elsewhere.to_string()}}).to_string();
    let guild = managed.scenario.guild.clone();
    let used = guild.command_with_file(managed.manager, "settings import", "file", "x.json", file);
    let refused = managed.answer(used.expect("Discord takes any file")).await;
    assert_says(&refused, &["not a channel of this server"]);
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

#[tokio::test]
async fn members_activity_is_erased_after_a_yes() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    let today = managed.today();
    for member in [guest, managed.manager] {
        managed.has_written(member, today, 3).await;
    }
    let whose = json!({"member": guest.user.to_string()});
    let named = format!("<@{}>", guest.user);
    let asked = managed.ask("activity reset", whose.clone()).await;
    assert_says(&asked, &[&named, "cannot be undone"]);
    assert_says(&managed.press(&asked, "Cancel").await, &["Cancelled"]);
    assert_eq!(managed.standing(guest).await.expect("counted").total, 3);

    let asked = managed.ask("activity reset", whose.clone()).await;
    assert_says(&managed.press(&asked, "Erase").await, &["✅", &named]);
    assert_eq!(managed.standing(guest).await, None);
    let others = managed.standing(managed.manager).await;
    assert_eq!(others.expect("counted").total, 3, "nobody else's");

    let asked = managed.ask("activity reset", whose).await;
    assert_says(
        &managed.press(&asked, "Erase").await,
        &["Nothing is counted of", &named],
    );
    managed.end().await;
}
