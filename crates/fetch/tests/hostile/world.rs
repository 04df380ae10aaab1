//! A small internet: names with addresses, and one TLS server that stands behind all global addresses.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fetch::{FetchError, FetchOptions, Fetched, Fetcher, TestDoor};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The address of `pictures.example`.
pub(crate) const ADDRESS: &str = "93.184.215.14";

/// Whom the server's certificate names.
const CERTIFIED: [&str; 7] = [
    "pictures.example",
    "*.pictures.example",
    "other.example",
    "xn--bcher-kva.example",
    ADDRESS,
    "1.1.1.1",
    "2606:4700::6810:85e5",
];

/// What the server does after an answer's bytes.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// Ends the connection in good order.
    Close,
    /// Drops it.
    BreakOff,
    /// Waits for the other side to go away.
    Silence,
    /// Sends these bytes again and again, as fast as they are taken.
    Repeat(Vec<u8>),
    /// Sends these bytes again and again, one by one, every few milliseconds.
    Drip(Vec<u8>),
}

/// An answer: bytes as they go over the wire, and what comes then.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub(crate) Vec<u8>, pub(crate) Then);

impl Answer {
    /// 200 with this content.
    pub(crate) fn content(content: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", content.len()).into_bytes();
        bytes.extend_from_slice(content);
        Self(bytes, Then::Close)
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        let head = format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        Self(head.into_bytes(), Then::Close)
    }

    /// These bytes, then what is said.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>, then: Then) -> Self {
        Self(bytes.as_ref().to_vec(), then)
    }
}

#[derive(Default)]
struct State {
    /// Each name's addresses: the first lookup takes the first list, and so on; the last one stays.
    names: HashMap<String, Vec<Vec<IpAddr>>>,
    /// Where connections to an address go that do not go to the server.
    routes: HashMap<IpAddr, SocketAddr>,
    answers: HashMap<String, Answer>,
    lookups: Vec<String>,
    dialled: Vec<SocketAddr>,
    requests: Vec<String>,
}

pub(crate) struct World {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    roots: RootCertStore,
    server: JoinHandle<()>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl World {
    /// A world in which `pictures.example` has one address.
    pub(crate) async fn start() -> Self {
        let names = CERTIFIED.map(str::to_owned);
        Self::start_with(CertificateParams::new(names).expect("valid names")).await
    }

    /// The same with a certificate of one's own.
    pub(crate) async fn start_with(certificate: CertificateParams) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate: CertificateDer<'static> =
            certificate.self_signed(&key).expect("a certificate").into();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("the certificate's own key");

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let server = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), state.clone()));
        let world = Self {
            state,
            address,
            roots,
            server,
        };
        world.name("pictures.example", &[ADDRESS]);
        world
    }

    /// Gives a name its addresses.
    pub(crate) fn name(&self, name: &str, addresses: &[&str]) {
        self.name_that_changes(name, &[addresses]);
    }

    /// Gives a name addresses that are others each time that it is looked up.
    pub(crate) fn name_that_changes(&self, name: &str, turns: &[&[&str]]) {
        let parse = |address: &&str| address.parse().expect("an address");
        let turns = turns
            .iter()
            .map(|addresses| addresses.iter().map(parse).collect());
        let mut state = self.state.lock().expect("no panic");
        state.names.insert(name.to_owned(), turns.collect());
    }

    /// Leads connections to a global address elsewhere.
    pub(crate) fn route(&self, address: &str, to: SocketAddr) {
        let mut state = self.state.lock().expect("no panic");
        state.routes.insert(address.parse().expect("an address"), to);
    }

    /// What the server answers at a host and path.
    pub(crate) fn answer(&self, at: &str, answer: Answer) {
        let mut state = self.state.lock().expect("no panic");
        state.answers.insert(at.to_owned(), answer);
    }

    /// Fetches, with usual options.
    pub(crate) async fn get(&self, url: &str) -> Result<Fetched, FetchError> {
        self.fetcher(FetchOptions::default()).get(url).await
    }

    /// Fetches, and may take no longer than this.
    pub(crate) async fn get_within(&self, time_max: Duration, url: &str) -> Result<Fetched, FetchError> {
        let options = FetchOptions {
            time_max,
            ..FetchOptions::default()
        };
        self.fetcher(options).get(url).await
    }

    pub(crate) fn fetcher(&self, options: FetchOptions) -> Fetcher {
        let (state, server) = (self.state.clone(), self.address);
        let resolve = move |name: &str| {
            let mut state = state.lock().expect("no panic");
            state.lookups.push(name.to_owned());
            match state.names.get_mut(name) {
                None => Vec::new(),
                Some(turns) if turns.len() > 1 => turns.remove(0),
                Some(turns) => turns[0].clone(),
            }
        };
        let state = self.state.clone();
        let route = move |address: SocketAddr| {
            let mut state = state.lock().expect("no panic");
            state.dialled.push(address);
            state.routes.get(&address.ip()).copied().unwrap_or(server)
        };
        let door = TestDoor {
            resolve: Box::new(resolve),
            route: Box::new(route),
            roots: self.roots.clone(),
        };
        Fetcher::through_test_door(options, door)
    }

    /// The names that were looked up, in order.
    pub(crate) fn lookups(&self) -> Vec<String> {
        self.state.lock().expect("no panic").lookups.clone()
    }

    /// The addresses that a connection was opened to, in order.
    pub(crate) fn dialled(&self) -> Vec<String> {
        let state = self.state.lock().expect("no panic");
        state.dialled.iter().map(SocketAddr::to_string).collect()
    }

    /// The heads of the requests that came, in order.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().expect("no panic").requests.clone()
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, state: Arc<Mutex<State>>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (tls, state) = (tls.clone(), state.clone());
        tokio::spawn(async move {
            // Clients break off whenever they have seen enough; what they make of it is what the tests look at.
            let _ = answer(stream, tls, state).await;
        });
    }
}

async fn answer(stream: TcpStream, tls: TlsAcceptor, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut stream = tls.accept(stream).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a request is ASCII");
    let path = head.split(' ').nth(1).expect("a request line");
    let host = header(&head, "host").expect("a host");
    let at = format!("{host}{path}");
    let answer = {
        let mut state = state.lock().expect("no panic");
        state.requests.push(head);
        state.answers.get(&at).cloned()
    };
    let Answer(bytes, then) = answer
        .unwrap_or_else(|| Answer::raw("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", Then::Close));
    stream.write_all(&bytes).await?;
    stream.flush().await?;
    finish(stream, then).await
}

async fn finish(mut stream: TlsStream<TcpStream>, then: Then) -> std::io::Result<()> {
    match then {
        Then::Close => stream.shutdown().await,
        Then::BreakOff => Ok(()),
        Then::Silence => stream.read_u8().await.map(|_| ()),
        Then::Repeat(bytes) => loop {
            stream.write_all(&bytes).await?;
        },
        Then::Drip(bytes) => {
            let mut pace = tokio::time::interval(Duration::from_millis(5));
            loop {
                for byte in &bytes {
                    pace.tick().await;
                    stream.write_all(&[*byte]).await?;
                    stream.flush().await?;
                }
            }
        }
    }
}

/// A header of a head, by its name in lower case.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
