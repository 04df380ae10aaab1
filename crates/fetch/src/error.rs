//! Why there are no bytes.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use crate::address::AddressKind;

/// Why a URL gave no bytes. Each says what was wrong and what to do; [`FetchError::reason`] names it for a translation.
///
/// The messages may be shown to whoever gave the URL: they never tell to which address a name leads, which is nobody's
/// business when it is one of the operator's own network. [`FetchError::AddressNotGlobal`] has it as a field, for logs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// More than 2048 bytes.
    #[error("the URL is too long; use one of at most {len_max} characters")]
    UrlTooLong {
        /// The most that a URL may have, bytes.
        len_max: usize,
    },
    /// It cannot be read, or cannot name a host.
    #[error("this is not a valid URL ({0}); copy it from the browser's address bar, beginning with https://")]
    NotAUrl(String),
    /// Another scheme.
    #[error("the URL does not begin with https://; use one that does")]
    NotHttps,
    /// `user@` or `user:password@`.
    #[error("the URL holds a user name or a password; use one that everybody can open without them")]
    HasUserInfo,
    /// A port that is named and is not 443.
    #[error("the URL names port {0}; use one without a port")]
    OtherPort(u16),
    /// A name of the local network.
    #[error("{host} is not a name of the public internet; use a URL that everybody can open")]
    HostNotPublic {
        /// The name.
        host: String,
    },
    /// An address that is not of the public internet, be it one of several.
    #[error("{host} leads to {kind}; use a URL that everybody can open")]
    AddressNotGlobal {
        /// What the URL says.
        host: String,
        /// What it leads to.
        address: IpAddr,
        /// What is wrong with it.
        kind: AddressKind,
    },
    /// The name has no address, or the resolver does not answer.
    #[error("there is no host {host}; check the URL's spelling")]
    NameNotFound {
        /// The name.
        host: String,
    },
    /// None of the host's addresses takes a connection.
    #[error("{host} cannot be reached ({source}); check the URL, or try again later")]
    Unreachable {
        /// What the URL says.
        host: String,
        /// What the last connection failed with.
        source: io::Error,
    },
    /// No secure connection: a certificate that is not valid, as a rule.
    #[error("there is no secure connection with {host} ({source}); use a server with a valid certificate")]
    Tls {
        /// What the URL says.
        host: String,
        /// What TLS failed with.
        source: io::Error,
    },
    /// What came is not HTTP/1.1, or its headers are too large.
    #[error("{host} does not answer as a web server does; use another URL")]
    NotHttp {
        /// What the URL says.
        host: String,
    },
    /// A redirect that does not say where to.
    #[error("{host} redirects to nowhere; use another URL")]
    BadRedirect {
        /// What the URL says.
        host: String,
    },
    /// More redirects than are followed.
    #[error("the URL redirects more than {redirects_max} times; use the one where it ends")]
    TooManyRedirects {
        /// How many are followed.
        redirects_max: u32,
    },
    /// An answer other than 200.
    #[error(
        "{host} answered with status {status} in place of the file; check that everybody can open the URL"
    )]
    Status {
        /// What the URL says.
        host: String,
        /// The answer's status.
        status: u16,
    },
    /// Compressed for the way, though we asked for it as it is.
    #[error("{host} sends the file compressed, which was not asked for; use another URL")]
    Compressed {
        /// What the URL says.
        host: String,
    },
    /// More bytes than are taken, by what the server announces or by what it sends.
    #[error("the file is too large; use one of at most {} MiB", len_max >> 20)]
    TooLarge {
        /// The most that is taken, bytes.
        len_max: usize,
    },
    /// The connection ended before the content did.
    #[error("{host} broke off before all of the file was there; try again")]
    BrokenOff {
        /// What the URL says.
        host: String,
    },
    /// It took too long in all.
    #[error("it took longer than {} s; use a faster server, or try again later", time_max.as_secs_f32())]
    TooSlow {
        /// How long it may take.
        time_max: Duration,
    },
    /// So many others are being fetched that its turn did not come.
    #[error("too many files are being fetched; try again in a minute")]
    Busy,
    /// The URL itself was well, but where it redirects to is not.
    #[error("after a redirect: {0}")]
    Redirected(#[source] Box<FetchError>),
}

impl FetchError {
    /// All that [`FetchError::reason`] may say, so that whoever translates can see that nothing is left out.
    pub const REASONS: [&'static str; 19] = [
        "url_too_long",
        "not_a_url",
        "not_https",
        "has_user_info",
        "other_port",
        "host_not_public",
        "address_not_global",
        "name_not_found",
        "unreachable",
        "tls",
        "not_http",
        "bad_redirect",
        "too_many_redirects",
        "status",
        "compressed",
        "too_large",
        "broken_off",
        "too_slow",
        "busy",
    ];

    /// A short stable name, such as `not_https`: a key for translations, a label for metrics. A redirect's trouble has the
    /// name that it has without one.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UrlTooLong { .. } => "url_too_long",
            Self::NotAUrl(_) => "not_a_url",
            Self::NotHttps => "not_https",
            Self::HasUserInfo => "has_user_info",
            Self::OtherPort(_) => "other_port",
            Self::HostNotPublic { .. } => "host_not_public",
            Self::AddressNotGlobal { .. } => "address_not_global",
            Self::NameNotFound { .. } => "name_not_found",
            Self::Unreachable { .. } => "unreachable",
            Self::Tls { .. } => "tls",
            Self::NotHttp { .. } => "not_http",
            Self::BadRedirect { .. } => "bad_redirect",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::Status { .. } => "status",
            Self::Compressed { .. } => "compressed",
            Self::TooLarge { .. } => "too_large",
            Self::BrokenOff { .. } => "broken_off",
            Self::TooSlow { .. } => "too_slow",
            Self::Busy => "busy",
            Self::Redirected(error) => error.reason(),
        }
    }

    /// Whether the URL, or the one that it redirects to, is one that is never asked, so that trying again is of no use.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::UrlTooLong { .. }
            | Self::NotAUrl(_)
            | Self::NotHttps
            | Self::HasUserInfo
            | Self::OtherPort(_)
            | Self::HostNotPublic { .. }
            | Self::AddressNotGlobal { .. } => true,
            Self::Redirected(error) => error.is_refusal(),
            _ => false,
        }
    }

    /// Says that it came after a redirect, where it did.
    pub(crate) fn after(self, redirects: u32) -> Self {
        match redirects {
            0 => self,
            _ => Self::Redirected(Box::new(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each variant, in the order of [`FetchError::REASONS`].
    fn each() -> Vec<FetchError> {
        let host = || "pictures.example".to_owned();
        let source = || io::Error::from(io::ErrorKind::ConnectionRefused);
        vec![
            FetchError::UrlTooLong { len_max: 2048 },
            FetchError::NotAUrl("it names no host".to_owned()),
            FetchError::NotHttps,
            FetchError::HasUserInfo,
            FetchError::OtherPort(8443),
            FetchError::HostNotPublic { host: host() },
            FetchError::AddressNotGlobal {
                host: host(),
                address: IpAddr::from([10, 0, 0, 1]),
                kind: AddressKind::Private,
            },
            FetchError::NameNotFound { host: host() },
            FetchError::Unreachable {
                host: host(),
                source: source(),
            },
            FetchError::Tls {
                host: host(),
                source: source(),
            },
            FetchError::NotHttp { host: host() },
            FetchError::BadRedirect { host: host() },
            FetchError::TooManyRedirects { redirects_max: 3 },
            FetchError::Status {
                host: host(),
                status: 404,
            },
            FetchError::Compressed { host: host() },
            FetchError::TooLarge { len_max: 8 << 20 },
            FetchError::BrokenOff { host: host() },
            FetchError::TooSlow {
                time_max: Duration::from_secs(10),
            },
            FetchError::Busy,
        ]
    }

    #[test]
    fn every_reason_is_told_apart_and_listed() {
        let reasons: Vec<&str> = each().iter().map(FetchError::reason).collect();
        assert_eq!(reasons, FetchError::REASONS);
        for error in each() {
            let reason = error.reason();
            assert_eq!(error.after(1).reason(), reason, "a redirect changes nothing");
        }
    }

    #[test]
    fn every_sentence_says_what_to_do_and_none_tells_an_address() {
        for error in each() {
            let sentence = error.to_string();
            let advice = sentence.rsplit_once(';').map(|(_, advice)| advice.trim());
            let verbs = ["use ", "copy ", "check ", "try "];
            assert!(
                advice.is_some_and(|advice| verbs.iter().any(|verb| advice.starts_with(verb))),
                "{sentence}"
            );
            assert!(!sentence.contains("10.0.0.1"), "{sentence}");
        }
        let slow = FetchError::TooSlow {
            time_max: Duration::from_secs(10),
        };
        assert!(slow.to_string().contains("longer than 10 s"), "{slow}");
        let large = FetchError::TooLarge { len_max: 8 << 20 };
        assert!(large.to_string().contains("at most 8 MiB"), "{large}");
    }
}
