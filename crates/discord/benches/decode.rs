//! CPU time of reading 100,000 MESSAGE_CREATE frames, beside the whole event of twilight-model, in one run.
//!
//! `cargo bench -p discord --bench decode` prints a table in Markdown.

#![allow(clippy::print_stdout, reason = "a bench's output is its result")]

use std::hint::black_box;
use std::time::Duration;

use domain::event::Event;
use serde::de::DeserializeSeed;
use twilight_model::gateway::event::{GatewayEvent, GatewayEventDeserializer};

const FRAMES: u64 = 100_000;
const ROUNDS: usize = 7;

fn main() {
    let frames: Vec<String> = (0..FRAMES).map(frame).collect();
    let bytes: usize = frames.iter().map(String::len).sum();
    println!(
        "{FRAMES} MESSAGE_CREATE frames of {} bytes, medians of {ROUNDS} rounds\n",
        bytes / frames.len()
    );
    println!("| way | CPU s | µs a frame | MB/s |");
    println!("|---|---|---|---|");
    // The ways take turns, so that a busy machine disturbs them alike.
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..ROUNDS {
        ours.push(measure(&frames, decode_ours));
        theirs.push(measure(&frames, decode_theirs));
    }
    print_row("`discord::decode`", &mut ours, bytes);
    print_row("twilight-model, whole event", &mut theirs, bytes);
}

fn decode_ours(text: &str) {
    let decoded = discord::decode(text).expect("a sound frame");
    assert!(matches!(decoded.event, Event::MessagePosted(_)));
    black_box(decoded);
}

fn decode_theirs(text: &str) {
    let header = GatewayEventDeserializer::from_json(text).expect("a sound frame");
    let mut json = serde_json::Deserializer::from_str(text);
    let event = header.deserialize(&mut json).expect("a sound frame");
    assert!(matches!(event, GatewayEvent::Dispatch(..)));
    black_box(event);
}

fn measure(frames: &[String], decode: impl Fn(&str)) -> Duration {
    let began = cpu_time();
    for frame in frames {
        decode(black_box(frame));
    }
    cpu_time() - began
}

/// What this thread has used of a core, as Linux tells it.
fn cpu_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("this bench runs on Linux");
    let nanos = told
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.expect("the first number is the time on a core"))
}

fn print_row(way: &str, rounds: &mut [Duration], bytes: usize) {
    rounds.sort_unstable();
    let median = rounds[rounds.len() / 2].as_secs_f64();
    let frames: f64 = 100_000.0;
    #[allow(clippy::cast_precision_loss, reason = "a few hundred megabytes")]
    let megabytes = bytes as f64 / 1e6;
    println!(
        "| {way} | {median:.3} | {:.2} | {:.0} |",
        median * 1e6 / frames,
        megabytes / median
    );
}

/// A frame as a busy guild sends it: an author with decorations, a member, a mention and a picture.
fn frame(n: u64) -> String {
    format!(
        concat!(
            r#"{{"t":"MESSAGE_CREATE","s":{n},"op":0,"d":{{"type":0,"tts":false,"#,
            r#""timestamp":"2026-08-01T10:00:00.123000+00:00","pinned":false,"nonce":"14{n:016}","#,
            r#""mentions":[{{"id":"300000000000000001","username":"mentioned","global_name":"Mentioned","#,
            r#""discriminator":"0","avatar":"0123456789abcdef0123456789abcdef","public_flags":0,"#,
            r#""member":{{"roles":["100000000000000005"],"joined_at":"2021-05-05T05:05:05.000000+00:00","#,
            r#""deaf":false,"mute":false,"flags":0}}}}],"mention_roles":[],"mention_everyone":false,"#,
            r#""member":{{"roles":["100000000000000003","100000000000000004"],"#,
            r#""joined_at":"2020-01-01T00:00:00.000000+00:00","deaf":false,"mute":false,"flags":0}},"#,
            r#""id":"15{n:016}","flags":0,"embeds":[],"edited_timestamp":null,"content":"","components":[],"#,
            r#""channel_id":"200000000000000001","channel_type":0,"attachments":[{{"id":"400000000000000001","#,
            r#""filename":"picture.png","size":123456,"url":"https://cdn.example/attachments/picture.png","#,
            r#""proxy_url":"https://media.example/attachments/picture.png","content_type":"image/png"}}],"#,
            r#""author":{{"id":"300000000000000000","username":"author","global_name":"小林 🎉","#,
            r#""discriminator":"0","avatar":"fedcba9876543210fedcba9876543210","public_flags":64}},"#,
            r#""guild_id":"100000000000000000"}}}}"#,
        ),
        n = n
    )
}
