//! `droas card`: draws pictures from files and options, without Discord.

mod bench;
mod sample;

use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;
use card::{
    Alignment, AvatarShape, Background, CardStyle, Color, Format, Layout, Opacity, Painter, Ring, Scene,
    Theme,
};

use crate::printed;

/// Draw a card from files and options, without Discord
///
/// Every option that a configuration has for cards is here under the same name.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which picture: welcome, group, activity, leaderboard or chart; all but the first show people of our own invention
    /// beside the member
    #[arg(long, default_value = "welcome")]
    picture: sample::Picture,
    /// The member's name
    #[arg(long, default_value = "Ada 小林")]
    name: String,
    /// The guild's name
    #[arg(long, default_value = "The Tea House")]
    guild: String,
    /// Their number among the members [default: none is shown]
    #[arg(long, value_name = "N")]
    number: Option<u64>,
    /// Their avatar: PNG, JPEG, WebP or GIF [default: one with their initial]
    #[arg(long, value_name = "FILE")]
    avatar: Option<PathBuf>,
    /// How many people a group card shows, 2 to 30
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u8).range(2..=30))]
    people: u8,

    /// Where things stand: classic, centered, poster or ribbon
    #[arg(long, default_value_t)]
    layout: Layout,
    /// The colours: dark, light, or vivid, which takes them from the background
    #[arg(long, default_value_t)]
    theme: Theme,
    /// What the card stands on: PNG, JPEG or WebP [default: one that is built in]
    #[arg(long, value_name = "FILE")]
    background: Option<PathBuf>,
    /// The colour of the first line and the ring, such as #5865f2 [default: the theme's]
    #[arg(long, value_name = "COLOR")]
    accent: Option<Color>,
    /// The colour of the panel behind the text [default: the theme's]
    #[arg(long, value_name = "COLOR")]
    panel: Option<Color>,
    /// The colour of the text, moved where it could not be read [default: the theme's]
    #[arg(long, value_name = "COLOR")]
    text: Option<Color>,
    /// The least that the panel hides of the background, such as 60% [default: the theme's]
    #[arg(long, value_name = "PERCENT")]
    panel_opacity: Option<Opacity>,
    /// The outline of avatars: circle, rounded or square
    #[arg(long, default_value_t)]
    avatar_shape: AvatarShape,
    /// What runs around the avatar: gradient, accent or none
    #[arg(long, default_value_t)]
    ring: Ring,
    /// Where lines of text begin: left, center or right [default: the layout's]
    #[arg(long)]
    alignment: Option<Alignment>,
    /// The line above the name; {name}, {guild} and {number} are filled in, and an empty one is left out
    #[arg(long, default_value = bot::CardWords::TITLE)]
    title: String,
    /// The line below the name, likewise
    #[arg(long, default_value = bot::CardWords::SUBTITLE)]
    subtitle: String,
    /// The line in the capsule, likewise; left out while a number that it asks for is not given
    #[arg(long, default_value = bot::CardWords::BADGE)]
    badge: String,

    /// Draw the card N times and tell how long it takes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    bench: Option<u32>,
    /// Where the card is written, as JPEG or, when the name ends in .png, as PNG; an existing file is replaced
    #[arg(long, value_name = "FILE", default_value = "card.jpg")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let picture = args.background.as_deref().map(read).transpose()?;
    let avatar = args.avatar.as_deref().map(read).transpose()?;
    let style = args.style();
    let prepare = |scene: Scene| match &picture {
        Some(bytes) => Background::decode(bytes, scene, &style)
            .with_context(|| format!("{} cannot be the background", path(&args.background))),
        None => Ok(Background::built_in(scene, &style)),
    };
    let make = || sample::sample(&args, avatar.clone(), prepare);
    let mut painter = Painter::with_format(args.format());
    let picture = make()?.draw(&mut painter).context("the card cannot be drawn")?;
    if let Some(error) = &picture.avatar_refused {
        anyhow::bail!("{} cannot be the avatar: {error}", path(&args.avatar));
    }
    std::fs::write(&args.out, &picture.bytes).with_context(|| {
        format!(
            "{} cannot be written; name a file in a folder that exists with --out",
            args.out.display()
        )
    })?;
    printed::line(format_args!(
        "{}: {} x {} px, {} bytes",
        args.out.display(),
        picture.width_px,
        picture.height_px,
        picture.bytes.len()
    ))?;
    if let Some(times) = args.bench {
        printed::line(bench::measure(times, &mut painter, make)?)?;
    }
    Ok(())
}

impl Args {
    fn style(&self) -> CardStyle {
        CardStyle {
            layout: self.layout,
            theme: self.theme,
            accent: self.accent,
            panel: self.panel,
            text: self.text,
            panel_opacity: self.panel_opacity,
            avatar_shape: self.avatar_shape,
            ring: self.ring,
            alignment: self.alignment,
        }
    }

    fn format(&self) -> Format {
        match self.out.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("png") => Format::Png,
            _ => Format::Jpeg,
        }
    }
}

fn read(path: &Path) -> anyhow::Result<Bytes> {
    std::fs::read(path)
        .map(Bytes::from)
        .with_context(|| format!("{} cannot be read; name an existing picture file", path.display()))
}

fn path(option: &Option<PathBuf>) -> std::path::Display<'_> {
    option.as_deref().unwrap_or(Path::new("")).display()
}
