//! What an admin may choose of a card's looks.

use std::fmt;
use std::str::FromStr;

use crate::color::Color;

/// How the cards of a guild look. The default is the dark classic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct CardStyle {
    /// Where things stand on the welcome card.
    pub layout: Layout,
    /// Which colours everything has that is not named here.
    pub theme: Theme,
    /// The colour of the first line, the ring and the bars; `None` is the theme's.
    pub accent: Option<Color>,
    /// The colour of the panel behind the text; `None` is the theme's.
    pub panel: Option<Color>,
    /// The colour of the text; `None` is the theme's, or black or white where a panel colour is named.
    pub text: Option<Color>,
    /// The least that the panel hides of what lies behind it; `None` is the theme's. It hides more where text could
    /// not be read otherwise.
    pub panel_opacity: Option<Opacity>,
    /// The outline of avatars.
    pub avatar_shape: AvatarShape,
    /// What runs around the avatar.
    pub ring: Ring,
    /// Where lines of text begin or end; `None` is the layout's.
    pub alignment: Option<Alignment>,
}

/// A per cent, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Opacity(u8);

impl Opacity {
    /// # Errors
    /// [`StyleError::Opacity`]: more than 100.
    pub fn percent(percent: u8) -> Result<Self, StyleError> {
        if percent > 100 {
            return Err(StyleError::Opacity(percent.to_string()));
        }
        Ok(Self(percent))
    }

    /// 0.0 to 1.0.
    pub(crate) fn part(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl FromStr for Opacity {
    type Err = StyleError;

    /// Reads a per cent, with or without its sign.
    fn from_str(text: &str) -> Result<Self, StyleError> {
        text.trim()
            .trim_end_matches('%')
            .parse()
            .ok()
            .and_then(|percent| Self::percent(percent).ok())
            .ok_or_else(|| StyleError::Opacity(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Opacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// Why something is no part of a style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// A name that is not on the list of choices.
    #[error("there is no {what} {got:?}; use {}", choices(known))]
    Unknown {
        /// What was chosen, such as `layout`.
        what: &'static str,
        /// What was written.
        got: String,
        /// What may be written.
        known: Vec<&'static str>,
    },
    /// Not a colour.
    #[error("{0:?} is no colour; write it as #rrggbb, such as #5865f2")]
    NoColor(String),
    /// Not a per cent.
    #[error("{0:?} is no opacity; write a whole number from 0 (clear) to 100 (opaque)")]
    Opacity(String),
}

fn choices(known: &[&str]) -> String {
    match known {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => known.concat(),
    }
}

/// An enum whose values people name.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        $type:ident, $what:literal, { $($(#[$value_doc:meta])* $value:ident = $name:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
        pub enum $type {
            $($(#[$value_doc])* $value,)+
        }

        impl $type {
            /// All of them, the default first.
            pub const ALL: &[Self] = &[$(Self::$value,)+];

            /// The name that people write and that is stored: lower case. Never changes.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }
        }

        impl FromStr for $type {
            type Err = StyleError;

            fn from_str(text: &str) -> Result<Self, StyleError> {
                match text.trim().to_lowercase().as_str() {
                    $($name => Ok(Self::$value),)+
                    _ => Err(StyleError::Unknown {
                        what: $what,
                        got: text.chars().take(40).collect(),
                        known: vec![$($name,)+],
                    }),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

choice! {
    /// Where things stand on the welcome card.
    Layout, "layout", {
        /// A panel of frosted glass; the avatar on the left, the text beside it.
        #[default]
        Classic = "classic",
        /// The avatar on the panel's upper edge, the text centred below it.
        Centered = "centered",
        /// The background in full, darkened towards the bottom, where avatar and text stand.
        Poster = "poster",
        /// A flat card with a ribbon across it.
        Ribbon = "ribbon",
    }
}

choice! {
    /// Which colours a card has.
    Theme, "theme", {
        /// Light text on a dark panel.
        #[default]
        Dark = "dark",
        /// Dark text on a light panel.
        Light = "light",
        /// Colours taken from the background.
        Vivid = "vivid",
    }
}

choice! {
    /// The outline of avatars.
    AvatarShape, "avatar shape", {
        /// A disc.
        #[default]
        Circle = "circle",
        /// A square with round corners.
        Rounded = "rounded",
        /// A square whose corners are hardly round.
        Square = "square",
    }
}

choice! {
    /// What runs around the avatar of a welcome or an activity card.
    Ring, "ring", {
        /// A ring from one colour to another.
        #[default]
        Gradient = "gradient",
        /// A ring of the accent colour.
        Accent = "accent",
        /// Nothing.
        None = "none",
    }
}

choice! {
    /// Where the lines of a text begin or end.
    Alignment, "alignment", {
        /// They begin on the left.
        #[default]
        Left = "left",
        /// They have a common middle.
        Center = "center",
        /// They end on the right.
        Right = "right",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_read_by_its_name() {
        for layout in Layout::ALL {
            assert_eq!(layout.name().parse(), Ok(*layout));
        }
        for theme in Theme::ALL {
            assert_eq!(theme.name().to_uppercase().parse(), Ok(*theme));
        }
        assert_eq!(Layout::ALL[0], Layout::default());
        assert_eq!(Alignment::ALL[0], Alignment::default());
    }

    #[test]
    fn unknown_choice_names_what_there_is() {
        assert_eq!(
            "fancy".parse::<Layout>().expect_err("no layout").to_string(),
            "there is no layout \"fancy\"; use classic, centered, poster or ribbon"
        );
        assert_eq!(
            "x".repeat(100).parse::<Ring>().expect_err("no ring").to_string(),
            format!(
                "there is no ring {:?}; use gradient, accent or none",
                "x".repeat(40)
            )
        );
    }

    #[test]
    fn opacity_is_a_whole_per_cent() {
        assert_eq!("80%".parse(), Opacity::percent(80));
        assert_eq!("0".parse(), Opacity::percent(0));
        for text in ["101", "-1", "1.5", "", "%", "many"] {
            assert!(text.parse::<Opacity>().is_err(), "{text}");
        }
    }
}
