//! A client that reads the wire itself.

use std::io::Read;
use std::time::Duration;

use flate2::{Decompress, FlushDecompress};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sim::driver::Sim;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// GUILDS, GUILD_MEMBERS and GUILD_MESSAGES.
pub(crate) const USUAL: u64 = 515;

/// Long enough for a machine under load; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    unpack: Unpack,
    /// The last sequence that came.
    pub(crate) sequence: u64,
}

enum Unpack {
    Plain,
    Zlib(Decompress),
    Zstd(zstd::stream::write::Decoder<'static, Vec<u8>>),
}

/// What comes from the gateway.
#[derive(Debug, PartialEq)]
pub(crate) enum Got {
    Payload(Value),
    Closed(u16),
    Broken,
}

impl Client {
    /// Connects and takes HELLO.
    pub(crate) async fn connect(sim: &Sim) -> Self {
        Self::connect_with(sim, "v=10&encoding=json").await
    }

    pub(crate) async fn connect_with(sim: &Sim, query: &str) -> Self {
        let mut client = Self::open(sim, query).await;
        let hello = client.payload().await;
        assert_eq!(hello["op"], 10);
        assert!(hello["d"]["heartbeat_interval"].is_u64());
        client
    }

    /// Connects and takes nothing.
    pub(crate) async fn open(sim: &Sim, query: &str) -> Self {
        let stream = TcpStream::connect(sim.state().addr).await.expect("it listens");
        let url = format!("{}?{query}", sim.gateway_url());
        let (socket, _) = tokio_tungstenite::client_async(url, stream)
            .await
            .expect("a WebSocket");
        let unpack = if query.contains("zlib-stream") {
            Unpack::Zlib(Decompress::new(true))
        } else if query.contains("zstd-stream") {
            Unpack::Zstd(zstd::stream::write::Decoder::new(Vec::new()).expect("a decoder"))
        } else {
            Unpack::Plain
        };
        Self {
            socket,
            unpack,
            sequence: 0,
        }
    }

    /// Connects, logs in, and takes READY, which is returned too.
    pub(crate) async fn log_in(sim: &Sim, intents: u64) -> (Self, Value) {
        let mut client = Self::connect(sim).await;
        let ready = client.identify(intents, json!([0, 1])).await;
        (client, ready)
    }

    pub(crate) async fn identify(&mut self, intents: u64, shard: Value) -> Value {
        self.send(identify(intents, shard)).await;
        self.event("READY").await
    }

    pub(crate) async fn resume(&mut self, ready: &Value, sequence: u64) {
        self.send(json!({"op": 6, "d": {
            "token": "sim-token",
            "session_id": ready["session_id"],
            "seq": sequence,
        }}))
        .await;
    }

    pub(crate) async fn send(&mut self, payload: Value) {
        self.send_text(payload.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: String) {
        self.socket
            .send(Message::text(text))
            .await
            .expect("an open connection");
    }

    pub(crate) async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.socket.close(Some(frame)).await.expect("an open connection");
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    pub(crate) async fn next(&mut self) -> Got {
        let message = tokio::time::timeout(PATIENCE, self.socket.next())
            .await
            .expect("the gateway says something");
        let text = match message {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Binary(bytes))) => self.unpack(&bytes),
            Some(Ok(Message::Close(Some(frame)))) => return Got::Closed(frame.code.into()),
            Some(Ok(other)) => panic!("unexpected {other:?}"),
            Some(Err(_)) | None => return Got::Broken,
        };
        let payload: Value = serde_json::from_str(&text).expect("JSON");
        if payload["op"] == 0 {
            self.sequence = payload["s"].as_u64().expect("a dispatch has a sequence");
        }
        Got::Payload(payload)
    }

    pub(crate) async fn payload(&mut self) -> Value {
        match self.next().await {
            Got::Payload(payload) => payload,
            other => panic!("a payload was expected, and {other:?} came"),
        }
    }

    /// The data of the next payload, which must be this event.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        let mut payload = self.payload().await;
        assert_eq!(payload["t"], name, "{payload}");
        payload["d"].take()
    }

    fn unpack(&mut self, bytes: &[u8]) -> String {
        let unpacked = match &mut self.unpack {
            Unpack::Plain => {
                let mut all = Vec::new();
                flate2::read::ZlibDecoder::new(bytes)
                    .read_to_end(&mut all)
                    .expect("a whole zlib stream");
                all
            }
            Unpack::Zlib(stream) => {
                assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]), "a sync flush ends it");
                let before = stream.total_in();
                let mut all = Vec::with_capacity(1 << 20);
                stream
                    .decompress_vec(bytes, &mut all, FlushDecompress::Sync)
                    .expect("it goes on with the stream");
                assert_eq!(stream.total_in() - before, bytes.len() as u64);
                all
            }
            Unpack::Zstd(stream) => {
                use std::io::Write;
                stream.write_all(bytes).expect("it goes on with the stream");
                stream.flush().expect("a Vec takes it");
                std::mem::take(stream.get_mut())
            }
        };
        String::from_utf8(unpacked).expect("UTF-8")
    }
}

pub(crate) fn identify(intents: u64, shard: Value) -> Value {
    json!({"op": 2, "d": {
        "token": "sim-token",
        "properties": {"os": "linux", "browser": "test", "device": "test"},
        "intents": intents,
        "shard": shard,
    }})
}
