//! Modals, and the files that people give along.

use std::collections::BTreeMap;

use bytes::Bytes;
use discord::{
    Answer, CdnError, ChannelSelect, ChannelType, FileUpload, InteractionKind, Modal, ModalInput, ModalPart,
    Reply, SelectOption, StringSelect, TextInput,
};
use serde_json::{Map, json};
use sim::rest::interactions::Use;
use sim::world::message::NewAttachment;

use crate::scene::Scene;

fn label(label: &str, input: ModalInput) -> ModalPart {
    ModalPart::Label {
        label: label.to_owned(),
        description: Some("As you like".to_owned()),
        input,
    }
}

/// A window with every input.
fn window() -> Modal {
    let text = TextInput {
        len_min: 1,
        len_max: 2000,
        value: Some("Hello {name}".to_owned()),
        placeholder: Some("What is said".to_owned()),
        ..TextInput::paragraph("text")
    };
    let sides = ["left", "right"].map(|side| SelectOption {
        label: side.to_owned(),
        value: side.to_owned(),
        description: None,
        default: false,
    });
    let side = StringSelect {
        min: 0,
        ..StringSelect::one_of("side", sides.to_vec())
    };
    let upload = FileUpload {
        custom_id: "file".to_owned(),
        min: 0,
        max: 1,
    };
    Modal {
        custom_id: "edit".to_owned(),
        title: "Welcome".to_owned(),
        parts: vec![
            ModalPart::Text("Everything can be changed later.".to_owned()),
            label("Text", ModalInput::Text(text)),
            label("Side", ModalInput::StringSelect(side)),
            label("Picture", ModalInput::File(upload)),
            label(
                "Channel",
                ModalInput::ChannelSelect(ChannelSelect::one_of("where", &[ChannelType::Text])),
            ),
        ],
    }
}

fn file(bytes: &'static [u8]) -> NewAttachment {
    NewAttachment {
        filename: "bg.png".to_owned(),
        description: None,
        content_type: Some("image/png".to_owned()),
        dimensions: Some((640, 480)),
        bytes: Bytes::from_static(bytes),
    }
}

#[tokio::test]
async fn window_of_every_input_is_opened_filled_in_and_read() {
    let mut scene = Scene::begin().await;
    let opened = scene.greeted().await;
    scene
        .rest
        .answer(&opened.reply_to, &Answer::Modal(window()))
        .await
        .expect("taken");
    let channel = scene.channel();
    let fields = json!({"text": "Hi {name}!\nTea?", "side": ["right"], "where": [channel.to_string()]});
    let sent = scene
        .used(Use::Modal {
            of: opened.id().0,
            fields: fields.as_object().cloned().expect("an object"),
            files: BTreeMap::from([("file".to_owned(), vec![file(b"a picture")])]),
        })
        .await;
    let InteractionKind::Modal {
        custom_id,
        fields,
        message,
    } = &sent.kind
    else {
        panic!("{:?}", sent.kind);
    };
    assert_eq!((custom_id.as_str(), *message), ("edit", None));
    assert_eq!(fields.text("text"), Some("Hi {name}!\nTea?"));
    assert_eq!(fields.values("side"), ["right"]);
    assert_eq!(fields.channels("where")[0].id, channel);
    let [picture] = fields.files("file") else {
        panic!("one file");
    };
    assert_eq!((picture.filename.as_str(), picture.size_bytes), ("bg.png", 9));
    assert_eq!((picture.width_px, picture.height_px), (Some(640), Some(480)));
    let fetched = scene.cdn.attachment(&picture.url, 9).await;
    assert_eq!(fetched.as_deref(), Ok(&b"a picture"[..]));
    assert_eq!(
        scene.cdn.attachment(&picture.url, 8).await,
        Err(CdnError::TooLarge { bytes_max: 8 })
    );
    let answer = Answer::Message(Reply::private("saved"));
    scene.rest.answer(&sent.reply_to, &answer).await.expect("taken");
}

#[tokio::test]
async fn what_is_left_empty_is_empty() {
    let mut scene = Scene::begin().await;
    let opened = scene.greeted().await;
    let mut modal = window();
    modal.parts.pop();
    scene
        .rest
        .answer(&opened.reply_to, &Answer::Modal(modal))
        .await
        .expect("taken");
    let sent = scene
        .used(Use::Modal {
            of: opened.id().0,
            fields: Map::new(),
            files: BTreeMap::new(),
        })
        .await;
    let InteractionKind::Modal { fields, .. } = &sent.kind else {
        panic!("{:?}", sent.kind);
    };
    assert_eq!(fields.text("text"), Some("Hello {name}"), "as it stood there");
    assert!(fields.values("side").is_empty() && fields.files("file").is_empty());
    assert_eq!(fields.text("absent"), None);
}

#[tokio::test]
async fn only_the_cdns_own_addresses_are_fetched() {
    let scene = Scene::begin().await;
    let api = format!("{}/users/@me", scene.sim.api_base());
    for elsewhere in [
        api.as_str(),
        "http://127.0.0.1:1/cdn/attachments/1/2/a.png",
        "nonsense",
    ] {
        assert_eq!(
            scene.cdn.attachment(elsewhere, 1000).await,
            Err(CdnError::Foreign),
            "{elsewhere}"
        );
    }
    let gone = format!("{}/ephemeral-attachments/1/a.png", scene.sim.cdn_base());
    assert_eq!(
        scene.cdn.attachment(&gone, 1000).await,
        Err(CdnError::Status(404))
    );
}
