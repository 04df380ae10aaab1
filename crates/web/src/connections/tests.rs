use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::routing::get;

use super::*;

/// Longer than anything takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that says hello, within limits that are soon reached.
struct Hello {
    address: SocketAddr,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
}

async fn hello(limits: Limits) -> Hello {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    // More than the kernel keeps of what nobody reads.
    let long = axum::body::Bytes::from(vec![b'x'; 32 << 20]);
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/long", get(async || long));
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(listener, router, limits, stop.clone()));
    Hello {
        address,
        stop,
        serving,
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("settable");
    stream
}

/// All that is answered until the connection ends. One that is broken off has ended too.
fn all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("it is left open"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = connect(address);
    // What is too long need not be taken whole.
    let _ = stream.write_all(request.as_bytes());
    all(stream)
}

const POLITE: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_slowly_is_hung_up_on_and_others_are_answered_meanwhile() {
    let limits = Limits {
        head_within: Duration::from_millis(300),
        ..Limits::default()
    };
    let hello = hello(limits).await;
    let slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect(hello.address);
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                .expect("sent");
            stream
        })
        .collect();
    assert!(ask(hello.address, POLITE).ends_with("hello"));
    for stream in slow {
        let answer = all(stream);
        assert!(!answer.contains("200 OK"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_that_is_too_long_is_refused() {
    let hello = hello(Limits::default()).await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n",
        "x".repeat(1 << 20)
    );
    let answer = ask(hello.address, &long);
    assert!(!answer.contains("200 OK"), "{answer}");
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(5_000));
    let answer = ask(hello.address, &many);
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(ask(hello.address, POLITE).ends_with("hello"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_all_places_of_a_machine_gets_no_more_until_one_is_free() {
    let limits = Limits {
        head_within: PATIENCE,
        lasting: PATIENCE,
        per_peer_max: 2,
        ..Limits::default()
    };
    let hello = hello(limits).await;
    let mut first = connect(hello.address);
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("sent");
    let mut begin = [0; 8];
    first.read_exact(&mut begin).expect("an answer");
    let mut second = connect(hello.address);
    second
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("sent");
    second.read_exact(&mut begin).expect("an answer");
    assert_eq!(ask(hello.address, POLITE), "", "both are kept open");
    drop(first);
    while !ask(hello.address, POLITE).ends_with("hello") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_hung_up_on_after_a_while() {
    let limits = Limits {
        lasting: Duration::from_millis(100),
        per_peer_max: 1,
        ..Limits::default()
    };
    let hello = hello(limits).await;
    let mut stream = connect(hello.address);
    stream
        .write_all(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("sent");
    // The one place is free again though nothing was read and nothing was closed here.
    while !ask(hello.address, POLITE).ends_with("hello") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_ends_connections_of_those_who_do_nothing() {
    let hello = hello(Limits::default()).await;
    let idle = connect(hello.address);
    hello.stop.cancel();
    hello.serving.await.expect("it does not panic");
    assert_eq!(all(idle), "");
}

fn take(places: &Arc<Places>, peer: &str) -> Option<Place> {
    let limits = Limits {
        strangers_max: 3,
        per_peer_max: 2,
        ..Limits::default()
    };
    Place::take(places, peer.parse().expect("an address"), &limits)
}

#[test]
fn places_are_few_for_each_machine_and_for_all_strangers_and_never_all_gone_for_this_one() {
    let places = Arc::new(Places::default());
    let first = take(&places, "192.0.2.1").expect("a place");
    let _second = take(&places, "::ffff:192.0.2.1").expect("a place");
    assert!(take(&places, "192.0.2.1").is_none(), "two a machine");
    let _third = take(&places, "2001:db8::1").expect("a place");
    assert!(take(&places, "192.0.2.9").is_none(), "three strangers");
    let _own = take(&places, "127.0.0.1").expect("a place");
    drop(first);
    let _fourth = take(&places, "2001:db8::ffff:1").expect("a place");
    assert!(
        take(&places, "2001:db8::2:2").is_none(),
        "one network is one machine"
    );
}

#[test]
fn nothing_is_kept_of_who_has_gone() {
    let places = Arc::new(Places::default());
    drop(take(&places, "192.0.2.1"));
    assert!(places.taken().is_empty());
}
