use assets::AssetOptions;
use card::{Layout, Theme};
use tempfile::TempDir;

use super::*;

struct Place {
    backgrounds: Arc<Backgrounds>,
    assets: AssetStore,
    tally: Arc<Tally>,
    _folder: TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let assets = AssetStore::open(&AssetOptions::Folder(folder.path().to_owned())).expect("a folder");
    let tally = Arc::new(Tally::default());
    let backgrounds = Backgrounds::new(CardDesign::default(), assets.clone(), Arc::clone(&tally));
    Place {
        backgrounds: Arc::new(backgrounds),
        assets,
        tally,
        _folder: folder,
    }
}

/// A picture of one colour, as a guild would give it.
fn picture(red: u8) -> Bytes {
    let mut pixels = [red, 40, 40, 255].repeat(64 * 32);
    pixels[0] = 0;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 64, 32);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    bytes.into()
}

fn light(background: Option<ContentHash>) -> Look {
    Look {
        style: CardStyle {
            theme: Theme::Light,
            ..CardStyle::default()
        },
        background,
    }
}

#[tokio::test]
async fn usual_look_needs_no_preparing_and_others_are_prepared_once() {
    let place = place();
    let usual = Look {
        style: CardStyle::default(),
        background: None,
    };
    for scene in [Scene::Welcome, Scene::Group] {
        place.backgrounds.of(&usual, scene).await.expect("prepared");
    }
    assert_eq!(place.tally.snapshot().backgrounds_prepared, 0);
    let hash = place.assets.put(picture(200)).await.expect("kept");
    for look in [light(None), light(Some(hash)), light(None), light(Some(hash))] {
        place
            .backgrounds
            .of(&look, Scene::Welcome)
            .await
            .expect("prepared");
    }
    let tally = place.tally.snapshot();
    assert_eq!((tally.backgrounds_prepared, tally.backgrounds_missing), (2, 0));
}

#[tokio::test]
async fn burst_of_one_look_prepares_it_once_and_of_too_many_leaves_some_out() {
    let place = place();
    let ask = |look: Look| {
        let backgrounds = Arc::clone(&place.backgrounds);
        tokio::spawn(async move { backgrounds.of(&look, Scene::Welcome).await.map(drop) })
    };
    let same: Vec<_> = (0..500).map(|_| ask(light(None))).collect();
    for one in same {
        one.await.expect("no panic").expect("prepared");
    }
    assert_eq!(place.tally.snapshot().backgrounds_prepared, 1);

    let various: Vec<_> = (0..WAITING_MAX + 40)
        .map(|n| {
            let mut look = light(None);
            look.style.layout = Layout::ALL[n % 4];
            look.style.panel_opacity = (n % 100).to_string().parse().ok();
            look.style.accent = format!("#0000{n:02x}").parse().ok();
            ask(look)
        })
        .collect();
    let mut left_out = 0;
    for one in various {
        match one.await.expect("no panic") {
            Ok(()) => {}
            Err(NotPrepared::Overloaded) => left_out += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(left_out > 0, "the queue has an end");
    place
        .backgrounds
        .of(&light(None), Scene::Group)
        .await
        .expect("room again");
}

#[tokio::test]
async fn picture_that_cannot_be_had_or_read_gives_way_to_the_usual_one() {
    let place = place();
    let gone = light(Some(ContentHash([7; 32])));
    let noise = place
        .assets
        .put(Bytes::from_static(b"no picture"))
        .await
        .expect("kept");
    for look in [&gone, &gone, &light(Some(noise))] {
        place
            .backgrounds
            .of(look, Scene::Welcome)
            .await
            .expect("the usual one");
    }
    let tally = place.tally.snapshot();
    assert_eq!((tally.backgrounds_missing, tally.backgrounds_prepared), (3, 1));
}
