//! Answers that come too late, twice, or into a network that fails.

use std::time::Duration;

use discord::{
    Answer, Component, Embed, Endpoints, FormError, Interaction, InteractionToken, Refusal, Reply, ReplyTo,
    Rest, RestError, RouteClass, Token,
};
use domain::id::{ApplicationId, InteractionId};
use sim::faults::{FaultPlan, RequestFaults};

use crate::scene::Scene;
use crate::script::{self, Script, json, refusal};

fn hello() -> Answer {
    Answer::Message(Reply::private("hello"))
}

async fn say_hello(scene: &Scene, to: &Interaction) -> Result<(), RestError> {
    scene.rest.answer(&to.reply_to, &hello()).await
}

fn faults(interaction: RequestFaults) -> FaultPlan {
    FaultPlan {
        interaction,
        ..FaultPlan::default()
    }
}

/// A client of a server that is not Discord, and an interaction of the present, whose token is `c2VjcmV0`.
fn speaking_to(base: &str) -> (Rest, ReplyTo) {
    let endpoints = Endpoints {
        api: format!("{base}/api/v10").parse().expect("a URL"),
        ..Endpoints::default()
    };
    let rest = Rest::new(Token::parse("a.token.of.ours").expect("a token"), &endpoints).expect("a client");
    let id = InteractionId(1_300_000_000_000_000_000);
    let token = InteractionToken::new("c2VjcmV0".to_owned());
    (rest, ReplyTo::new(id, ApplicationId(2), token, id.created_at()))
}

#[tokio::test]
async fn answer_is_not_sent_once_nobody_waits_for_it() {
    let mut scene = Scene::begin().await;
    let interaction = scene.greeted().await;
    let late = interaction.reply_to.id.created_at() + Duration::from_secs(3);
    let to = ReplyTo::new(
        interaction.reply_to.id,
        scene.application,
        interaction.reply_to.token.clone(),
        late,
    );
    assert_eq!(scene.rest.answer(&to, &hello()).await, Err(RestError::TooLate));
    assert!(scene.sim_interaction(&interaction).callback.is_none());
    // Our clock lags behind, and Discord says so.
    scene.sim.advance(Duration::from_secs(4));
    let refused = say_hello(&scene, &interaction).await.expect_err("late");
    assert_eq!(refused.refusal(), Some(Refusal::InteractionGone));
}

#[tokio::test]
async fn second_first_answer_is_told_as_such() {
    let mut scene = Scene::begin().await;
    let interaction = scene.greeted().await;
    say_hello(&scene, &interaction).await.expect("taken");
    let refused = say_hello(&scene, &interaction).await.expect_err("twice");
    assert_eq!(refused.refusal(), Some(Refusal::InteractionAnswered));
}

#[tokio::test]
async fn answer_whose_receipt_was_lost_is_known_to_have_arrived() {
    let already = || refusal(400, 40060, "Interaction has already been acknowledged.");
    let script = Script::start([json(502, &[], ""), already(), already()]).await;
    let (rest, to) = speaking_to(&script.base);
    rest.answer(&to, &hello())
        .await
        .expect("taken at the first try, and told at the second");
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    let line = format!("POST /api/v10/interactions/{}/c2VjcmV0/callback HTTP/1.1", to.id);
    assert_eq!(requests[0].line, line);
    assert_eq!(
        requests[0].header("authorization"),
        None,
        "the token in the path is enough"
    );
    // Without a doubt before, it means another answer.
    let refused = rest.answer(&to, &hello()).await.expect_err("twice");
    assert_eq!(refused.refusal(), Some(Refusal::InteractionAnswered));
}

#[tokio::test]
async fn answer_is_tried_again_as_long_as_discord_waits_and_no_longer() {
    let script = Script::start([script::Reply::Break, json(200, &[], ""), script::Reply::Silence]).await;
    let (rest, to) = speaking_to(&script.base);
    rest.answer(&to, &hello()).await.expect("taken at the second try");
    // A quarter of a second is left, and the server says nothing.
    let now = to.id.created_at() + Duration::from_millis(2_750);
    let late = ReplyTo::new(to.id, to.application, to.token.clone(), now);
    let error = rest.answer(&late, &hello()).await.expect_err("no answer");
    assert!(
        matches!(error, RestError::Unknown { status: None, .. }),
        "{error:?}"
    );
    let requests = script.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests[2].at.elapsed() < Duration::from_secs(10),
        "a request may take 20 s elsewhere"
    );
}

#[tokio::test]
async fn token_that_expired_ends_one_conversation_and_not_the_bots() {
    let mut scene = Scene::begin().await;
    let interaction = scene.greeted().await;
    say_hello(&scene, &interaction).await.expect("taken");
    scene.sim.advance(Duration::from_secs(16 * 60));
    let reply = Reply::private("late");
    let to = &interaction.reply_to;
    for error in [
        scene.rest.edit_original(to, &reply).await.expect_err("expired"),
        scene.rest.follow_up(to, &reply).await.expect_err("expired"),
    ] {
        assert_eq!(error.refusal(), Some(Refusal::InteractionGone), "{error}");
    }
    scene
        .rest
        .current_user()
        .await
        .expect("Discord knows the bot's token still");
}

#[tokio::test]
async fn what_discord_would_refuse_is_not_sent() {
    let mut scene = Scene::begin().await;
    let interaction = scene.greeted().await;
    let to = &interaction.reply_to;
    let many = Reply::private_panel(vec![Component::TextDisplay("a".to_owned()); 41]);
    let both = Reply {
        content: "text".to_owned(),
        ..Reply::private_panel(vec![Component::TextDisplay("a".to_owned())])
    };
    let long = Reply::private("字".repeat(2001));
    let strange = Reply {
        embeds: vec![Embed {
            title: Some("a".to_owned()),
            color: Some(0x0100_0000),
            ..Embed::default()
        }],
        ..Reply::default()
    };
    for (reply, fault) in [
        (strange, FormError::NotAColor { color: 0x0100_0000 }),
        (Reply::private(" "), FormError::Empty { field: "message" }),
        (many, FormError::TooManyComponents { count: 41 }),
        (both, FormError::TextBesideComponents),
        (
            long,
            FormError::TooLong {
                field: "text",
                count: 2001,
                max: 2000,
            },
        ),
    ] {
        let refused = Err(RestError::Unfit(fault));
        assert_eq!(
            scene.rest.answer(to, &Answer::Message(reply.clone())).await,
            refused
        );
        assert_eq!(scene.rest.follow_up(to, &reply).await.map(drop), refused);
    }
    assert!(scene.sim_interaction(&interaction).callback.is_none());
    let most = Reply::private_panel(vec![Component::TextDisplay("a".to_owned()); 40]);
    scene
        .rest
        .answer(to, &Answer::Message(most))
        .await
        .expect("Discord takes forty");
}

#[tokio::test]
async fn failing_answers_are_held_back_by_themselves() {
    let mut scene = Scene::begin().await;
    scene.sim.set_faults(faults(RequestFaults {
        error_before: 1.0,
        error_statuses: vec![500],
        ..RequestFaults::default()
    }));
    let interaction = scene.greeted().await;
    let mut held = false;
    for _ in 0..100 {
        let answer = scene
            .rest
            .edit_original(&interaction.reply_to, &Reply::private("a"))
            .await;
        if matches!(answer, Err(RestError::HeldBack { .. })) {
            held = true;
            break;
        }
    }
    assert!(held, "{:?}", scene.rest.health());
    for health in scene.rest.health() {
        let is_open = health.state == discord::BreakerState::Open;
        assert_eq!(is_open, health.class == RouteClass::Interactions, "{health}");
    }
}

#[tokio::test]
async fn errors_do_not_hold_the_token() {
    let (rest, to) = speaking_to("http://127.0.0.1:1");
    let error = rest.answer(&to, &hello()).await.expect_err("nobody is there");
    assert!(matches!(error, RestError::NotSent { .. }), "{error:?}");
    let shown = format!("{error} {error:?} {rest:?} {to:?}");
    assert!(!shown.contains("c2VjcmV0"), "{shown}");
}
