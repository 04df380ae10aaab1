//! What members see of how active they are.

use std::time::Duration;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use domain::zone::Zone;
use serde_json::json;
use sim::driver::{Answered, GuildHandle, MemberHandle};
use sim::faults::{FaultPlan, RequestFaults};
use sim::world::membership::Joining;
use sim::world::user::NewUser;
use store::Batch;

use super::{Managed, assert_says};
use crate::harness::Setup;

const ATTACH_FILES: u64 = 1 << 15;

impl Managed {
    /// Discord's clock, which messages' ids have their times from.
    fn discord_now(&self) -> UnixMs {
        UnixMs(self.scenario.sim.world().clock.now_ms())
    }

    /// In a guild, each of some members has written `count` messages so many days ago, with a minute between them.
    pub(super) async fn have_written(&self, guild: &GuildHandle, written: &[(MemberHandle, u32, i32)]) {
        let (now, rules) = (self.discord_now(), ScoreRules::default());
        let activity = |(member, count, days_ago): &(MemberHandle, u32, i32)| {
            let last = UnixMs(now.0 - i64::from(*days_ago) * 86_400_000);
            let at = |minutes_before: u32| last - Duration::from_secs(60) * minutes_before;
            let times = (0..(*count).min(20)).rev().map(at);
            MemberActivity {
                guild: GuildId(guild.id),
                user: UserId(member.user),
                days: vec![(Day::at(last, Zone::utc()), *count)],
                runs: times.map(|at| Run::one(at, Weight::Normal)).collect(),
                rules,
            }
        };
        let batch = Batch {
            at: now,
            effects: vec![Effect::CountActivity(written.iter().map(activity).collect())],
            checkpoint: None,
        };
        self.scenario.store().commit(batch).await.expect("committed");
    }

    /// A member uses a command of which all see the answer.
    async fn see(&self, member: MemberHandle, command: &str, options: serde_json::Value) -> Answered {
        let answered = self.ask_as(member, command, options).await;
        assert!(!answered.private, "{command}: {answered:?}");
        answered
    }

    fn members_asked_for(&self) -> u64 {
        let counters = self.scenario.sim.counters();
        counters.requests_of("GET /guilds/{guild.id}/members/{user.id}")
    }
}

/// The picture of an answer: its sides, its name, and what it shows for those who cannot see it.
fn picture(answered: &Answered) -> ((u32, u32), String, String) {
    let message = answered.message.as_ref().expect("a message");
    let [file] = &message.attachments[..] else {
        panic!("one picture in {message:?}")
    };
    (
        file.dimensions.expect("a picture"),
        file.filename.clone(),
        file.description.clone().unwrap_or_default(),
    )
}

fn has_picture(answered: &Answered) -> bool {
    !answered
        .message
        .as_ref()
        .expect("a message")
        .attachments
        .is_empty()
}

fn has_buttons(answered: &Answered) -> bool {
    !answered
        .message
        .as_ref()
        .expect("a message")
        .components
        .is_empty()
}

#[tokio::test]
async fn guest_sees_their_own_card_and_that_of_others_in_public() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let [writer, reader] = ["محمد الفارسي", "reader"].map(|name| guild.join(name));
    managed.scenario.welcomed(&[writer, reader]).await;
    for _ in 0..3 {
        guild
            .post(guild.welcome_channel(), writer, "hello")
            .expect("posted");
    }
    managed
        .scenario
        .bot_counts(|tally| tally.messages_counted == 3)
        .await;

    let own = managed.see(writer, "activity show", json!({})).await;
    let (sides, name, shows) = picture(&own);
    assert_eq!((sides, &*name), ((1024, 384), "activity.jpg"));
    assert!(
        shows.starts_with("محمد الفارسي: Newcomer · level 1 · "),
        "{shows}"
    );
    for part in ["rank #1", "messages today 3, this month 3", "days in a row 1"] {
        assert!(shows.contains(part), "{shows}");
    }
    let of_writer = json!({"member": writer.user.to_string()});
    let seen = managed.see(reader, "activity show", of_writer).await;
    assert_eq!(picture(&seen).2, shows);
    managed.end().await;
}

#[tokio::test]
async fn who_wrote_nothing_is_told_so_kindly_and_machines_have_no_activity() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let silent = guild.join("silent `one`");
    let machine = NewUser {
        bot: true,
        ..NewUser::named("machine")
    };
    let machine = guild.join_as(machine, Joining::default());
    managed.scenario.welcomed(&[silent]).await;
    let own = managed.see(silent, "activity show", json!({})).await;
    assert_says(&own, &["You have not written anything here yet", "Say hello"]);
    let of = |member: MemberHandle| json!({"member": member.user.to_string()});
    let other = managed.see(managed.manager, "activity show", of(silent)).await;
    assert_says(&other, &["`silent ˋoneˋ` has not written anything"]);
    assert!(!has_picture(&own) && !has_picture(&other));
    let refused = managed.ask_as(silent, "activity show", of(machine)).await;
    assert!(refused.private);
    assert_says(&refused, &["Bots have no activity"]);

    managed
        .scenario
        .choose(GuildId(guild.id), Patch::new().set(Field::ActivityEnabled, "off"))
        .await;
    let off = managed.see(silent, "activity show", json!({})).await;
    assert_says(&off, &["not counted in this server at the moment"]);
    managed.end().await;
}

#[tokio::test]
async fn words_stand_in_place_of_pictures_where_the_bot_may_not_attach_any() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let [writer, other] = ["writer", "other"].map(|name| guild.join(name));
    managed.scenario.welcomed(&[writer, other]).await;
    managed
        .have_written(&guild, &[(writer, 12, 0), (other, 1_000_000, 3)])
        .await;
    let pictures = [
        ("activity show", (1024, 384)),
        ("activity leaderboard", (1024, 816)),
        ("activity stats", (1024, 560)),
    ];
    for (command, sides) in pictures {
        let drawn = managed.see(writer, command, json!({})).await;
        assert_eq!(picture(&drawn).0, sides, "{command}");
    }
    assert!(guild.deny_bot(guild.welcome_channel(), ATTACH_FILES));
    for (command, says) in [
        (
            "activity show",
            &["`writer`", "of 100 points", "messages today 12"][..],
        ),
        (
            "activity leaderboard",
            &["ACTIVITY SCORE · 茶館", "**1.** `writer`"],
        ),
        (
            "activity stats",
            &[
                "1,000,012 messages in the last 30 days",
                ": 1,000,000",
                "Most active this month: ",
            ],
        ),
    ] {
        let told = managed.see(writer, command, json!({})).await;
        assert!(!has_picture(&told), "{command}");
        assert_says(&told, says);
    }
    guild.deny_bot(guild.welcome_channel(), 0);
    managed.end().await;
}

#[tokio::test]
async fn words_stand_in_place_of_pictures_when_too_many_are_drawn_at_once() {
    let setup = Setup {
        cards_waiting_max: 0,
        ..Setup::default()
    };
    let managed = Managed::begin_with(setup).await;
    let guild = managed.scenario.guild.clone();
    managed.have_written(&guild, &[(managed.manager, 12, 0)]).await;
    let missing_before = managed.scenario.tally().cards_missing;
    let uses: Vec<_> = (0..8)
        .map(|_| guild.command(managed.manager, "activity stats", json!({})))
        .collect();
    let mut told = 0;
    for used in uses {
        let answered = managed.answer(used.expect("Discord's client lets them")).await;
        if !has_picture(&answered) {
            told += 1;
            assert_says(&answered, &["12 messages in the last 30 days"]);
        }
    }
    assert!(told > 0, "one painter draws one at a time");
    assert_eq!(managed.scenario.tally().cards_missing - missing_before, told);
    managed.end().await;
}

#[tokio::test]
async fn leaderboard_has_pages_and_tells_who_asks_their_own_place() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let members: Vec<MemberHandle> = (0..23).map(|n| guild.join(&format!("member {n}"))).collect();
    managed.scenario.welcomed(&members).await;
    // Two are level in the second place; the last one wrote one message.
    let counts = [50, 49, 49].into_iter().chain((1..=20).rev());
    let written: Vec<_> = members
        .iter()
        .zip(counts)
        .map(|(member, count)| (*member, count, 0))
        .collect();
    managed.have_written(&guild, &written).await;

    let last = members[22];
    let asked_before = managed.members_asked_for();
    let text = json!({"board": "today", "as": "text"});
    let first = managed.see(last, "activity leaderboard", text).await;
    assert_says(
        &first,
        &[
            "MESSAGES TODAY · 茶館",
            "**1.** `member 0`",
            "**50**",
            "**2.** `member 1`",
            "**2.** `member 2`",
            "**4.** `member 3`",
            "Your place: **#23** · 1",
            "Page 1 of 3",
        ],
    );
    assert_eq!(managed.members_asked_for() - asked_before, 10);
    let second = managed.press_as(last, &first, "Next").await;
    assert_says(
        &second,
        &["**11.** `member 10`", "**20.** `member 19`", "Page 2 of 3"],
    );
    let third = managed.press_as(last, &second, "Next").await;
    assert_says(&third, &["**23.** `member 22`", "Page 3 of 3"]);
    assert!(!third.text().contains("Your place"), "it is on the page");
    let back = managed.press_as(last, &third, "Previous").await;
    assert_says(&back, &["Page 2 of 3"]);
    // The last one was known from the command.
    assert_eq!(
        managed.members_asked_for() - asked_before,
        22,
        "each was asked for once"
    );

    let refused = managed.press_as(members[0], &back, "Next").await;
    assert!(refused.private);
    assert_says(&refused, &["Only the person who opened this"]);

    let picture_of = |answered: &Answered| {
        let ((width, height), name, shows) = picture(answered);
        assert_eq!((width, height, &*name), (1024, 816, "leaderboard.jpg"));
        shows
    };
    let month = managed
        .see(last, "activity leaderboard", json!({"board": "month"}))
        .await;
    let shows = picture_of(&month);
    assert!(
        shows.starts_with("MESSAGES THIS MONTH: 1. member 0 50, 2. member "),
        "{shows}"
    );
    let next = managed.press_as(last, &month, "Next").await;
    assert!(picture_of(&next).contains("11. member 10 13"));
    let score = managed.see(last, "activity leaderboard", json!({})).await;
    assert!(picture_of(&score).starts_with("ACTIVITY SCORE: 1. "), "{score:?}");
    assert_says(&score, &["Your place: **#23** · "]);
    managed.end().await;
}

#[tokio::test]
async fn those_who_left_are_named_by_their_welcome_and_strangers_somehow() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let [left, here] = ["去了", "here"].map(|name| guild.join(name));
    managed.scenario.welcomed(&[left, here]).await;
    let stranger = MemberHandle { user: 77, ..left };
    managed
        .have_written(&guild, &[(left, 30, 0), (here, 20, 0), (stranger, 10, 0)])
        .await;
    guild.leave(left);
    let text = json!({"board": "today", "as": "text"});
    let board = managed.see(here, "activity leaderboard", text.clone()).await;
    assert_says(
        &board,
        &["**1.** `去了`", "**2.** `here`", "**3.** `Somebody who left`"],
    );
    let asked = managed.members_asked_for();
    managed.see(here, "activity leaderboard", text).await;
    assert_eq!(managed.members_asked_for(), asked, "known now");
    managed.end().await;
}

#[tokio::test]
async fn board_and_chart_without_messages_say_so() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    for board in ["score", "today", "month"] {
        let empty = managed
            .see(managed.manager, "activity leaderboard", json!({"board": board}))
            .await;
        assert_says(&empty, &["Nobody is on this board yet"]);
        assert!(!has_picture(&empty) && !has_buttons(&empty));
    }
    let empty = managed.see(managed.manager, "activity stats", json!({})).await;
    assert_says(&empty, &["Nothing was written here in the last 30 days"]);
    // Older than the chart, and faded out.
    managed.have_written(&guild, &[(managed.manager, 7, 40)]).await;
    let empty = managed.see(managed.manager, "activity stats", json!({})).await;
    assert_says(&empty, &["Nothing was written here in the last 30 days"]);
    let faded = managed.see(managed.manager, "activity show", json!({})).await;
    assert!(
        picture(&faded)
            .2
            .contains("0.0 of 100 points · rank – · messages today 0")
    );
    managed.end().await;
}

#[tokio::test]
async fn chart_shows_thirty_days_and_says_what_it_shows() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let written: Vec<_> = (0..30).map(|day| (managed.manager, 30, day)).collect();
    managed.have_written(&guild, &written).await;
    managed.have_written(&guild, &[(managed.manager, 100, 5)]).await;
    let stats = managed.see(managed.manager, "activity stats", json!({})).await;
    let (sides, name, shows) = picture(&stats);
    assert_eq!((sides, &*name), ((1024, 560), "stats.jpg"));
    let busiest = Day::at(managed.discord_now(), Zone::utc()).plus(-5);
    assert_eq!(
        shows,
        format!("茶館: 1,000 messages in the last 30 days · 33 a day on average · most on {busiest}: 130")
    );
    managed.end().await;
}

#[tokio::test]
async fn promise_is_for_all_where_the_answer_is_and_a_refusal_for_one_alone() {
    let mut setup = Setup::default();
    setup.timing.promise_after = Duration::from_millis(50);
    setup.timing.command_within = Duration::from_millis(500);
    let managed = Managed::begin_with(setup).await;
    let guild = managed.scenario.guild.clone();
    managed.have_written(&guild, &[(managed.manager, 12, 0)]).await;
    let pictures_take = |faults: RequestFaults| {
        managed.scenario.sim.set_faults(FaultPlan {
            cdn: faults,
            ..FaultPlan::default()
        });
    };
    pictures_take(RequestFaults {
        delay_ms: [200, 200],
        ..RequestFaults::default()
    });
    let shown = managed.see(managed.manager, "activity show", json!({})).await;
    assert_eq!(shown.callback.kind, 5, "a message later");
    assert!(has_picture(&shown));

    pictures_take(RequestFaults {
        silence_before: 1.0,
        ..RequestFaults::default()
    });
    let refused = managed.ask_as(managed.manager, "activity show", json!({})).await;
    assert_eq!((refused.callback.kind, refused.follow_ups.len()), (5, 1));
    assert!(refused.message.is_none(), "the promise that all saw is gone");
    let took_too_long = refused.text();
    let in_channel = guild.channel_messages(guild.welcome_channel());
    assert!(!took_too_long.is_empty());
    assert!(
        in_channel.iter().all(|message| message.content != took_too_long),
        "{in_channel:?}"
    );
    pictures_take(RequestFaults::default());
    managed.end().await;
}

#[tokio::test]
async fn guest_may_look_and_change_nothing() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    guild.set_locale(guest, "ja");
    // Discord's client shows them all sub-commands, since some are for everybody.
    for (command, options) in [
        ("activity settings", json!({})),
        ("activity report", json!({})),
        ("activity reset", json!({"member": guest.user.to_string()})),
    ] {
        let refused = managed.ask_as(guest, command, options).await;
        assert!(refused.private, "{command}");
        assert_says(&refused, &["サーバー管理"]);
    }
    let seen = managed.see(guest, "activity leaderboard", json!({})).await;
    assert_says(&seen, &["Nobody is on this board yet"]);
    managed.end().await;
}
