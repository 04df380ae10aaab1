//! `/activity level-role`, and roles of levels in imported files.

use domain::activity::level::Level;
use domain::id::RoleId;
use domain::settings::Field;
use serde_json::{Value, json};
use sim::driver::{Answered, MemberHandle};
use sim::world::Id;
use sim::world::permissions::{ADMINISTRATOR, MANAGE_ROLES, VIEW_CHANNEL};

use super::{Managed, assert_says};

const BAN_MEMBERS: u64 = 1 << 2;
const KICK_MEMBERS: u64 = 1 << 1;

impl Managed {
    async fn level_role(&self, options: Value) -> Answered {
        self.ask("activity level-role", options).await
    }

    async fn choose_role(&self, level: &str, role: Id) -> Answered {
        self.level_role(json!({"level": level, "role": role.to_string()}))
            .await
    }

    /// From now on the manager may hand out what there is until now, and so may the bot.
    fn let_hand_out(&self) {
        let guild = &self.scenario.guild;
        let lead = guild.create_role("lead", MANAGE_ROLES);
        guild.give_role(self.manager, lead);
        guild.let_bot_manage_roles(true);
    }

    async fn import_roles(&self, roles: &str) -> Answered {
        let file = json!({"droas": 1, "settings": {"activity.level-roles": roles}}).to_string();
        let guild = &self.scenario.guild;
        let used = guild.command_with_file(self.manager, "settings import", "file", "x.json", file);
        self.answer(used.expect("Discord takes any file")).await
    }

    async fn chosen(&mut self) -> Vec<(Level, RoleId)> {
        self.stored().await.settings.level_roles()
    }
}

#[tokio::test]
async fn roles_are_chosen_shown_and_removed() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let (active, legend) = (
        guild.create_role("active", VIEW_CHANNEL),
        guild.create_role("legend", 0),
    );
    managed.let_hand_out();
    let none = managed.level_role(json!({})).await;
    assert_says(&none, &["**Active** (from 25 points): none", "a point below it"]);
    assert_says(
        &managed.choose_role("active", active).await,
        &["✅", "**Active**", &format!("<@&{active}>")],
    );
    managed.choose_role("legend", legend).await;
    let shown = managed.level_role(json!({})).await;
    assert_says(&shown, &[&format!("**Legend** (from 90 points): <@&{legend}>")]);
    assert!(!shown.text().contains('⚠'), "{}", shown.text());
    assert_eq!(
        managed.chosen().await,
        [(Level::Active, RoleId(active)), (Level::Legend, RoleId(legend))]
    );
    let remove = |level: &str| json!({"level": level, "remove": true});
    assert_says(&managed.level_role(remove("legend")).await, &["✅"]);
    assert_says(
        &managed.level_role(remove("legend")).await,
        &["Nothing was changed"],
    );
    managed.level_role(remove("active")).await;
    assert_eq!(
        managed.stored().await.settings.get(Field::ActivityLevelRoles),
        None
    );
    managed.end().await;
}

#[tokio::test]
async fn options_that_make_no_sense_together_are_refused() {
    let mut managed = Managed::begin().await;
    let role = managed.scenario.guild.create_role("active", 0).to_string();
    managed.let_hand_out();
    for (options, what) in [
        (json!({"role": role}), "`level`"),
        (json!({"remove": true}), "`level`"),
        (json!({"level": "active"}), "`role`"),
        (
            json!({"level": "active", "role": role, "remove": true}),
            "`remove`",
        ),
    ] {
        assert_says(&managed.level_role(options).await, &[what]);
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

/// Roles that are not handed out, and a part of the sentence that says why.
fn out_of_reach(managed: &Managed) -> Vec<(Id, &'static str)> {
    let guild = &managed.scenario.guild;
    let dangerous = guild.create_role("moderator", BAN_MEMBERS | KICK_MEMBERS);
    let administrator = guild.create_role("administrator", ADMINISTRATOR);
    managed.let_hand_out();
    let own = guild.bots_role().expect("the bot is there");
    let high = guild.create_role("high", 0);
    let lead = guild.create_role("chief", 0);
    guild.give_role(managed.manager, lead);
    vec![
        (dangerous, "**Ban Members**, **Kick Members**"),
        (administrator, "grants **Administrator**"),
        (own, "belongs to a bot"),
        (guild.id, "Everybody has"),
        (high, "move mine above it"),
        (lead, "does not stand below your own highest role"),
    ]
}

#[tokio::test]
async fn nobody_comes_to_power_or_above_the_bot_by_chatting() {
    let mut managed = Managed::begin().await;
    for (role, why) in out_of_reach(&managed) {
        assert_says(&managed.choose_role("legend", role).await, &[why]);
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

#[tokio::test]
async fn imported_file_hands_out_no_role_that_the_command_would_not() {
    let mut managed = Managed::begin().await;
    let harmless = managed.scenario.guild.create_role("harmless", 0);
    let gone = (7, "There is no role `7`");
    for (role, why) in out_of_reach(&managed).into_iter().chain([gone]) {
        let refused = managed
            .import_roles(&format!("active={harmless} legend={role}"))
            .await;
        assert_says(&refused, &[why]);
        let buttons = refused.message.map(|message| message.components);
        assert_eq!(buttons, Some(Vec::new()));
    }
    assert_eq!(managed.stored().await.version, 0);
    let asked = managed.import_roles(&format!("active={harmless}")).await;
    assert_says(&managed.press(&asked, "Apply").await, &["✅ Imported: 1"]);
    assert_eq!(managed.chosen().await, [(Level::Active, RoleId(harmless))]);
    managed.end().await;
}

/// Lets somebody manage roles in the system channel, where this is the permission to change overwrites.
fn let_change_overwrites(managed: &Managed, member: MemberHandle) {
    let guild = &managed.scenario.guild;
    let overwrite = sim::world::channel::Overwrite {
        id: member.user,
        member: true,
        allow: MANAGE_ROLES,
        deny: 0,
    };
    let channel = guild.welcome_channel();
    assert!(managed.scenario.sim.world().set_overwrite(channel, overwrite));
}

#[tokio::test]
async fn who_may_not_hand_out_a_role_has_nobody_else_do_it() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let role = guild.create_role("active", 0);
    guild.let_bot_manage_roles(true);
    let_change_overwrites(&managed, managed.manager);
    let needed = "**Manage Roles**";
    assert_says(
        &managed.choose_role("active", role).await,
        &["Only people", needed],
    );
    assert_says(
        &managed.import_roles(&format!("active={role}")).await,
        &["Only people", needed],
    );
    managed.let_hand_out();
    guild.let_bot_manage_roles(false);
    assert_says(&managed.choose_role("active", role).await, &["I lack", needed]);
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

#[tokio::test]
async fn what_hinders_roles_is_said_as_things_stand() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let (active, legend) = (guild.create_role("active", 0), guild.create_role("legend", 0));
    managed.let_hand_out();
    managed.choose_role("active", active).await;
    managed.choose_role("legend", legend).await;
    guild.let_bot_manage_roles(false);
    guild.raise_role(active);
    guild.delete_role(legend);
    let shown = managed.level_role(json!({})).await;
    let gone = format!("There is no role `{legend}`");
    assert_says(
        &shown,
        &[
            "⚠️",
            "I lack the permission **Manage Roles**",
            "move mine above it",
            &gone,
        ],
    );
    managed.end().await;
}
