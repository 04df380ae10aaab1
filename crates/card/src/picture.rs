//! What comes out, or why nothing does.

use crate::encode::Format;
use crate::scene::Scene;

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// What kind of file it is.
    pub format: Format,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Why the avatar that was given is not on it (one of our own is); `None` when all is well.
    pub avatar_refused: Option<crate::DecodeError>,
}

/// Why a picture could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// A mistake of the caller: the background is that of another picture.
    #[error("the background was prepared for {got:?}, not for {wanted:?}; prepare another one")]
    OtherScene {
        /// What was to be drawn.
        wanted: Scene,
        /// What the background was prepared for.
        got: Scene,
    },
    /// An encoder failed, which no input is known to bring about.
    #[error("the picture cannot be written as {}: {reason}", format.media_type())]
    Encoder {
        /// The format that was asked for.
        format: Format,
        /// What the encoder says.
        reason: String,
    },
}
