//! Pictures: bytes in, bytes out.
//!
//! Draws welcome cards, group cards, activity cards, leaderboards and charts from names, numbers, avatars and a
//! background, in any script, and reads the pictures of strangers within fixed limits. Knows nothing of Discord, the
//! store or the clock: the same input gives the same bytes.
//!
//! Start reading at [`Painter::welcome`]; then `layout`, where things stand, and [`CardStyle`], what an admin may choose;
//! `palette`, how text stays legible; `text`, how names are fitted; `decode`, what is let in. Programs that draw more
//! than one picture at a time use a [`Pool`].

mod activity;
mod avatar;
mod background;
mod brush;
mod chart;
mod color;
mod coverage;
mod decode;
mod encode;
mod fonts;
mod group;
mod layout;
mod leaderboard;
mod normalise;
mod paint;
mod painter;
mod palette;
mod picture;
mod pixels;
mod pool;
mod scene;
mod style;
mod text;
mod welcome;

pub use activity::{ActivityCard, FIGURES_MAX, Figure};
pub use background::Background;
pub use chart::{CHART_LEN_MAX, Chart, ChartMark};
pub use color::Color;
pub use coverage::{Coverage, coverage};
pub use decode::{DecodeError, JPEG_SCANS_MAX, PICTURE_BYTES_MAX, PICTURE_SIDE_MAX_PX, SourceFormat};
pub use encode::Format;
pub use group::{GROUP_LEN_MAX, GroupCard, Person};
pub use leaderboard::{LEADERBOARD_LEN_MAX, Leaderboard, LeaderboardRow};
pub use normalise::{Normalised, normalise};
pub use painter::Painter;
pub use picture::{CardError, Picture};
pub use pool::{Pool, PoolError, PoolWatch};
pub use scene::Scene;
pub use style::{Alignment, AvatarShape, CardStyle, Layout, Opacity, Ring, StyleError, Theme};
pub use welcome::WelcomeCard;
