//! The section `database`, checked: a file or a server.

use store::{Place, PostgresUrl, UrlError};

use super::schema::DatabaseSettings;

/// Reads the place; adds a sentence for each mistake. A URL is not quoted, since it holds a password.
pub(super) fn place(settings: &DatabaseSettings, mistakes: &mut Vec<String>) -> Option<Place> {
    if settings.path.as_os_str().is_empty() {
        mistakes.push("database.path is empty; name a file such as droas.sqlite".to_owned());
        return None;
    }
    if settings.url.is_empty() {
        return Some(Place::File(settings.path.clone()));
    }
    let url: Result<PostgresUrl, UrlError> = settings.url.parse();
    url.map(Place::Server)
        .map_err(|error| {
            mistakes.push(format!(
                "database.url (DROAS_DATABASE_URL) names no database: {error}"
            ))
        })
        .ok()
}
