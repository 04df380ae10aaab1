//! TLS: rustls with ring and Mozilla's root certificates, which travel in the binary.

use rustls::{ClientConfig, RootCertStore};

/// Makes ring the process's TLS provider; a second call changes nothing.
///
/// The gateway's library takes the process's provider and panics without one, so this goes first in `main`. This
/// crate's own constructors call it too.
pub fn install_tls() {
    // An error means that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What HTTP clients connect with. A container without a folder of certificates connects too.
pub(crate) fn client_config() -> ClientConfig {
    install_tls();
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}
