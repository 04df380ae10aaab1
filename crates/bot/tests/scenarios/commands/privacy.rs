//! What members are told of what is stored of them, and how they are rid of it.

use std::time::Duration;

use domain::id::{GuildId, RoleId, UserId};
use serde_json::{Value, json};
use sim::driver::{Answered, GuildHandle, MemberHandle};

use super::{Managed, assert_says};

/// Of how many servers, days, months and welcomes an answer says that they were erased.
fn counts_erased(said: &str) -> [usize; 4] {
    if said.contains("nothing of yours to erase") {
        return [0; 4];
    }
    let first = said.lines().next().expect("a sentence");
    let numbers = first.split(|letter: char| !letter.is_ascii_digit());
    let counts: Vec<_> = numbers.filter_map(|number| number.parse().ok()).collect();
    counts.try_into().expect("four counts")
}

/// The file of an answer.
fn file(answered: &Answered) -> Value {
    let message = answered.message.as_ref().expect("a message");
    let [file] = &message.attachments[..] else {
        panic!("one file in {message:?}")
    };
    assert!(file.filename.starts_with("droas-member-"), "{file:?}");
    let bytes = file.bytes.as_ref().expect("the simulator has it");
    serde_json::from_slice(bytes).expect("JSON")
}

impl Managed {
    /// A member uses a command whose answer nobody else sees.
    async fn ask_alone(&self, member: MemberHandle, command: &str) -> Answered {
        let answered = self.ask_as(member, command, json!({})).await;
        assert!(answered.private, "{command}: {answered:?}");
        answered
    }

    /// The other guild, and two members who have been welcomed and have written, the first of them in both guilds.
    async fn two_of_whom_one_is_in_two_guilds(&self, names: [&str; 2]) -> (GuildHandle, [MemberHandle; 2]) {
        let here = self.scenario.guild.clone();
        let there = self.scenario.sim.create_guild("elsewhere");
        let [own, other] = names.map(|name| here.join(name));
        assert!(there.join_user(own.user));
        let own_there = MemberHandle {
            guild: there.id,
            ..own
        };
        self.scenario.welcomed(&[own, other, own_there]).await;
        self.have_written(&here, &[(own, 7, 0), (own, 5, 1), (other, 3, 0)])
            .await;
        self.have_written(&there, &[(own, 2, 0)]).await;
        (there, [own, other])
    }

    /// In how many guilds a member's activity is stored.
    async fn guilds_of(&self, member: MemberHandle) -> usize {
        let stored = self.scenario.store().member_activity(UserId(member.user)).await;
        stored.expect("readable").len()
    }
}

#[tokio::test]
async fn export_has_everything_of_whoever_asks_and_nothing_of_others() {
    let managed = Managed::begin().await;
    let here = managed.scenario.guild.clone();
    let (there, [own, other]) = managed
        .two_of_whom_one_is_in_two_guilds(["小林", "somebody else"])
        .await;

    let (store, now) = (managed.scenario.store(), managed.scenario.now());
    for member in [own, other] {
        let (user, role) = (UserId(member.user), RoleId(member.user / 2));
        let begun = store.begin_role(GuildId(here.id), user, role, now).await;
        begun.expect("written");
    }

    let exported = managed.ask_alone(own, "privacy export").await;
    assert_says(
        &exported,
        &[
            "activity in 2 servers, 2 welcomes, 1 roles that you have from me, and 0 changes",
            "Not in it",
        ],
    );
    let file = file(&exported);
    assert_eq!(file["user"], own.user.to_string());
    let of = |guild: u64, part: &str| {
        let all = file[part].as_array().expect("a list");
        let guild = json!(guild.to_string());
        let found = all.iter().find(|one| one["guild"] == guild);
        found.expect("of this guild").clone()
    };
    let days = of(here.id, "activity")["messages_by_day"].clone();
    let days = days.as_object().expect("by day");
    assert_eq!(
        days.values().collect::<Vec<_>>(),
        [&json!(5), &json!(7)],
        "{days:?}"
    );
    assert_eq!(
        of(there.id, "activity")["messages_by_day"]
            .as_object()
            .expect("by day")
            .len(),
        1
    );
    for guild in [here.id, there.id] {
        let welcome = of(guild, "welcomes");
        assert_eq!(
            (&welcome["global_name"], &welcome["state"]),
            (&json!("小林"), &json!("sent"))
        );
    }
    let roles = file["level_roles"].as_array().expect("a list");
    let [role] = &roles[..] else { panic!("{roles:?}") };
    assert_eq!(role["role"], (own.user / 2).to_string());
    let text = file.to_string();
    assert!(
        !text.contains("somebody else") && !text.contains(&other.user.to_string()),
        "{text}"
    );
    managed.end().await;
}

#[tokio::test]
async fn what_somebody_changed_is_in_their_export_and_outlives_their_erasure() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let other = guild.join_manager("another manager");
    managed.scenario.welcomed(&[other]).await;
    let own = managed.manager;
    assert_says(
        &managed
            .ask("settings timezone", json!({"zone": "Asia/Taipei"}))
            .await,
        &["✅"],
    );
    let theirs = managed.ask_as(other, "welcome disable", json!({})).await;
    assert_says(&theirs, &["✅"]);
    let changed = async |member| {
        let exported = managed.ask_alone(member, "privacy export").await;
        assert_says(&exported, &["and 1 changes that you made"]);
        let file = file(&exported);
        assert_eq!(file["settings_changed_earlier_left_out"], false);
        let lines = file["settings_changed"].as_array().expect("a list");
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["guild"], guild.id.to_string());
        ["setting", "before", "after"].map(|part| line[part].clone())
    };
    let zone = [json!("time-zone"), json!(null), json!("Asia/Taipei")];
    assert_eq!(changed(own).await, zone);
    assert_eq!(
        changed(other).await,
        [json!("welcome.enabled"), json!(null), json!("off")]
    );

    let asked = managed.ask_alone(own, "privacy erase").await;
    let erased = managed.press_as(own, &asked, "Erase in all servers").await;
    assert_says(&erased, &["What stays", "that it was you who changed something"]);
    assert_eq!(changed(own).await, zone, "the history is the server's");
    let history = managed.ask("settings audit", json!({})).await;
    let who = format!("<@{}>", own.user);
    assert!(history.text().contains(&who), "{}", history.text());
    managed.end().await;
}

#[tokio::test]
async fn erasure_asks_first_and_holds_in_all_guilds_and_for_one_person() {
    let managed = Managed::begin().await;
    let here = managed.scenario.guild.clone();
    let (_, [own, other]) = managed.two_of_whom_one_is_in_two_guilds(["小林", "other"]).await;

    let asked = managed.ask_alone(own, "privacy erase").await;
    assert_says(
        &asked,
        &["**all** servers", "cannot be undone", "/privacy export"],
    );
    assert_says(&managed.press_as(own, &asked, "Cancel").await, &["Cancelled"]);
    assert_eq!(managed.guilds_of(own).await, 2);

    let known = managed.scenario.store().member_activity(UserId(own.user)).await;
    let known = known.expect("readable");
    let days = known.iter().map(|record| record.days.len()).sum();
    let months = known.iter().map(|record| record.months.len()).sum();
    assert_eq!(days, 3, "two here, one there");
    let stored = [2, days, months, 2];
    let both = [
        managed.ask_alone(own, "privacy erase").await,
        managed.ask_alone(own, "privacy erase").await,
    ];
    let presses = both.each_ref().map(|asked| {
        let message = asked.message.as_ref().expect("a message").id;
        let pressed = here.press(own, message, asked.button("Erase in all servers"));
        pressed.expect("the button is there")
    });
    // Two erasures at once go from guild to guild, and either may be the first in each: together they erase everything once.
    let mut erased = [0; 4];
    for pressed in presses {
        let answered = managed.answer(pressed).await;
        assert_says(&answered, &["✅", "What stays"]);
        for (sum, count) in erased.iter_mut().zip(counts_erased(&answered.text())) {
            *sum += count;
        }
    }
    assert_eq!(erased, stored, "servers, days, months and welcomes");
    assert_eq!(
        (managed.guilds_of(own).await, managed.guilds_of(other).await),
        (0, 1)
    );

    let again = managed.ask_alone(own, "privacy erase").await;
    let nothing = managed.press_as(own, &again, "Erase in all servers").await;
    assert_says(&nothing, &["nothing of yours to erase"]);
    let show = managed.ask_as(own, "activity show", json!({})).await;
    assert_says(&show, &["You have not written anything here yet"]);
    let history = managed.ask("welcome history", json!({})).await;
    assert!(!history.text().contains("小林"), "{}", history.text());
    let welcomes = managed.scenario.store().history(GuildId(here.id), 10).await;
    assert_eq!(welcomes.expect("readable").len(), 3, "the record stays");
    managed.end().await;
}

#[tokio::test]
async fn question_of_erasure_is_for_whoever_asked_and_not_for_ever() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let [own, other] = ["own", "other"].map(|name| guild.join(name));
    managed.scenario.welcomed(&[own, other]).await;
    managed.have_written(&guild, &[(own, 7, 0), (other, 3, 0)]).await;
    let asked = managed.ask_alone(own, "privacy erase").await;
    let refused = managed.press_as(other, &asked, "Erase in all servers").await;
    assert_says(&refused, &["Only the person who opened this"]);
    let too_long = Duration::from_secs(301);
    managed.scenario.clock.advance(too_long);
    managed.scenario.sim.advance(too_long);
    let expired = managed.press_as(own, &asked, "Erase in all servers").await;
    assert_says(&expired, &["has expired"]);
    assert_eq!(
        (managed.guilds_of(own).await, managed.guilds_of(other).await),
        (1, 1)
    );
    managed.end().await;
}
