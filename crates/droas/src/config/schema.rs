//! The keys of the configuration, their defaults and what they mean.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A section of the file, as documented.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) doc: &'static [&'static str],
    pub(super) keys: &'static [Key],
}

/// A key of a section, as documented.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) doc: &'static [&'static str],
}

macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])+
        $section:ident: $type:ident {
            $($(#[doc = $doc:literal])+ $key:ident: $value:ty = $default:expr,)+
        }
    )+) => {
        /// The configuration as it is written: the file's sections.
        #[derive(Clone, Debug, Default, Deserialize, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct Settings {
            $($(#[doc = $section_doc])+ pub $section: $type,)+
        }

        $(
            $(#[doc = $section_doc])+
            #[derive(Clone, Debug, Deserialize, Serialize)]
            #[serde(default, deny_unknown_fields)]
            pub(crate) struct $type {
                $($(#[doc = $doc])+ pub $key: $value,)+
            }

            impl Default for $type {
                fn default() -> Self {
                    Self { $($key: $default,)+ }
                }
            }
        )+

        /// All sections and keys, in the order of the example file.
        pub(super) const SECTIONS: &[Section] = &[$(Section {
            name: stringify!($section),
            doc: &[$($section_doc),+],
            keys: &[$(Key { name: stringify!($key), doc: &[$($doc),+] },)+],
        },)+];
    };
}

settings! {
    /// Where Discord is and who we are to it.
    discord: DiscordSettings {
        /// A file that holds the bot's token and nothing else. The environment variable DISCORD_TOKEN goes before it.
        token_file: PathBuf = PathBuf::new(),
        /// How many shards; 0 asks Discord.
        shards: u32 = 0,
        /// The REST API. Change it only to go through a proxy, or to talk to the simulator.
        api_url: String = "https://discord.com/api/v10".to_owned(),
        /// Where avatars come from.
        cdn_url: String = "https://cdn.discordapp.com".to_owned(),
        /// The gateway; empty asks Discord.
        gateway_url: String = String::new(),
    }

    /// What must survive.
    database: DatabaseSettings {
        /// The SQLite file. It is made when it does not exist; its folder must.
        path: PathBuf = PathBuf::from("droas.sqlite"),
    }

    /// How new members are greeted.
    welcome: WelcomeSettings {
        /// The words. {mention}, {name}, {guild} and {number} are filled in; {{ and }} stand for single braces.
        message: String = "Welcome {mention} to **{guild}**!".to_owned(),
        /// Channels for guilds that are not to be greeted in their system channel: "guild id" = "channel id". In the
        /// environment: guild=channel, several with commas between.
        channels: HashMap<String, String> = HashMap::new(),
        /// A welcome that could not be posted for this many hours is not posted any more, 1 to 720. A member who joined
        /// while the bot could not listen is greeted no later than this either.
        stale_after_hours: u64 = 24,
        /// Where a server screens new members (rules to agree to, or a wait): false greets when they join, true only once
        /// they have passed.
        after_screening: bool = false,
        /// How many days welcomes are kept after they were posted or given up, 31 to 3650.
        history_days: u64 = 90,
    }

    /// How the pictures are drawn.
    cards: CardSettings {
        /// Threads that draw, 1 to 64. Each takes some 10 MB and draws hundreds of cards a second.
        threads: u64 = 1,
        /// Cards that may wait for a thread, 1 to 10000. Past that welcomes go out as text alone.
        queue_len_max: u64 = 256,
    }

    /// How the process behaves.
    run: RunSettings {
        /// How many seconds what is in flight may take when the bot is told to stop, 1 to 600.
        stop_within_s: u64 = 10,
        /// How log lines look: "text" for people or "json" for machines. RUST_LOG says what is logged.
        log_format: LogFormat = LogFormat::Text,
        /// How many times sooner the bot loses patience, 1 to 1000: it rehearses failures against the simulator quickly. More
        /// than 1 is refused unless discord.api_url is on this machine.
        haste: u64 = 1,
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}
