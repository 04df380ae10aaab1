//! TLS for clients: rustls with ring and Mozilla's root certificates, which travel in the binary.
//!
//! Knows nothing of who connects where. All that there is to read is below.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// Makes ring the process's TLS provider; a second call changes nothing.
///
/// A library that takes the process's provider panics without one. [`client_config`] and [`client_config_with`] name
/// theirs and need no call.
pub fn install() {
    // An error means that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What HTTP clients connect with. A container without a folder of certificates connects too.
pub fn client_config() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    client_config_with(roots)
}

/// The same with roots of the caller's choice, in place of Mozilla's.
pub fn client_config_with(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the ciphers of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
