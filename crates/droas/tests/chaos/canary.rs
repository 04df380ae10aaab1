//! Words that no log may hold: tokens, and what people wrote or are called. They are in every world, and every line that is
//! logged is searched for them.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::bail;
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// In the names of people.
pub(crate) const NAME: &str = "Kanarienvogel";
/// In the names of guilds.
pub(crate) const GUILD: &str = "Volière";
/// What is written in channels, and in the bot's own words.
pub(crate) const TEXT: &str = "Zwitschern";
/// The bot's token.
pub(crate) const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Canary.federn-und-schnabel-0123456789ABCDEFGH";
/// The token of the status page.
pub(crate) const WEB_TOKEN: &str = "kaefig-mit-goldenen-staeben";

const ALL: [&str; 5] = [NAME, GUILD, TEXT, TOKEN, WEB_TOKEN];

/// # Errors
/// A line of the log that holds one of the words.
pub(crate) fn sings_not(log: &str) -> anyhow::Result<()> {
    for line in log.lines() {
        if let Some(word) = ALL.into_iter().find(|word| line.contains(word)) {
            bail!("the log must not hold {word:?}: {line}");
        }
    }
    Ok(())
}

/// What was heard in this process.
#[derive(Debug, Default)]
struct Heard {
    lines: u64,
    /// The first line that must not be.
    sung: Option<String>,
}

/// `None` while nobody listens.
static HEARD: OnceLock<Mutex<Heard>> = OnceLock::new();

struct Ear;

impl Write for Ear {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let heard = HEARD.get_or_init(Mutex::default);
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.lines += 1;
        if let Err(error) = sings_not(&String::from_utf8_lossy(line)) {
            heard.sung.get_or_insert_with(|| error.to_string());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Ear {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// From now on all that the bot's crates log in this process is searched, at every level. Nothing is printed.
pub(crate) fn listen() {
    // The simulator is no part of the bot, and libraries are cut short by the program, whose own logs are searched too.
    let ours = [
        "assets", "bot", "breaker", "card", "discord", "domain", "fetch", "store", "web",
    ];
    let of_ours = filter_fn(move |line| {
        let of = line.target().split("::").next().unwrap_or_default();
        ours.contains(&of) || *line.level() <= Level::INFO && of != "sim"
    });
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Ear)
        .with_filter(of_ours);
    // Another test of this process may have begun to listen; or the lines of a single world are printed.
    if tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines)).is_ok() {
        HEARD.get_or_init(Mutex::default);
    }
}

/// # Errors
/// A line that must not be, or not a single line where somebody listened.
pub(crate) fn nothing_was_heard() -> anyhow::Result<()> {
    let Some(heard) = HEARD.get() else { return Ok(()) };
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    match &heard.sung {
        Some(line) => bail!("{line}"),
        None if heard.lines == 0 => bail!("nothing was logged at all"),
        None => Ok(()),
    }
}

#[test]
fn word_that_is_logged_is_heard() {
    assert!(sings_not("all is well\nuser=42 guild=7").is_ok());
    let told = sings_not(&format!("all is well\ngreeted {NAME} 7")).expect_err("heard");
    assert!(told.to_string().contains(NAME), "{told}");
}
