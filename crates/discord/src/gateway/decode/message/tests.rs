use std::fmt::Write;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::gateway::decode::{Header, read};

/// Frames for each of the two tests that make them.
const FRAMES: u64 = 10_000;

fn walked(frame: &str) -> Option<Event> {
    let at = Header::read(frame)?.data_at?;
    Message::walk(frame, at).map(Message::into_event)
}

fn by_serde(frame: &str) -> Option<Event> {
    read::<Message>(frame, "MESSAGE_CREATE", 7)
        .ok()
        .map(Message::into_event)
}

fn frame(d: &str) -> String {
    format!(r#"{{"t":"MESSAGE_CREATE","s":7,"op":0,"d":{d}}}"#)
}

/// JSON that looks like a message, with whatever a message has and much that it has not.
struct Forge {
    random: StdRng,
    text: String,
}

impl Forge {
    const IDS: [&str; 8] = [
        r#""1400000000000000000""#,
        r#""7""#,
        r#""007""#,
        r#""9999999999999999999""#,
        r#""18446744073709551615""#,
        "123",
        "null",
        r#""1x""#,
    ];
    const OTHERS: [&str; 22] = [
        "null",
        "true",
        "false",
        "0",
        "19",
        "-3",
        "2.50",
        "1e9",
        "-0.1E-2",
        "012",
        r#""""#,
        r#""小林 🎉 writes of bots and ids""#,
        r#""a \"quote\" and a \\""#,
        r#""\u5c0f\uD83C\n\/""#,
        r#""\u12g4""#,
        r#""{\"id\":\"5\",\"author\":{""#,
        "[]",
        "{}",
        r#"[[],{"a":[]},"x",1]"#,
        "[1 ,2]",
        "[1,]",
        "\"\u{1}\"",
    ];
    const KEYS: [&str; 16] = [
        "id",
        "channel_id",
        "guild_id",
        "author",
        "member",
        "type",
        "webhook_id",
        "nonce",
        "content",
        "mentions",
        "embeds",
        "roles",
        "bot",
        "system",
        "i\\u0064",
        "timestamp",
    ];

    fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            text: String::new(),
        }
    }

    fn one_in(&mut self, of: u32) -> bool {
        self.random.random_range(0..of) == 0
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.random.random_range(0..from.len())]
    }

    /// Mostly the first half, which is in order.
    fn id(&mut self) {
        let among = if self.one_in(12) { 8 } else { 4 };
        let id = self.pick(&Self::IDS[..among]);
        self.text.push_str(id);
    }

    fn ids(&mut self) {
        self.text.push('[');
        for n in 0..self.random.random_range(0..4) {
            if n > 0 {
                self.text.push(',');
            }
            self.id();
        }
        self.text.push(']');
    }

    fn value(&mut self, depth: u32) {
        match self.random.random_range(0..8) {
            0 if depth < 4 => self.object(&Self::KEYS, depth),
            1 if depth < 4 => {
                self.text.push('[');
                self.value(depth + 1);
                self.text.push(']');
            }
            2 => self.id(),
            // Mostly what is sound and has no exponent.
            _ => {
                let among = if self.one_in(30) { Self::OTHERS.len() } else { 7 };
                let other = self.pick(&Self::OTHERS[..among]);
                self.text.push_str(other);
            }
        }
    }

    /// An object with most of the keys, in any order, some of them twice.
    fn object(&mut self, keys: &[&str], depth: u32) {
        let mut keys = keys.to_vec();
        for at in 0..keys.len() {
            let with = self.random.random_range(at..keys.len());
            keys.swap(at, with);
        }
        if self.one_in(16) {
            keys.extend_from_within(..1);
        }
        if self.one_in(16) {
            keys.pop();
        }
        self.text.push('{');
        for (n, key) in keys.iter().enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            write!(self.text, r#""{key}":"#).expect("memory");
            self.field(key, depth + 1);
        }
        self.text.push('}');
    }

    fn field(&mut self, key: &str, depth: u32) {
        if self.one_in(40) {
            return self.value(depth);
        }
        match key {
            "id" | "channel_id" | "guild_id" => self.id(),
            "author" if depth < 4 => {
                self.object(
                    &["id", "username", "bot", "global_name", "avatar", "system"],
                    depth,
                );
            }
            "member" if depth < 4 => self.object(&["roles", "joined_at", "deaf"], depth),
            "roles" => self.ids(),
            "type" => {
                let kind = self.pick(&["0", "19", "7", "46"]);
                self.text.push_str(kind);
            }
            "bot" | "system" => {
                let is = self.pick(&["false", "true"]);
                self.text.push_str(is);
            }
            "nonce" | "webhook_id" => {
                let nonce = self.pick(&["null", r#""1400000000000000001""#, r#""""#]);
                self.text.push_str(nonce);
            }
            _ => self.value(depth),
        }
    }

    fn message(&mut self) -> String {
        self.text.clear();
        self.object(
            &[
                "type",
                "timestamp",
                "nonce",
                "mentions",
                "member",
                "id",
                "embeds",
                "content",
                "channel_id",
                "author",
                "guild_id",
                "webhook_id",
            ],
            0,
        );
        frame(&self.text)
    }

    /// Changes a few bytes; `None` where no text is left.
    fn damage(&mut self, frame: String) -> Option<String> {
        let mut bytes = frame.into_bytes();
        for _ in 0..self.random.random_range(1..4) {
            let at = self.random.random_range(0..bytes.len());
            let byte = *self
                .pick(&["\"\\{}[]:,", "0 -+.eE", "ntul\t\n"])
                .as_bytes()
                .get(self.random.random_range(0..8))
                .unwrap_or(&b'"');
            match self.random.random_range(0..4) {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => {
                    let to = self.random.random_range(0..bytes.len());
                    bytes.swap(at, to);
                }
            }
        }
        if self.one_in(20) {
            bytes.truncate(self.random.random_range(0..bytes.len()));
        }
        String::from_utf8(bytes).ok()
    }
}

#[test]
fn what_the_walk_reads_serde_reads_alike() {
    let mut accepted = 0;
    for seed in 0..FRAMES {
        let mut forge = Forge::new(seed);
        let frame = forge.message();
        if let Some(event) = walked(&frame) {
            accepted += 1;
            assert_eq!(by_serde(&frame), Some(event), "seed {seed}: {frame}");
        }
    }
    // Neither is the walk shy, nor were all frames sound.
    assert!((FRAMES / 4..FRAMES * 3 / 4).contains(&accepted), "{accepted}");
}

#[test]
fn of_damaged_frames_the_walk_accepts_none_that_serde_reads_otherwise() {
    let mut accepted = 0;
    for seed in 0..FRAMES {
        let mut forge = Forge::new(seed);
        let frame = forge.message();
        let Some(frame) = forge.damage(frame) else {
            continue;
        };
        if let Some(event) = walked(&frame) {
            accepted += 1;
            assert_eq!(by_serde(&frame), Some(event), "seed {seed}: {frame}");
        }
    }
    // Damage within of what people wrote leaves a frame sound.
    assert!((FRAMES / 100..FRAMES / 2).contains(&accepted), "{accepted}");
}

#[test]
fn every_cut_and_every_changed_byte_is_judged_alike() {
    let whole = frame(concat!(
        r#"{"type":0,"nonce":"14","content":"\u5c0f\n \"id\":\"3\"","embeds":[{"id":1.5,"a":[[],{}]}],"id":"1","#,
        r#""member":{"roles":["4","5"]},"author":{"id":"3","bot":false},"channel_id":"2","guild_id":"9"}"#
    ));
    assert!(walked(&whole).is_some());
    for at in 0..whole.len() {
        assert_eq!(walked(&whole[..at]), None, "cut at {at}");
        for byte in [
            b'"', b'\\', b'{', b'}', b'[', b']', b',', b':', b'0', b' ', b'n', 0x1f, b'.', b'-',
        ] {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = byte;
            let changed = String::from_utf8(bytes).expect("ASCII");
            if let Some(event) = walked(&changed) {
                assert_eq!(by_serde(&changed), Some(event), "{changed}");
            }
        }
    }
}

#[test]
fn what_discord_sends_is_walked() {
    for (what, extra) in [
        ("names in every script", r#""content":"小林 🎉 العربية""#),
        (
            "escapes",
            r#""content":"a \"word\", a \\, a line\nand \u00e9\ud83c\udf89""#,
        ),
        (
            "numbers of all kinds",
            r#""attachments":[{"duration_secs":3.25,"size":0,"width":-1}]"#,
        ),
        (
            "the same names further in",
            r#""referenced_message":{"id":"5","author":{"id":"6"},"type":7}"#,
        ),
        ("nothing", r#""nonce":null,"member":null,"webhook_id":null"#),
        (
            "many roles",
            r#""member":{"roles":["1","2","3","4","5","6","7","8","9","10"]}"#,
        ),
    ] {
        let frame = frame(&format!(
            r#"{{{extra},"id":"1","channel_id":"2","author":{{"id":"3"}},"guild_id":"4"}}"#
        ));
        let event = walked(&frame);
        assert!(event.is_some(), "{what}");
        assert_eq!(event, by_serde(&frame), "{what}");
    }
}

#[test]
fn what_is_nested_deeper_than_anything_that_discord_sends_is_left_to_serde() {
    let deep = |depth: usize| {
        let (open, close) = (r#"{"a":["#.repeat(depth / 2), "]}".repeat(depth / 2));
        frame(&format!(
            r#"{{"embeds":{open}{close},"id":"1","channel_id":"2","author":{{"id":"3"}},"guild_id":"4"}}"#
        ))
    };
    // The innermost is empty, so nothing is nested in it.
    assert!(walked(&deep(64)).is_some());
    for depth in [66, 128, 10_000] {
        assert_eq!(walked(&deep(depth)), None, "{depth}");
        assert!(by_serde(&deep(depth)).is_some(), "{depth}");
    }
}
