//! Interactions that Discord does not document, over the socket.

use discord::{Answer, Incoming, Reply, Unanswerable, UnservedReason};
use domain::event::Event;
use serde_json::{Value, json};

use crate::scene::Scene;

impl Scene {
    /// Sends what no person can do.
    fn dispatch(&self, payload: &Value) {
        let mut world = self.sim.world();
        world.dispatch(self.guild.id, "INTERACTION_CREATE", 0, payload);
    }

    fn payload(&self, more: Value) -> Value {
        let mut world = self.sim.world();
        let mut payload = json!({
            "id": world.ids.now().to_string(),
            "application_id": world.bot.application_id.to_string(),
            "token": "t0ken",
            "type": 2,
            "locale": "zh-TW",
        });
        let object = payload.as_object_mut().expect("an object");
        object.extend(more.as_object().cloned().expect("an object"));
        payload
    }
}

#[tokio::test]
async fn nonsense_is_passed_over_and_the_session_goes_on() {
    let mut scene = Scene::begin().await;
    let guild = scene.guild.id.to_string();
    for more in [
        json!({"guild_id": guild}),
        json!({"guild_id": guild, "channel_id": "6", "member": {}, "data": []}),
        json!({"guild_id": guild, "data": {"name": "字".repeat(100_000), "options": "x"}}),
        json!({"guild_id": "not an id", "data": {"name": "greet"}}),
        json!({"guild_id": guild, "type": 77}),
    ] {
        scene.dispatch(&scene.payload(more.clone()));
        match scene.incoming().await {
            Ok(Incoming::Unserved(unserved)) => {
                assert!(matches!(unserved.reason, UnservedReason::Unreadable(_)), "{more}");
                assert_eq!(unserved.locale.as_deref(), Some("zh-TW"));
            }
            other => panic!("{other:?}"),
        }
    }
    for more in [
        json!({"token": null}),
        json!({"id": {}}),
        json!({"application_id": "x"}),
    ] {
        scene.dispatch(&scene.payload(more));
        assert!(matches!(scene.incoming().await, Err(Unanswerable::Unreadable(_))));
    }
    let member = scene.guild.join("小林");
    let joined = loop {
        if let Event::MemberJoined(join) = scene.event().await {
            break join;
        }
    };
    assert_eq!(joined.member.id.0, member.user);
    let interaction = scene.greeted().await;
    let answer = Answer::Message(Reply::private("here"));
    scene
        .rest
        .answer(&interaction.reply_to, &answer)
        .await
        .expect("taken");
}

#[tokio::test]
async fn use_in_a_direct_message_is_told_apart() {
    let mut scene = Scene::begin().await;
    let direct = scene.payload(json!({
        "channel_id": "6", "context": 1, "user": {"id": "7", "username": "ada"}, "data": {"name": "greet"},
    }));
    scene.dispatch(&direct);
    match scene.incoming().await {
        Ok(Incoming::Unserved(unserved)) => assert_eq!(unserved.reason, UnservedReason::OutsideGuild),
        other => panic!("{other:?}"),
    }
}
