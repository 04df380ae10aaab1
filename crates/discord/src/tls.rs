//! TLS, as all of our clients speak it.

use rustls::ClientConfig;

/// Makes ring the process's TLS provider; a second call changes nothing.
///
/// The gateway's library takes the process's provider and panics without one, so this goes first in `main`. This
/// crate's own constructors call it too.
pub fn install_tls() {
    ::tls::install();
}

/// What HTTP clients connect with.
pub(crate) fn client_config() -> ClientConfig {
    install_tls();
    ::tls::client_config()
}
