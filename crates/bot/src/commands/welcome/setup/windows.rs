//! The windows that the panel opens.

use card::{PICTURE_BYTES_MAX, PICTURE_SIDE_MAX_PX};
use discord::{Answer, FileUpload, Modal, ModalInput, ModalPart};
use domain::settings::Field;

use super::super::message;
use super::panel::press;
use crate::commands::call::{Call, Done};

/// The words.
pub(super) fn words(call: &Call) -> Done {
    message::window(call, &press(call, "welcome.setup-words"))
}

/// A picture to upload.
pub(super) fn picture(call: &Call) -> Answer {
    let words = call.words;
    Answer::Modal(Modal {
        custom_id: press(call, "welcome.setup-upload").custom_id(),
        title: words.setup_picture_modal(),
        parts: vec![ModalPart::Label {
            label: words.field(Field::CardBackground).to_owned(),
            description: Some(words.setup_picture_hint(PICTURE_BYTES_MAX >> 20, PICTURE_SIDE_MAX_PX)),
            input: ModalInput::File(FileUpload {
                custom_id: "picture".to_owned(),
                min: 1,
                max: 1,
            }),
        }],
    })
}
