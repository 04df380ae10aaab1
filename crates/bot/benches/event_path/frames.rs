//! Frames as a busy bot hears them, and how they are packed on the wire.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// Source: Discord's documentation, "API Reference", heading "Snowflakes", read in August 2026.
const DISCORD_EPOCH_MS: u128 = 1_420_070_400_000;

/// What a server says to each who connects, as bytes on the wire.
#[derive(Default)]
pub(crate) struct Script {
    /// Said at once.
    pub(crate) hello: Vec<u8>,
    /// Said when the client has said who it is: the session, and its guilds.
    pub(crate) opening: Vec<u8>,
    /// Said when the measurement begins.
    pub(crate) messages: Vec<u8>,
}

/// What there is to say.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) messages: u64,
    pub(crate) guilds: u64,
    /// In each guild.
    pub(crate) members: u64,
}

impl Load {
    /// The sequence of the last frame before the messages: READY and the guilds come first.
    pub(crate) fn opening_sequence(self) -> u64 {
        1 + self.guilds
    }

    pub(crate) fn last_sequence(self) -> u64 {
        self.opening_sequence() + self.messages
    }

    /// Writes out everything for a gateway at this address. Returns it as text frames, as binary frames of a zstd stream, and
    /// the mean length of a message's JSON.
    pub(crate) fn scripts(self, gateway: &str) -> (Script, Script, u64) {
        let mut plain = Packer::plain();
        let mut zstd = Packer::zstd();
        let hello = r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250,"_trace":[]}}"#;
        for packer in [&mut plain, &mut zstd] {
            packer.add(hello);
            packer.script.hello = packer.cut();
        }
        for frame in std::iter::once(self.ready(gateway)).chain((0..self.guilds).map(guild)) {
            plain.add(&frame);
            zstd.add(&frame);
        }
        for packer in [&mut plain, &mut zstd] {
            packer.script.opening = packer.cut();
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        // All of them were written in the time before now, a millisecond after one another.
        let begins_at = now.as_millis() - u128::from(self.messages);
        let mut bytes = 0;
        for n in 0..self.messages {
            let frame = self.message(n, begins_at + u128::from(n));
            bytes += frame.len() as u64;
            plain.add(&frame);
            zstd.add(&frame);
        }
        for packer in [&mut plain, &mut zstd] {
            packer.script.messages = packer.cut();
        }
        (plain.script, zstd.script, bytes / self.messages)
    }

    fn ready(self, gateway: &str) -> String {
        let guilds: Vec<String> = (0..self.guilds)
            .map(|n| format!(r#"{{"unavailable":true,"id":"{}"}}"#, guild_id(n)))
            .collect();
        format!(
            concat!(
                r#"{{"t":"READY","s":1,"op":0,"d":{{"v":10,"user":{{"verified":true,"username":"droas","id":"999","#,
                r#""discriminator":"0","bot":true,"avatar":null}},"session_type":"normal","session_id":"measured","#,
                r#""resume_gateway_url":"{}","guilds":[{}],"shard":[0,1],"application":{{"id":"999","flags":0}}}}}}"#,
            ),
            gateway,
            guilds.join(",")
        )
    }

    /// A message of 1.1 kB on average: with the author's roles, at times with a mention, or in answer to another one.
    fn message(self, n: u64, at_ms: u128) -> String {
        // Members and guilds take turns without a pattern that a branch predictor would learn.
        let drawn = mixed(n);
        let (guild, member) = (drawn % self.guilds, drawn / self.guilds % self.members);
        let id = ((at_ms - DISCORD_EPOCH_MS) << 22) | u128::from(n & 0xfff);
        let roles: Vec<String> = (0..(member + guild) % 7)
            .map(|role| format!(r#""{}""#, guild_id(guild) + 100 + role))
            .collect();
        let mention = match drawn >> 40 & 7 {
            0 => person(
                guild,
                member + 1,
                r#","member":{"roles":[],"joined_at":"2021-05-05T05:05:05.000000+00:00","deaf":false,"mute":false,"flags":0}"#,
            ),
            _ => String::new(),
        };
        let (kind, reference) = match drawn >> 48 & 15 {
            0 => (19, reference(guild, member, id - 4096)),
            _ => (0, String::new()),
        };
        format!(
            concat!(
                r#"{{"t":"MESSAGE_CREATE","s":{},"op":0,"d":{{"type":{},"tts":false,"timestamp":"2026-08-01T10:00:00.123000+00:00","#,
                r#"{}"pinned":false,"nonce":"{}","mentions":[{}],"mention_roles":[],"mention_everyone":false,"#,
                r#""member":{{"roles":[{}],"premium_since":null,"pending":false,"nick":null,"mute":false,"#,
                r#""joined_at":"2020-01-01T00:00:00.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"#,
                r#""banner":null,"avatar":null}},"id":"{}","flags":0,"embeds":[],"edited_timestamp":null,"content":"","#,
                r#""components":[],"channel_type":0,"channel_id":"{}","author":{},"attachments":[],"guild_id":"{}"}}}}"#,
            ),
            self.opening_sequence() + 1 + n,
            kind,
            reference,
            id - 4_194_304,
            mention,
            roles.join(","),
            id,
            guild_id(guild) + 1 + drawn % 5,
            person(guild, member, ""),
            guild_id(guild),
        )
    }
}

/// The message that another one answers.
fn reference(guild: u64, member: u64, id: u128) -> String {
    format!(
        concat!(
            r#""referenced_message":{{"type":0,"tts":false,"timestamp":"2026-08-01T09:00:00.000000+00:00","pinned":false,"#,
            r#""mentions":[],"mention_roles":[],"mention_everyone":false,"id":"{}","flags":0,"embeds":[],"#,
            r#""edited_timestamp":null,"content":"","components":[],"channel_id":"{}","author":{},"attachments":[]}},"#,
            r#""message_reference":{{"type":0,"message_id":"{}","guild_id":"{}","channel_id":"{}"}},"#,
        ),
        id,
        guild_id(guild) + 1,
        person(guild, member / 2, ""),
        id,
        guild_id(guild),
        guild_id(guild) + 1,
    )
}

fn person(guild: u64, member: u64, more: &str) -> String {
    let names = ["Ada", "小林 🎉", "Grace \\\"the cat\\\" H.", "Ольга", "x"];
    let name = names[(member % 5) as usize];
    format!(
        concat!(
            r#"{{"username":"member{}","public_flags":0,"primary_guild":null,"id":"{}","global_name":"{}","#,
            r#""display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"#,
            r#""avatar_decoration_data":null,"avatar":"{:032x}"{}}}"#,
        ),
        member,
        guild_id(guild) + 10_000 + member,
        name,
        mixed(member),
        more,
    )
}

fn guild(n: u64) -> String {
    format!(
        concat!(
            r#"{{"t":"GUILD_CREATE","s":{},"op":0,"d":{{"id":"{}","name":"Guild {}","preferred_locale":"en-US","#,
            r#""system_channel_id":null,"member_count":1000,"joined_at":"2026-01-01T00:00:00.000000+00:00","#,
            r#""unavailable":false,"large":false,"channels":[],"roles":[],"members":[]}}}}"#,
        ),
        2 + n,
        guild_id(n),
        n
    )
}

fn guild_id(n: u64) -> u64 {
    1_100_000_000_000_000_000 + (n << 22)
}

/// A number that looks drawn by lot, and is the same each time (the finaliser of SplitMix64).
fn mixed(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Writes WebSocket frames, each a message of its own.
struct Packer {
    zstd: Option<zstd::stream::write::Encoder<'static, Vec<u8>>>,
    bytes: Vec<u8>,
    script: Script,
}

impl Packer {
    fn plain() -> Self {
        Self {
            zstd: None,
            bytes: Vec::new(),
            script: Script::default(),
        }
    }

    /// One stream over all frames, flushed after each.
    fn zstd() -> Self {
        Self {
            zstd: Some(zstd::stream::write::Encoder::new(Vec::new(), 3).expect("a level of zstd")),
            bytes: Vec::new(),
            script: Script::default(),
        }
    }

    fn add(&mut self, json: &str) {
        match &mut self.zstd {
            None => write_frame(&mut self.bytes, 0x81, json.as_bytes()),
            Some(stream) => {
                stream.write_all(json.as_bytes()).expect("memory");
                stream.flush().expect("memory");
                write_frame(&mut self.bytes, 0x82, stream.get_ref());
                stream.get_mut().clear();
            }
        }
    }

    /// What was added since the cut before.
    fn cut(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// Source: RFC 6455, section 5.2.
fn write_frame(to: &mut Vec<u8>, kind: u8, payload: &[u8]) {
    to.push(kind);
    match payload.len() {
        len @ ..126 => to.push(len as u8),
        len @ ..0x1_0000 => {
            to.push(126);
            to.extend((len as u16).to_be_bytes());
        }
        len => {
            to.push(127);
            to.extend((len as u64).to_be_bytes());
        }
    }
    to.extend(payload);
}
