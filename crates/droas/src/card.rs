//! `droas card`: draws a card from files and options, without Discord.

use std::path::{Path, PathBuf};

use anyhow::Context;
use card::{Background, Painter, WelcomeCard};

/// Draw a welcome card from files and options, without Discord
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The member's name
    #[arg(long, default_value = "Ada 小林")]
    name: String,
    /// The guild's name
    #[arg(long, default_value = "The Tea House")]
    guild: String,
    /// Their number among the members [default: none is shown]
    #[arg(long, value_name = "N")]
    number: Option<u64>,
    /// Their avatar: PNG, JPEG, WebP or GIF [default: a disc with their initial]
    #[arg(long, value_name = "FILE")]
    avatar: Option<PathBuf>,
    /// What the card stands on: PNG, JPEG or WebP [default: one that is built in]
    #[arg(long, value_name = "FILE")]
    background: Option<PathBuf>,
    /// Where the card is written; an existing file is replaced
    #[arg(long, value_name = "FILE", default_value = "card.jpg")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let background = match &args.background {
        Some(path) => Background::decode(&read(path)?)
            .with_context(|| format!("{} cannot be the background", path.display()))?,
        None => Background::built_in(),
    };
    let card = WelcomeCard {
        name: args.name,
        guild_name: args.guild,
        member_number: args.number,
        avatar: args.avatar.as_deref().map(read).transpose()?.map(Into::into),
        background,
    };
    let picture = Painter::new()
        .welcome(&card)
        .context("the card cannot be drawn")?;
    std::fs::write(&args.out, &picture.bytes).with_context(|| {
        format!(
            "{} cannot be written; name a file in a folder that exists with --out",
            args.out.display()
        )
    })?;
    println!(
        "{}: {} x {} px, {} bytes",
        args.out.display(),
        picture.width_px,
        picture.height_px,
        picture.bytes.len()
    );
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path)
        .with_context(|| format!("{} cannot be read; name an existing picture file", path.display()))
}
