//! Pictures behind cards: taken, or refused with a reason and without a trace.

use domain::settings::Field;
use serde_json::json;
use sim::driver::{Answered, MemberHandle};

use super::{Managed, assert_says};
use crate::harness::Setup;
use crate::web::{Page, Web};

/// A PNG of one colour.
pub(super) fn png(width_px: u32, height_px: u32, rgb: [u8; 3]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width_px, height_px);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    let pixels = rgb.repeat((width_px * height_px) as usize);
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}

/// The colour near a JPEG's upper left corner.
pub(super) fn corner(jpeg: &[u8]) -> [u8; 3] {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let pixels = decoder.decode().expect("a picture");
    let width = usize::from(decoder.info().expect("a header").width);
    let at = (4 * width + 4) * 3;
    [pixels[at], pixels[at + 1], pixels[at + 2]]
}

/// The card that an answer shows.
pub(super) fn card_of(answered: &Answered) -> Vec<u8> {
    let message = answered.message.as_ref().expect("a message");
    let [card] = &message.attachments[..] else {
        panic!("one card in {message:?}")
    };
    assert_eq!(card.dimensions, Some((1024, 512)));
    card.bytes.as_ref().expect("the simulator has it").to_vec()
}

pub(super) fn is_red([red, green, blue]: [u8; 3]) -> bool {
    red > 120 && green < 60 && blue < 60
}

impl Managed {
    /// The manager gives a picture.
    async fn give(&self, name: &str, bytes: Vec<u8>) -> Answered {
        self.give_as(self.manager, name, bytes).await
    }

    async fn give_as(&self, member: MemberHandle, name: &str, bytes: Vec<u8>) -> Answered {
        let guild = &self.scenario.guild;
        let used = guild.command_with_file(member, "welcome background", "picture", name, bytes);
        self.answer(used.expect("Discord's client lets them")).await
    }

    /// Nobody has changed anything; the bot itself begins with some settings.
    pub(super) async fn assert_nothing_changed(&mut self) {
        let stored = self.stored().await;
        assert_eq!(stored.updated_by, None, "{stored:?}");
    }

    /// How often settings were changed since `begun`.
    pub(super) async fn changes_since(&mut self, begun: u64) -> u64 {
        self.stored().await.version - begun
    }

    /// Nothing of any picture is left: no setting, no file.
    async fn assert_nothing_kept(&mut self) {
        self.assert_nothing_changed().await;
        let files = self.scenario.assets().list().await.expect("readable");
        assert!(files.is_empty(), "{files:?}");
    }
}

#[tokio::test]
async fn picture_that_an_admin_gives_stands_behind_cards_until_it_is_removed() {
    let mut managed = Managed::begin().await;
    let begun = managed.stored().await.version;
    let answered = managed.give("red.png", png(1200, 600, [200, 0, 0])).await;
    assert_says(&answered, &["✅"]);
    assert!(answered.private);
    assert!(is_red(corner(&card_of(&answered))));

    let member = managed.scenario.guild.join("小林");
    managed.scenario.welcomed(&[member]).await;
    let greeted = managed.scenario.guild.welcome_messages();
    let card = greeted
        .iter()
        .find(|message| message.mentions == [member.user])
        .and_then(|message| message.attachments[0].bytes.clone())
        .expect("a card");
    assert!(is_red(corner(&card)));

    let stored = managed.stored().await;
    let hash = stored
        .settings
        .get(Field::CardBackground)
        .expect("chosen")
        .to_owned();
    let files = managed.scenario.assets().list().await.expect("readable");
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].hash.to_string(), hash);

    let again = managed.give("the same.png", png(1200, 600, [200, 0, 0])).await;
    assert_says(&again, &["nothing was changed"]);
    let removed = managed.ask("welcome background", json!({"remove": true})).await;
    assert_says(&removed, &["Removed"]);
    assert!(!is_red(corner(&card_of(&removed))));
    let none = managed.ask("welcome background", json!({"remove": true})).await;
    assert_says(&none, &["no background of its own"]);
    assert_eq!(managed.changes_since(begun).await, 2);
    let stored = managed.stored().await;
    assert_eq!(stored.settings.get(Field::CardBackground), None);
    managed.end().await;
}

#[tokio::test]
async fn hostile_files_are_refused_with_the_reason_and_leave_nothing_behind() {
    let mut managed = Managed::begin().await;
    let mut bomb = Vec::new();
    drop(
        png::Encoder::new(&mut bomb, 20_000, 20_000)
            .write_header()
            .expect("a header"),
    );
    let sound = png(64, 64, [1, 2, 3]);
    for (name, bytes, reason) in [
        (
            "text.png",
            b"<html>I am a picture</html>".to_vec(),
            "no picture that I can read",
        ),
        ("empty.png", Vec::new(), "no picture that I can read"),
        ("large.jpg", vec![0xff; 9 << 20], "up to 8 MiB"),
        ("bomb.png", bomb, "20000 × 20000"),
        ("cut.png", sound[..sound.len() / 2].to_vec(), "The PNG is damaged"),
    ] {
        let refused = managed.give(name, bytes).await;
        assert_says(&refused, &[reason, "Nothing was changed"]);
        assert!(refused.private);
    }
    managed.assert_nothing_kept().await;
    managed.end().await;
}

#[tokio::test]
async fn moving_picture_is_kept_as_its_first_frame() {
    let mut managed = Managed::begin().await;
    // A frame of a red pixel, then one of a black pixel.
    let frame = |pixel: u8| {
        [
            b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02".as_slice(),
            &[pixel, 0x01, 0],
        ]
        .concat()
    };
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0";
    let gif = [head.as_slice(), &frame(0x44), &frame(0x4c), b"\x3b"].concat();
    let answered = managed.give("moving.gif", gif).await;
    assert_says(&answered, &["✅"]);
    assert!(is_red(corner(&card_of(&answered))));
    let hash = managed
        .stored()
        .await
        .settings
        .get(Field::CardBackground)
        .map(str::to_owned);
    let hash = hash.expect("chosen").parse().expect("a hash");
    let kept = managed.scenario.assets().get(&hash).await.expect("kept");
    assert!(kept.starts_with(&[0xff, 0xd8]), "a still JPEG");
    managed.end().await;
}

#[tokio::test]
async fn picture_is_taken_from_a_url_that_everybody_can_open() {
    let web = Web::start().await;
    web.put("/red.png", Page::Content(png(600, 300, [200, 0, 0])));
    web.put("/moved", Page::Redirect("https://pictures.example/red.png"));
    let mut managed = Managed::begin_with(Setup {
        fetcher: web.fetcher(),
        ..Setup::default()
    })
    .await;
    let url = json!({"url": "https://pictures.example/moved"});
    let answered = managed.ask("welcome background", url).await;
    assert_says(&answered, &["✅"]);
    assert!(is_red(corner(&card_of(&answered))));
    assert!(
        managed
            .stored()
            .await
            .settings
            .get(Field::CardBackground)
            .is_some()
    );
    managed.end().await;
}

#[tokio::test]
async fn hostile_urls_are_refused_with_the_reason_and_leave_nothing_behind() {
    let web = Web::start().await;
    web.put("/page", Page::Content(b"<html></html>".to_vec()));
    web.put(
        "/inward",
        Page::Redirect("https://169.254.169.254/latest/meta-data"),
    );
    web.put("/intern", Page::Redirect("https://intern.example/"));
    web.put("/plain", Page::Redirect("http://pictures.example/red.png"));
    web.put("/huge", Page::Content(vec![0; 9 << 20]));
    let mut managed = Managed::begin_with(Setup {
        fetcher: web.fetcher(),
        ..Setup::default()
    })
    .await;
    for (url, reasons) in [
        ("http://pictures.example/red.png", &["`https://`"][..]),
        (
            "https://127.0.0.1/red.png",
            &["`127.0.0.1` is not on the public internet"],
        ),
        ("https://[::1]/red.png", &["not on the public internet"]),
        ("https://localhost/red.png", &["not on the public internet"]),
        (
            "https://intern.example/red.png",
            &["`intern.example` is not on the public internet"],
        ),
        (
            "https://me:secret@pictures.example/",
            &["user name or a password"],
        ),
        ("https://pictures.example:8443/", &["port 8443"]),
        ("https://nowhere.example/", &["no host `nowhere.example`"]),
        ("https://pictures.example/gone", &["status 404"]),
        ("https://pictures.example/page", &["no picture that I can read"]),
        ("https://pictures.example/huge", &["up to 8 MiB"]),
        (
            "https://pictures.example/inward",
            &["redirects elsewhere", "not on the public internet"],
        ),
        (
            "https://pictures.example/intern",
            &["redirects elsewhere", "`intern.example` is not"],
        ),
        (
            "https://pictures.example/plain",
            &["redirects elsewhere", "`https://`"],
        ),
        ("file:///etc/passwd", &["`https://`"]),
        ("not a url", &["no valid URL"]),
    ] {
        let refused = managed.ask("welcome background", json!({"url": url})).await;
        assert_says(&refused, reasons);
        assert_says(&refused, &["Nothing was changed"]);
        assert!(
            !refused.text().contains("10.0.0.7"),
            "where a name leads is nobody's business"
        );
    }
    managed.assert_nothing_kept().await;
    managed.end().await;
}

#[tokio::test]
async fn exactly_one_place_is_named_for_a_background() {
    let mut managed = Managed::begin().await;
    for options in [
        json!({}),
        json!({"remove": false}),
        json!({"remove": true, "url": "https://pictures.example/"}),
    ] {
        let refused = managed.ask("welcome background", options).await;
        assert_says(&refused, &["Fill in one option"]);
    }
    managed.assert_nothing_changed().await;
    managed.end().await;
}

#[tokio::test]
async fn reason_is_told_in_the_admins_own_language() {
    let managed = Managed::begin().await;
    for (locale, reason) in [
        ("zh-TW", "這不是我能讀取的圖片"),
        ("zh-CN", "这不是我能读取的图片"),
        ("ja", "読み込める画像ではありません"),
    ] {
        managed.scenario.guild.set_locale(managed.manager, locale);
        let refused = managed.give("text.png", b"words".to_vec()).await;
        assert_says(&refused, &[reason]);
    }
    managed.end().await;
}

#[tokio::test]
async fn two_admins_who_give_pictures_at_once_do_not_undo_each_other() {
    let mut managed = Managed::begin().await;
    let other = managed.scenario.guild.join_manager("副館長");
    managed.scenario.welcomed(&[other]).await;
    let begun = managed.stored().await.version;
    let (one, two) = tokio::join!(
        managed.give("one.png", png(600, 300, [200, 0, 0])),
        managed.give_as(other, "two.png", png(600, 300, [0, 0, 200])),
    );
    let stored = [&one, &two]
        .iter()
        .filter(|answer| answer.text().contains("✅"))
        .count();
    let conflicts = [&one, &two]
        .iter()
        .filter(|answer| answer.text().contains("changed this meanwhile"))
        .count();
    assert!(stored >= 1 && stored + conflicts == 2, "{one:?} {two:?}");
    assert_eq!(managed.changes_since(begun).await, stored as u64);
    managed.end().await;
}

#[tokio::test]
async fn picture_that_cannot_be_kept_is_not_chosen() {
    let mut managed = Managed::begin().await;
    let place = managed.scenario.database().with_file_name("assets");
    std::fs::remove_dir_all(&place).expect("a folder of ours");
    std::fs::write(&place, b"in the way").expect("a file");
    let refused = managed.give("red.png", png(60, 30, [200, 0, 0])).await;
    assert_says(&refused, &["I cannot store it right now", "Nothing was changed"]);
    std::fs::remove_file(&place).expect("the file");
    managed.assert_nothing_changed().await;
    managed.end().await;
}
