//! The section `web`, checked.

use std::net::SocketAddr;

use ::web::AccessToken;

use super::environment::{self, Environment};
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

/// What must be shown; `None` for nothing, or after a sentence for a mistake. A token is never part of a sentence.
pub(super) fn token(
    settings: &WebSettings,
    environment: &Environment,
    mistakes: &mut Vec<String>,
) -> Option<AccessToken> {
    let (text, from) = match environment.get(environment::WEB_TOKEN) {
        Some(text) => (text.to_owned(), environment::WEB_TOKEN.to_owned()),
        None if settings.token_file.as_os_str().is_empty() => return None,
        None => {
            let file = format!("the file {} of web.token_file", settings.token_file.display());
            match std::fs::read_to_string(&settings.token_file) {
                Ok(text) => (text, file),
                Err(error) => {
                    mistakes.push(format!("{file} cannot be read: {error}"));
                    return None;
                }
            }
        }
    };
    // An editor ends a file with a line break, which is not part of the token.
    let token = text.strip_suffix('\n').unwrap_or(&text);
    let token = token.strip_suffix('\r').unwrap_or(token);
    AccessToken::parse(token)
        .map_err(|error| mistakes.push(format!("the token of the status page in {from}: {error}")))
        .ok()
}
