//! A door for tests: names and connections of their own behind the checks that everybody else has.
//!
//! The checks themselves cannot be changed here. A test says that a name has a global address, and where a connection to
//! that address really goes; an address that is not global is refused in tests as it is anywhere.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::RootCertStore;
use tokio::net::TcpStream;

use crate::fetcher::{FetchOptions, Fetcher};
use crate::network::{Awaited, Network};

/// The addresses of a name, each time that it is looked up; none: there is no such name.
pub type Resolve = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// Where a connection to an address, which was checked, goes in its place.
pub type Route = dyn Fn(SocketAddr) -> SocketAddr + Send + Sync;

/// A network of a test's own.
pub struct TestDoor {
    /// Names.
    pub resolve: Box<Resolve>,
    /// Connections.
    pub route: Box<Route>,
    /// Who signs the servers' certificates.
    pub roots: RootCertStore,
}

struct Rehearsal {
    resolve: Box<Resolve>,
    route: Box<Route>,
}

impl Fetcher {
    /// A fetcher over a test's own network.
    pub fn through_test_door(options: FetchOptions, door: TestDoor) -> Self {
        let TestDoor {
            resolve,
            route,
            roots,
        } = door;
        let network = Arc::new(Rehearsal { resolve, route });
        Self::over(options, tls::client_config_with(roots), network)
    }
}

impl Network for Rehearsal {
    fn resolve<'a>(&'a self, name: &'a str) -> Awaited<'a, Vec<IpAddr>> {
        let addresses = (self.resolve)(name);
        Box::pin(async move { Ok(addresses) })
    }

    fn connect(&self, address: SocketAddr) -> Awaited<'_, TcpStream> {
        Box::pin(TcpStream::connect((self.route)(address)))
    }
}
