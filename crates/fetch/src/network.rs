//! Names into addresses, and addresses into connections: all that this crate asks of the world.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use tokio::net::{TcpStream, lookup_host};

/// Something of the network, when it is there.
pub(crate) type Awaited<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// What [`Internet`] does, and what tests do in its place.
pub(crate) trait Network: Send + Sync {
    /// All the addresses of a name.
    fn resolve<'a>(&'a self, name: &'a str) -> Awaited<'a, Vec<IpAddr>>;

    /// A connection to exactly this address.
    fn connect(&self, address: SocketAddr) -> Awaited<'_, TcpStream>;
}

/// The machine's resolver and its sockets.
#[derive(Debug)]
pub(crate) struct Internet;

impl Network for Internet {
    fn resolve<'a>(&'a self, name: &'a str) -> Awaited<'a, Vec<IpAddr>> {
        Box::pin(async move {
            // The resolver wants a port and hands it back.
            let found = lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    fn connect(&self, address: SocketAddr) -> Awaited<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn machine_knows_its_own_name_and_takes_connections() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let addresses = Internet.resolve("localhost").await.expect("its own name");
        assert!(
            !addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback),
            "{addresses:?}"
        );
        let stream = Internet.connect(address).await.expect("a connection");
        assert_eq!(stream.peer_addr().expect("connected"), address);
    }
}
