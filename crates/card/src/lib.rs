//! Pictures: bytes in, bytes out.
//!
//! Draws the welcome card from a name, a guild's name, a number, an avatar and a background, in any script, and reads
//! the pictures of strangers within fixed limits. Knows nothing of Discord, the store or the clock: the same input gives
//! the same bytes.
//!
//! Start reading at [`Painter::welcome`]; then `layout`, where things stand; `text`, how names are fitted; `decode`,
//! what is let in. Programs that draw more than one card at a time use a [`Pool`].

mod avatar;
mod background;
mod decode;
mod encode;
mod fonts;
mod layout;
mod paint;
mod painter;
mod pixels;
mod pool;
mod text;
mod welcome;

pub use background::Background;
pub use decode::{DecodeError, JPEG_SCANS_MAX, PICTURE_BYTES_MAX, PICTURE_SIDE_MAX_PX, SourceFormat};
pub use encode::{CardError, Format, Picture};
pub use layout::{CARD_HEIGHT_PX, CARD_WIDTH_PX};
pub use painter::Painter;
pub use pool::{Pool, PoolError};
pub use welcome::WelcomeCard;
