//! The section `database`, checked: a file or a server.

use store::{Place, PostgresUrl, UrlError};
use url::Url;

use super::schema::DatabaseSettings;

/// Reads the place; adds a sentence for each mistake. A URL is not quoted, since it holds a password.
pub(super) fn place(settings: &DatabaseSettings, mistakes: &mut Vec<String>) -> Option<Place> {
    if settings.path.as_os_str().is_empty() {
        mistakes.push("database.path is empty; name a file such as droas.sqlite".to_owned());
        return None;
    }
    if settings.url.expose().is_empty() {
        return Some(Place::File(settings.path.clone()));
    }
    let url: Result<PostgresUrl, UrlError> = settings.url.expose().parse();
    url.map(Place::Server)
        .map_err(|error| {
            mistakes.push(format!(
                "database.url (DROAS_DATABASE_URL) names no database: {error}"
            ))
        })
        .ok()
}

/// Whether the URL holds a password.
pub(super) fn holds_password(settings: &DatabaseSettings) -> bool {
    let url = Url::parse(settings.url.expose());
    // One that cannot be read is taken to hold one.
    url.map_or(!settings.url.expose().is_empty(), |url| url.password().is_some())
}
