//! Against servers that misbehave; how the session goes on is shown against the simulator.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::*;
use crate::rest::{GatewayBot, SessionStartLimit};

/// A shard whose gateway is a server of the test's own.
fn open(listener: &TcpListener, policy: BackoffPolicy) -> Shard {
    let gateway = GatewayBot {
        url: format!("ws://{}", listener.local_addr().expect("bound"))
            .parse()
            .expect("a URL"),
        shards: 1,
        session_start_limit: SessionStartLimit {
            total: 1000,
            remaining: 1000,
            reset_after_ms: 0,
            max_concurrency: 1,
        },
    };
    let config = ShardConfig {
        id: 0,
        count: 1,
        token: Token::parse("token").expect("a token"),
        gateway_url: gateway.url.clone(),
        resume: None,
        queue: IdentifyQueue::new(&gateway),
        seed: 11,
    };
    Shard::open_with(config, policy)
}

#[tokio::test]
async fn server_that_closes_at_once_is_asked_again_after_growing_pauses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let policy = BackoffPolicy {
        base: Duration::from_millis(8),
        cap: Duration::from_millis(128),
        well_after: Duration::from_secs(60),
    };
    let mut shard = open(&listener, policy);
    let asking = tokio::spawn(async move { shard.next().await });

    let mut asked_at = Vec::new();
    while asked_at.len() < 12 {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        // It has asked for a WebSocket before the connection ends under it.
        if socket.read(&mut [0; 1024]).await.is_ok_and(|len| len > 0) {
            asked_at.push(Instant::now());
        }
    }
    asking.abort();

    let mut expected = Backoff::new(policy, 11);
    for pair in asked_at.windows(2) {
        let pause = expected.next_pause(None);
        assert!(
            pair[1] - pair[0] >= pause,
            "{:?} instead of {pause:?}",
            pair[1] - pair[0]
        );
    }
}

#[tokio::test]
async fn pause_is_over_when_somebody_asks_for_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let an_hour_each = BackoffPolicy {
        base: Duration::from_secs(3600),
        cap: Duration::from_secs(3600),
        well_after: Duration::from_secs(3600),
    };
    let mut shard = open(&listener, an_hour_each);
    let mut standing = shard.watch_standing();
    for _ in 0..2 {
        let refusing = async {
            drop(listener.accept().await.expect("a connection"));
            standing.changed().await.expect("the shard lives");
        };
        tokio::select! {
            frame = shard.next() => panic!("{frame:?} from nowhere"),
            refused = tokio::time::timeout(Duration::from_secs(30), refusing) => refused.expect("in time"),
        }
        assert_eq!(*shard.watch_standing().borrow(), Standing::default());
        shard.reconnect().await;
    }
}
