//! The section `web`, checked.

use std::net::SocketAddr;

use super::schema::WebSettings;

/// Where to listen; `None` for nowhere, or after a sentence for a mistake.
pub(super) fn listen(settings: &WebSettings, mistakes: &mut Vec<String>) -> Option<SocketAddr> {
    if settings.listen.is_empty() {
        return None;
    }
    settings
        .listen
        .parse()
        .map_err(|_| {
            mistakes.push(format!(
                "web.listen is {:?}, but must be an address and a port, such as 127.0.0.1:8437 or [::1]:8437, or empty for none",
                settings.listen
            ));
        })
        .ok()
}
