//! Avatars and files.

use sim::faults::FaultPlan;
use sim::world::membership::Joining;
use sim::world::user::NewUser;

use crate::Client;
use crate::client::Answer;

async fn fetch(client: &Client, path: &str) -> Answer {
    Client::send(client.http.get(format!("{}{path}", client.sim.cdn_base()))).await
}

fn someone(client: &Client, hash: &str) -> u64 {
    let account = NewUser {
        avatar: Some(hash.to_owned()),
        ..NewUser::named("小林")
    };
    client.guild.join_as(account, Joining::default()).user
}

#[tokio::test]
async fn avatar_is_drawn_in_the_format_and_size_that_is_asked_for() {
    let client = Client::start().await;
    let user = someone(&client, "0a1b2c");
    for (extension, media_type, magic) in [
        ("png", "image/png", &b"\x89PNG"[..]),
        ("webp", "image/webp", b"RIFF"),
        ("jpg", "image/jpeg", b"\xff\xd8\xff"),
    ] {
        let answer = fetch(&client, &format!("/avatars/{user}/0a1b2c.{extension}?size=64")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(media_type));
        assert!(answer.body.starts_with(magic));
    }
    let small = fetch(&client, &format!("/avatars/{user}/0a1b2c.png?size=32")).await;
    assert_eq!(&small.body[16..24], &[0, 0, 0, 32, 0, 0, 0, 32]);
    let again = fetch(&client, &format!("/avatars/{user}/0a1b2c.png?size=32")).await;
    assert_eq!(small.body, again.body);
}

#[tokio::test]
async fn only_animated_avatars_are_gifs() {
    let client = Client::start().await;
    let moving = someone(&client, "a_77");
    let still = someone(&client, "77");
    let gif = fetch(&client, &format!("/avatars/{moving}/a_77.gif?size=16")).await;
    assert!(gif.body.starts_with(b"GIF89a"));
    let png = fetch(&client, &format!("/avatars/{moving}/a_77.png?size=16")).await;
    assert!(png.body.starts_with(b"\x89PNG"));
    assert_eq!(
        fetch(&client, &format!("/avatars/{still}/77.gif")).await.status,
        415
    );
}

#[tokio::test]
async fn sizes_are_powers_of_two_and_hashes_are_known() {
    let client = Client::start().await;
    let user = someone(&client, "77");
    for size in ["15", "17", "8", "8192", "x"] {
        let answer = fetch(&client, &format!("/avatars/{user}/77.png?size={size}")).await;
        assert_eq!(answer.status, 400, "{size}");
    }
    for path in [
        format!("/avatars/{user}/78.png"),
        "/avatars/7/77.png".to_owned(),
        "/embed/avatars/6.png".to_owned(),
        "/nowhere".to_owned(),
        "/attachments/7/7/a.png".to_owned(),
    ] {
        assert_eq!(fetch(&client, &path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn default_avatars_and_those_of_one_guild_are_there() {
    let client = Client::start().await;
    let mut seen = Vec::new();
    for index in 0..6 {
        let answer = fetch(&client, &format!("/embed/avatars/{index}.png")).await;
        assert_eq!(answer.status, 200);
        assert!(!seen.contains(&answer.body));
        seen.push(answer.body);
    }
    let joining = Joining {
        avatar: Some("99".to_owned()),
        ..Joining::default()
    };
    let user = client.guild.join_as(NewUser::named("小林"), joining).user;
    let path = format!("/guilds/{}/users/{user}/avatars/99.png?size=64", client.guild.id);
    assert_eq!(fetch(&client, &path).await.status, 200);
}

#[tokio::test]
async fn cdn_fails_by_its_own_plan() {
    let client = Client::start().await;
    let mut plan = FaultPlan::default();
    plan.cdn.error_before = 1.0;
    plan.cdn.error_statuses = vec![503];
    client.sim.set_faults(plan);
    assert_eq!(fetch(&client, "/embed/avatars/0.png").await.status, 503);
    assert_eq!(client.get("/users/@me").await.status, 200);
}
