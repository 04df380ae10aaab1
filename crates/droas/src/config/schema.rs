//! The keys of the configuration, their defaults and what they mean.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::hidden::Hidden;

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

/// Each key, behind the name of its section.
pub(super) fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(|key| (section.name, key.name)))
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
        /// How many requests a second Discord allows this bot over all routes, 1 to 100000. It is 50 unless Discord has
        /// granted a large bot more.
        requests_per_second: u32 = 50,
        /// The REST API. Change it only to go through a proxy, or to talk to the simulator.
        api_url: String = "https://discord.com/api/v10".to_owned(),
        /// Where avatars come from.
        cdn_url: String = "https://cdn.discordapp.com".to_owned(),
        /// The gateway; empty asks Discord.
        gateway_url: String = String::new(),
    }

    /// When Discord is left alone because it fails or is slow. Each kind of request is judged by itself: messages, channels,
    /// members, ourselves, pictures.
    breaker: BreakerSection {
        /// How many seconds back requests are counted, 1 to 600.
        window_s: u64 = 30,
        /// With fewer requests than this in that time they are not judged, 1 to 100000.
        calls_min: u64 = 10,
        /// So many of a hundred that fail are too many, 1 to 100. Failing are timeouts, broken connections and errors of
        /// Discord's; a request that Discord refuses shows that it is well.
        failure_percent: u64 = 50,
        /// So many of a hundred that are slow are too many, 1 to 100.
        slow_percent: u64 = 80,
        /// A request is slow that takes so many milliseconds, 1 to 60000.
        slow_after_ms: u64 = 10_000,
        /// How many milliseconds Discord is left alone at first, 10 to 600000. The time doubles while it goes on failing, and
        /// part of it is drawn at random.
        open_min_ms: u64 = 5_000,
        /// How many milliseconds Discord is left alone at most, open_min_ms to 3600000.
        open_max_ms: u64 = 120_000,
        /// How many requests find out whether Discord is well again, 1 to 100. All of them must go well.
        probes: u64 = 3,
    }

    /// What must survive.
    database: DatabaseSettings {
        /// The SQLite file. It is made when it does not exist; its folder must. Beside it lie the socket and the pictures, also
        /// where the database itself is on a server.
        path: PathBuf = PathBuf::from("droas.sqlite"),
        /// A database on a PostgreSQL server (12 or later) in place of the file, such as
        /// "postgres://droas:password@db.example.com:5432/droas?sslmode=verify-full"; empty is the file. The user must own the
        /// database. Of the password, each of :/?#[]@% is written as % and two digits. sslmode: disable, prefer, require, or
        /// verify-full, which also checks that the server is the one named, by browsers' authorities or the file sslrootcert.
        /// The variable keeps the password out of this file.
        url: Hidden = Hidden::default(),
    }

    /// Copies of the SQLite file that the bot makes by itself, while it runs and before a new version changes the file. On a
    /// PostgreSQL server none are made: its own pg_dump does that.
    backup: BackupSection {
        /// The folder for them, beside the database unless it begins with /. It is made when it does not exist. Pictures that
        /// servers gave go with each backup, unless they are in a bucket. Empty makes no backups, also before a change.
        folder: PathBuf = PathBuf::from("backups"),
        /// From one backup to the next, in hours, 0 to 720; 0 makes them only before a change.
        every_hours: u64 = 24,
        /// How many of the newest are kept, 1 to 1000. Files with names that the bot does not give are never removed, so a
        /// backup is kept for good by another name.
        keep: u64 = 7,
        /// Beside those, the last one of so many weeks is kept, 0 to 520.
        keep_weekly: u64 = 4,
    }

    /// Where the pictures are kept that servers give for their cards.
    assets: AssetSettings {
        /// A folder, beside the database unless it begins with /, which is made when it does not exist; or a bucket of S3, or
        /// of a server that speaks its protocol, as s3://bucket or s3://bucket/prefix. Its keys are the environment variables
        /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN where there is one.
        /// Processes that share a database must share this place too.
        url: String = "assets".to_owned(),
        /// The bucket's server, such as "https://minio.example.com"; empty is Amazon's.
        endpoint_url: String = String::new(),
        /// The bucket's region.
        region: String = "us-east-1".to_owned(),
    }

    /// How new members are greeted.
    welcome: WelcomeSettings {
        /// The words, where a server wrote none. {mention}, {name}, {username}, {id}, {guild}, {number}, {ordinal}, {age} (of
        /// the account), {time} and {date} are filled in; {{ and }} stand for single braces. The default is said in the
        /// server's language.
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
        /// When more welcomes than this are due in a server they are joined into messages that greet up to 30 members each,
        /// with one picture; past 300 into plain lists. More joins than this within a minute are a raid. 2 to 300.
        group_from: u64 = 10,
        /// What becomes of raids: "group" greets everybody, in groups; "hold" greets nobody who joins while one lasts. The
        /// history tells who was held back.
        raids: Raids = Raids::Group,
        /// How many days welcomes are kept after they were posted or given up, 31 to 3650.
        history_days: u64 = 90,
    }

    /// How the pictures look and are drawn. `droas card` draws one with the same options, to try them.
    cards: CardSettings {
        /// Where things stand: "classic", "centered", "poster" or "ribbon".
        layout: String = "classic".to_owned(),
        /// The colours: "dark", "light" or "vivid", which takes them from the background.
        theme: String = "dark".to_owned(),
        /// A PNG, JPEG or WebP file that the cards stand on; empty takes the one that is built in.
        background: PathBuf = PathBuf::new(),
        /// The colour of the first line and the ring, such as "#5865f2"; empty leaves it to the theme.
        accent: String = String::new(),
        /// The colour of the panel behind the text; empty leaves it to the theme.
        panel: String = String::new(),
        /// The colour of the text; empty leaves it to the theme. It is moved where it could not be read.
        text: String = String::new(),
        /// The least that the panel hides of the background, such as "60%"; empty leaves it to the theme. It hides more
        /// where text could not be read.
        panel_opacity: String = String::new(),
        /// The outline of avatars: "circle", "rounded" or "square".
        avatar_shape: String = "circle".to_owned(),
        /// What runs around the avatar: "gradient", "accent" or "none".
        ring: String = "gradient".to_owned(),
        /// Where lines of text begin: "left", "center" or "right"; empty leaves it to the layout.
        alignment: String = String::new(),
        /// The line above the name, with the same placeholders as the message; empty leaves it out.
        title: String = bot::CardWords::TITLE.to_owned(),
        /// The line below the name, likewise.
        subtitle: String = bot::CardWords::SUBTITLE.to_owned(),
        /// The line in the capsule, likewise. It is left out while {number} is not known.
        badge: String = bot::CardWords::BADGE.to_owned(),
        /// Threads that draw, 1 to 64. Each takes some 10 MB and draws hundreds of cards a second.
        threads: u64 = 1,
        /// Cards that may wait for a thread, 1 to 10000. Past that welcomes go out as text alone.
        queue_len_max: u64 = 256,
    }

    /// What servers choose for themselves, and how much of it is kept in memory.
    settings: SettingsSection {
        /// The most memory for it, in MiB, 1 to 65536. A server takes some 50 bytes and the length of its texts, so 32 hold
        /// about half a million; what does not fit is read from the database when it is needed.
        cache_mib: u64 = 32,
        /// After how many seconds it is read anew, 10 to 604800. Changes are heard of at once; this is for what somebody
        /// changed in the database by hand.
        time_to_live_s: u64 = 3600,
    }

    /// What can be read over HTTP: a status page for people (/), and for machines /healthz (the process lives), /readyz (it can
    /// do its work) and /metrics (figures for Prometheus).
    web: WebSettings {
        /// The address and port to listen at; empty listens nowhere. On this machine (127.0.0.1, [::1]) everybody on it may
        /// read it; on any other address the status page needs a token. There are no names and no texts of anybody in it.
        /// It speaks plain HTTP: put a proxy with TLS in front where strangers share the network.
        listen: String = "127.0.0.1:8437".to_owned(),
        /// A file that holds a token of 16 characters or more and nothing else; the environment variable DROAS_WEB_TOKEN goes
        /// before it. Where there is a token, people are asked for it at /, and machines show it in the header "Authorization:
        /// Bearer" to read /metrics; /healthz and /readyz stay open to all.
        token_file: PathBuf = PathBuf::new(),
    }

    /// How the process behaves.
    run: RunSettings {
        /// How many seconds what is in flight may take when the bot is told to stop, 1 to 600.
        stop_within_s: u64 = 10,
        /// How log lines look: "text" for people or "json" for machines. RUST_LOG says what is logged.
        log_format: LogFormat = LogFormat::Text,
        /// The socket over which `droas ctl` speaks to the bot, beside the database unless it begins with /. Only the user
        /// who runs the bot can open it. Empty makes none.
        control_socket: PathBuf = PathBuf::from("droas.sock"),
        /// How many times sooner the bot loses patience, 1 to 1000: it rehearses failures against the simulator quickly. More
        /// than 1 is refused unless discord.api_url is on this machine.
        haste: u64 = 1,
    }
}

/// What becomes of raids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Raids {
    /// Everybody is greeted, in groups.
    Group,
    /// Who joins while a raid lasts is not greeted.
    Hold,
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
