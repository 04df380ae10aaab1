//! A web server that strangers' URLs lead to, and the names that lead there.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use fetch::{FetchOptions, Fetcher, TestDoor};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a path is answered with.
#[derive(Clone)]
pub(crate) enum Page {
    Content(Vec<u8>),
    Redirect(&'static str),
}

/// `https://pictures.example`; dropped, it stops.
pub(crate) struct Web {
    pages: Arc<Mutex<HashMap<String, Page>>>,
    address: SocketAddr,
    roots: RootCertStore,
    server: JoinHandle<()>,
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Web {
    pub(crate) async fn start() -> Self {
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = rcgen::CertificateParams::new(["pictures.example".to_owned()]).expect("a name");
        let certificate: CertificateDer<'static> = names.self_signed(&key).expect("a certificate").into();
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
        let pages = Arc::default();
        let server = tokio::spawn(serve(
            listener,
            TlsAcceptor::from(Arc::new(tls)),
            Arc::clone(&pages),
        ));
        Self {
            pages,
            address,
            roots,
            server,
        }
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.pages.lock().expect("no panic").insert(path.to_owned(), page);
    }

    /// For this web: `pictures.example` has a public address that leads to the server, `intern.example` a private one.
    pub(crate) fn fetcher(&self) -> Fetcher {
        let resolve = |name: &str| match name {
            "pictures.example" => vec![IpAddr::from([93, 184, 215, 14])],
            "intern.example" => vec![IpAddr::from([10, 0, 0, 7])],
            _ => Vec::new(),
        };
        let server = self.address;
        Fetcher::through_test_door(
            FetchOptions::default(),
            TestDoor {
                resolve: Box::new(resolve),
                route: Box::new(move |_| server),
                roots: self.roots.clone(),
            },
        )
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, pages: Arc<Mutex<HashMap<String, Page>>>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (tls, pages) = (tls.clone(), Arc::clone(&pages));
        tokio::spawn(async move {
            // The client breaks off when it has seen enough.
            drop(answer(stream, tls, &pages).await);
        });
    }
}

async fn answer(
    stream: TcpStream,
    tls: TlsAcceptor,
    pages: &Mutex<HashMap<String, Page>>,
) -> std::io::Result<()> {
    let mut stream = tls.accept(stream).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a request is ASCII");
    let path = head.split(' ').nth(1).expect("a request line");
    let page = pages.lock().expect("no panic").get(path).cloned();
    let (head, content) = match page {
        Some(Page::Content(bytes)) => ("200 OK".to_owned(), bytes),
        Some(Page::Redirect(to)) => (format!("302 Found\r\nlocation: {to}"), Vec::new()),
        None => ("404 Not Found".to_owned(), Vec::new()),
    };
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", content.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&content).await?;
    stream.flush().await?;
    stream.shutdown().await
}
