//! Following a URL to its bytes.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::error::FetchError;
use crate::exchange::{self, Answer};
use crate::network::{Internet, Network};
use crate::target::Target;

/// The port of https, and the only one that is asked.
const PORT: u16 = 443;

/// How many of a name's addresses are tried. All of them are checked.
const ADDRESSES_TRIED_MAX: usize = 3;

/// What a fetch may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchOptions {
    /// The longest content, bytes. As much is held in memory for each fetch.
    pub len_max: usize,
    /// How long a fetch may take in all: looking names up, redirects, the content's last byte.
    pub time_max: Duration,
    /// How many redirects are followed.
    pub redirects_max: u32,
    /// How many fetches are under way at once, at least 1; the others wait for their turn, at most `time_max`.
    pub at_once_max: usize,
}

impl Default for FetchOptions {
    /// 8 MiB, 10 s, 3 redirects, 8 at once.
    fn default() -> Self {
        Self {
            len_max: 8 * 1024 * 1024,
            time_max: Duration::from_secs(10),
            redirects_max: 3,
            at_once_max: 8,
        }
    }
}

/// What a URL led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The content as it was sent, whatever its sender says that it is.
    pub bytes: Bytes,
    /// Where it came from, after redirects.
    pub url: Url,
}

/// Asks URLs. A clone counts with the original for [`FetchOptions::at_once_max`].
#[derive(Clone)]
pub struct Fetcher {
    options: FetchOptions,
    tls: TlsConnector,
    network: Arc<dyn Network>,
    turns: Arc<Semaphore>,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Fetcher {
    /// A fetcher over the machine's own resolver and Mozilla's root certificates.
    pub fn new(options: FetchOptions) -> Self {
        Self::over(options, tls::client_config(), Arc::new(Internet))
    }

    pub(crate) fn over(options: FetchOptions, mut tls: ClientConfig, network: Arc<dyn Network>) -> Self {
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            options,
            tls: TlsConnector::from(Arc::new(tls)),
            network,
            turns: Arc::new(Semaphore::new(options.at_once_max)),
        }
    }

    /// The content behind a URL that a stranger wrote. It is asked once; nothing is tried again but a name's other
    /// addresses.
    ///
    /// # Errors
    /// [`FetchError`]; when it says [`FetchError::is_refusal`], nobody was connected to for the URL that it is about.
    pub async fn get(&self, url: &str) -> Result<Fetched, FetchError> {
        let target = Target::read(url)?;
        let time_max = self.options.time_max;
        let _turn = timeout(time_max, self.turns.acquire())
            .await
            .map_err(|_| FetchError::Busy)?
            .expect("the semaphore is never closed");
        let deadline = Instant::now() + time_max;
        timeout_at(deadline, self.follow(target, deadline))
            .await
            .unwrap_or(Err(FetchError::TooSlow { time_max }))
    }

    async fn follow(&self, mut target: Target, deadline: Instant) -> Result<Fetched, FetchError> {
        let mut redirects = 0;
        loop {
            let answer = self.ask(&target, deadline).await;
            match answer.map_err(|error| error.after(redirects))? {
                Answer::Content(bytes) => {
                    let url = target.url;
                    return Ok(Fetched { bytes, url });
                }
                Answer::Redirect(_) if redirects == self.options.redirects_max => {
                    return Err(FetchError::TooManyRedirects {
                        redirects_max: self.options.redirects_max,
                    });
                }
                Answer::Redirect(location) => {
                    redirects += 1;
                    target = target
                        .redirected(&location)
                        .map_err(|error| error.after(redirects))?;
                }
            }
        }
    }

    async fn ask(&self, target: &Target, deadline: Instant) -> Result<Answer, FetchError> {
        let addresses = target.checked_addresses(&*self.network).await?;
        let stream = self.connect(target, &addresses, deadline).await?;
        exchange::ask(&self.tls, stream, target, self.options.len_max).await
    }

    /// A connection to the first of the addresses that takes one.
    async fn connect(
        &self,
        target: &Target,
        addresses: &[IpAddr],
        deadline: Instant,
    ) -> Result<TcpStream, FetchError> {
        let tried = &addresses[..addresses.len().min(ADDRESSES_TRIED_MAX)];
        let mut last = None;
        for (index, address) in tried.iter().enumerate() {
            // One that swallows packets leaves the next as much time.
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(tried.len() - index + 1).expect("at most four");
            let connecting = self.network.connect(SocketAddr::new(*address, PORT));
            match timeout_at(Instant::now() + share, connecting).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = Some(error),
                Err(_) => last = Some(std::io::ErrorKind::TimedOut.into()),
            }
        }
        Err(FetchError::Unreachable {
            host: target.host_name(),
            source: last.expect("a name without addresses is not found"),
        })
    }
}
