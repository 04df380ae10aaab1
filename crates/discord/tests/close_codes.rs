//! With which close codes the client leaves, as a gateway sees it.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use discord::{GatewayBot, IdentifyQueue, SessionStartLimit, Shard, ShardConfig, Token};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const HELLO: &str = r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":60000}}"#;
const VOID: &str = r#"{"t":null,"s":null,"op":9,"d":false}"#;
const READY: &str = concat!(
    r#"{"t":"READY","s":1,"op":0,"d":{"session_id":"s","resume_gateway_url":"ws://127.0.0.1:1","#,
    r#""user":{"id":"9"},"guilds":[]}}"#
);

/// What a gateway answers IDENTIFY with, and where it tells how the connection ended: a close code, or none.
type Plan = (&'static str, mpsc::UnboundedSender<Option<u16>>);

async fn gateway(answer: &'static str) -> (GatewayBot, mpsc::UnboundedReceiver<Option<u16>>) {
    let (ends, ended) = mpsc::unbounded_channel();
    let plan: Plan = (answer, ends);
    let app = Router::new()
        .route(
            "/",
            get(|upgrade: WebSocketUpgrade, State(plan): State<Plan>| async move {
                upgrade.on_upgrade(move |socket| serve(socket, plan))
            }),
        )
        .with_state(plan);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("ws://{}", listener.local_addr().expect("bound"))
        .parse()
        .expect("a URL");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let session_start_limit = SessionStartLimit {
        total: 1000,
        remaining: 1000,
        reset_after_ms: 0,
        max_concurrency: 1,
    };
    (
        GatewayBot {
            url,
            shards: 1,
            session_start_limit,
        },
        ended,
    )
}

async fn serve(mut socket: WebSocket, (answer, ends): Plan) {
    let mut say = Some(answer);
    let mut code = None;
    if socket.send(Message::text(HELLO)).await.is_ok() {
        while let Some(Ok(message)) = socket.recv().await {
            match message {
                Message::Close(frame) => code = frame.map(|frame| frame.code),
                _ => {
                    if let Some(answer) = say.take() {
                        // When it fails, the next `recv` tells how the connection ended.
                        let _ = socket.send(Message::text(answer)).await;
                    }
                }
            }
        }
    }
    // Whoever asks has seen enough when the channel is closed.
    let _ = ends.send(code);
}

fn open(gateway: &GatewayBot) -> Shard {
    Shard::open(ShardConfig {
        id: 0,
        count: 1,
        token: Token::parse("token").expect("a token"),
        gateway_url: gateway.url.clone(),
        resume: None,
        queue: IdentifyQueue::new(gateway),
        seed: 1,
    })
}

async fn end(ended: &mut mpsc::UnboundedReceiver<Option<u16>>) -> Option<u16> {
    tokio::time::timeout(Duration::from_secs(20), ended.recv())
        .await
        .expect("in time")
        .expect("the gateway runs")
}

#[tokio::test]
async fn shard_closes_with_the_code_that_keeps_the_session() {
    let (gateway, mut ended) = gateway(READY).await;
    let mut shard = open(&gateway);
    assert_eq!(shard.next().await.expect("READY").sequence(), 1);
    shard.close().await;
    assert_eq!(end(&mut ended).await, Some(4000));
}

#[tokio::test]
async fn void_session_is_left_without_the_codes_that_end_sessions() {
    let (gateway, mut ended) = gateway(VOID).await;
    let mut shard = open(&gateway);
    let asking = tokio::spawn(async move { shard.next().await });
    assert_eq!(end(&mut ended).await, None, "no close frame at all");
    asking.abort();
}

#[tokio::test]
async fn shard_that_was_never_connected_closes_at_once() {
    let (gateway, mut ended) = gateway(READY).await;
    open(&gateway).close().await;
    assert!(ended.try_recv().is_err());
}
