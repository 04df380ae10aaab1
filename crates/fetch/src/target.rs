//! A URL that may be asked: what is read from the text, what is checked, and which addresses it stands for.

use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};

use crate::address::not_global;
use crate::error::FetchError;
use crate::network::Network;

/// The longest URL, bytes.
const URL_LEN_MAX: usize = 2048;

/// The longest host name and the longest part of one, bytes.
const HOST_LEN_MAX: usize = 253;
const LABEL_LEN_MAX: usize = 63;

/// Names that are never of the public internet, with all that lies below them: RFC 6761, 6762, 7686, 8375, and what ICANN
/// set aside for private use in 2024. Most would be refused by their addresses too; these are not even looked up.
const PRIVATE_NAMES: [&str; 5] = ["localhost", "local", "onion", "home.arpa", "internal"];

/// A URL of the right form, whose addresses are still to be checked.
#[derive(Debug)]
pub(crate) struct Target {
    /// Normalised: no user, no port, no fragment, no dot at the end of the host.
    pub(crate) url: Url,
    /// The host, for the certificate.
    pub(crate) server_name: ServerName<'static>,
    host: Host<String>,
}

impl Target {
    /// Reads what a stranger wrote.
    pub(crate) fn read(text: &str) -> Result<Self, FetchError> {
        Self::check(text, None)
    }

    /// Reads where this one's server redirects to.
    pub(crate) fn redirected(&self, location: &str) -> Result<Self, FetchError> {
        Self::check(location, Some(&self.url))
    }

    fn check(text: &str, base: Option<&Url>) -> Result<Self, FetchError> {
        let too_long = FetchError::UrlTooLong { len_max: URL_LEN_MAX };
        if text.len() > URL_LEN_MAX {
            return Err(too_long);
        }
        let not_a_url = |error: url::ParseError| FetchError::NotAUrl(error.to_string());
        let mut url = Url::options().base_url(base).parse(text).map_err(not_a_url)?;
        if url.scheme() != "https" {
            return Err(FetchError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::HasUserInfo);
        }
        if let Some(port) = url.port() {
            return Err(FetchError::OtherPort(port));
        }
        url.set_fragment(None);
        let host = match url.host() {
            None => return Err(FetchError::NotAUrl("it names no host".to_owned())),
            Some(Host::Ipv4(address)) => Host::Ipv4(address),
            Some(Host::Ipv6(address)) => Host::Ipv6(address),
            Some(Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name).to_owned();
                check_name(&name)?;
                url.set_host(Some(&name)).map_err(not_a_url)?;
                Host::Domain(name)
            }
        };
        // Spelling out what is not ASCII makes it longer.
        if url.as_str().len() > URL_LEN_MAX {
            return Err(too_long);
        }
        let server_name = match &host {
            Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| not_a_host_name())?,
        };
        Ok(Self {
            url,
            server_name,
            host,
        })
    }

    /// The host, for people.
    pub(crate) fn host_name(&self) -> String {
        self.host.to_string()
    }

    /// What the host stands for: every address that it has, and all of them global. One that is not spoils the others: a
    /// name of the public internet has none.
    pub(crate) async fn checked_addresses(&self, network: &dyn Network) -> Result<Vec<IpAddr>, FetchError> {
        let addresses = match &self.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => network.resolve(name).await.unwrap_or_default(),
        };
        if addresses.is_empty() {
            return Err(FetchError::NameNotFound {
                host: self.host_name(),
            });
        }
        for address in &addresses {
            if let Some(kind) = not_global(*address) {
                return Err(FetchError::AddressNotGlobal {
                    host: self.host_name(),
                    address: *address,
                    kind,
                });
            }
        }
        Ok(addresses)
    }
}

fn check_name(name: &str) -> Result<(), FetchError> {
    let is_label = |label: &str| {
        (1..=LABEL_LEN_MAX).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.len() > HOST_LEN_MAX || !name.split('.').all(is_label) {
        return Err(not_a_host_name());
    }
    let is_below = |private: &str| {
        name.strip_suffix(private)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A name of one part is completed by the machine's search list, with names of its own network.
    if !name.contains('.') || PRIVATE_NAMES.into_iter().any(is_below) {
        return Err(FetchError::HostNotPublic {
            host: name.to_owned(),
        });
    }
    Ok(())
}

fn not_a_host_name() -> FetchError {
    FetchError::NotAUrl("its host is not a valid name".to_owned())
}
