//! The ways from the socket to what is made of it, each in a process that does nothing else.

use std::hint::black_box;

use discord::{Endpoints, Frame, GatewayBot, IdentifyQueue, SessionStartLimit, Shard, ShardConfig, Token};
use domain::activity::rules::ActivityRules;
use domain::activity::sum::ActivitySum;
use domain::event::Event;
use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use twilight_gateway::{ConfigBuilder, EventTypeFlags, Intents, ShardId};

use crate::measured::Measured;
use crate::whole;

/// As the shard loop bounds them.
const BATCH_LEN_MAX: usize = 500;

/// What a measuring process is told.
pub(crate) struct Task {
    pub(crate) gateway: String,
    pub(crate) api: String,
    pub(crate) opening_sequence: u64,
    pub(crate) last_sequence: u64,
    /// The bytes of all messages on the wire.
    pub(crate) messages_len: usize,
}

/// A way, and what it is called in the table.
pub(crate) const WAYS: [(&str, &str); 9] = [
    ("socket", "the socket alone, read in pieces of 64 KiB"),
    ("tungstenite", "tokio-tungstenite, texts"),
    (
        "tungstenite-zstd",
        "tokio-tungstenite, zstd-stream, inflated to texts",
    ),
    ("twilight-texts", "twilight-gateway, texts"),
    ("twilight-events", "twilight-gateway, whole events"),
    ("frames", "`discord::Shard`, frames"),
    ("events", "`discord::Shard`, frames decoded"),
    ("sums", "**`discord::Shard` to summed activity**"),
    ("rows", "**the whole bot, to committed rows (SQLite)**"),
];

pub(crate) fn run(way: &str, task: &Task) {
    if way == "rows" {
        // As the program runs it.
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        return runtime.block_on(whole::run(task));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        match way {
            "socket" => socket(task).await,
            "tungstenite" => tungstenite(task).await,
            "tungstenite-zstd" => tungstenite_zstd(task).await,
            "twilight-texts" => twilight(task, |text| drop(black_box(text))).await,
            "twilight-events" => twilight(task, whole_event).await,
            "frames" => frames(task, |frame| drop(black_box(frame)), || ()).await,
            "events" => frames(task, |frame| drop(black_box(decoded(&frame))), || ()).await,
            "sums" => sums(task).await,
            _ => panic!("no way {way}"),
        }
    });
}

async fn connect(task: &Task, query: &str) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
    let url = format!("{}/?v=10&encoding=json{query}", task.gateway);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("it listens");
    socket.next().await.expect("HELLO").expect("HELLO");
    let identify = r#"{"op":2,"d":{"token":"measured","intents":515,"properties":{}}}"#;
    socket.send(Message::text(identify)).await.expect("sent");
    socket
}

async fn socket(task: &Task) {
    let mut socket = connect(task, "").await;
    for _ in 0..task.opening_sequence {
        socket.next().await.expect("a frame").expect("a frame");
    }
    let socket = socket.get_mut();
    let measured = Measured::begin();
    let mut buffer = vec![0; 64 << 10];
    let mut left = task.messages_len;
    while left > 0 {
        let len = socket.read(&mut buffer).await.expect("readable");
        assert!(len > 0, "the server went away");
        left -= black_box(&buffer[..len]).len();
    }
    measured.end();
}

async fn tungstenite(task: &Task) {
    let mut socket = connect(task, "").await;
    let mut measured = None;
    for sequence in 1..=task.last_sequence {
        let message = socket.next().await.expect("a frame").expect("a frame");
        black_box(message.to_text().expect("a text"));
        if sequence == task.opening_sequence {
            measured = Some(Measured::begin());
        }
    }
    measured.expect("begun").end();
}

async fn tungstenite_zstd(task: &Task) {
    let url = format!("{}/?v=10&encoding=json&compress=zstd-stream", task.gateway);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("it listens");
    let mut stream = zstd::stream::write::Decoder::new(Vec::new()).expect("memory");
    let mut measured = None;
    // HELLO is a part of the stream.
    for sequence in 0..=task.last_sequence {
        let message = socket.next().await.expect("a frame").expect("a frame");
        inflate(&mut stream, &message.into_data());
        if sequence == 0 {
            let identify = r#"{"op":2,"d":{"token":"measured","intents":515,"properties":{}}}"#;
            socket.send(Message::text(identify)).await.expect("sent");
        }
        if sequence == task.opening_sequence {
            measured = Some(Measured::begin());
        }
    }
    measured.expect("begun").end();
}

fn inflate(stream: &mut zstd::stream::write::Decoder<'_, Vec<u8>>, packed: &[u8]) {
    use std::io::Write;
    stream.write_all(packed).expect("sound");
    stream.flush().expect("sound");
    black_box(std::str::from_utf8(stream.get_ref()).expect("a text"));
    stream.get_mut().clear();
}

async fn twilight(task: &Task, mut take: impl FnMut(String)) {
    discord::install_tls();
    let config = ConfigBuilder::new("Bot measured".to_owned(), Intents::GUILD_MESSAGES)
        .proxy_url(task.gateway.clone())
        .build();
    let mut shard = twilight_gateway::Shard::with_config(ShardId::ONE, config);
    let mut measured = None;
    // HELLO has no sequence.
    for sequence in 0..=task.last_sequence {
        let message = shard.next().await.expect("a frame").expect("a frame");
        let twilight_gateway::Message::Text(text) = message else {
            panic!("a close frame in place of frame {sequence}");
        };
        if sequence > task.opening_sequence {
            take(text);
        }
        if sequence == task.opening_sequence {
            measured = Some(Measured::begin());
        }
    }
    measured.expect("begun").end();
}

/// What its `next_event` does with a text.
fn whole_event(text: String) {
    let event = twilight_gateway::parse(text, EventTypeFlags::all()).expect("a sound frame");
    drop(black_box(event.expect("every event is wanted")));
}

fn open_shard(task: &Task) -> Shard {
    let gateway = GatewayBot {
        url: task.gateway.parse().expect("a URL"),
        shards: 1,
        session_start_limit: SessionStartLimit {
            total: 1000,
            remaining: 1000,
            reset_after_ms: 0,
            max_concurrency: 1,
        },
    };
    Shard::open(ShardConfig {
        id: 0,
        count: 1,
        token: Token::parse("measured").expect("a token"),
        gateway_url: gateway.url.clone(),
        resume: None,
        queue: IdentifyQueue::new(&gateway),
        seed: 1,
    })
}

/// Drains what is ready into batches, as the shard loop does; `batch_ended` follows each.
async fn frames(task: &Task, mut take: impl FnMut(Frame), mut batch_ended: impl FnMut()) {
    let mut shard = open_shard(task);
    while shard.next().await.expect("a frame").sequence() < task.opening_sequence {}
    let measured = Measured::begin();
    let mut sequence = task.opening_sequence;
    while sequence < task.last_sequence {
        let mut next = Some(shard.next().await.expect("a frame"));
        let mut len = 0;
        while let Some(frame) = next.take() {
            sequence = frame.sequence();
            take(frame);
            len += 1;
            if len < BATCH_LEN_MAX {
                next = shard.try_next().expect("a frame");
            }
        }
        batch_ended();
    }
    measured.end();
}

fn decoded(frame: &Frame) -> domain::event::Message {
    let Event::MessagePosted(message) = frame.decode().expect("a sound frame").event else {
        panic!("only messages are measured");
    };
    message
}

async fn sums(task: &Task) {
    let sum = std::cell::RefCell::new(ActivitySum::default());
    let counted = std::cell::Cell::new(0_u64);
    let take = |frame: Frame| {
        let message = decoded(&frame);
        let mut sum = sum.borrow_mut();
        if sum.asks_for_parent(&message).is_none() {
            sum.set_rules(message.guild, ActivityRules::default());
        }
        counted.set(counted.get() + u64::from(sum.add(&message, None)));
    };
    frames(task, take, || drop(black_box(sum.borrow_mut().take()))).await;
    assert_eq!(
        counted.get(),
        task.last_sequence - task.opening_sequence,
        "all count"
    );
}

/// Where Discord is for a task.
pub(crate) fn endpoints(task: &Task) -> Endpoints {
    Endpoints {
        api: task.api.parse().expect("a URL"),
        cdn: task.api.parse().expect("a URL"),
        gateway: Some(task.gateway.parse().expect("a URL")),
    }
}
