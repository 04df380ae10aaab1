//! Where Discord is.

use url::Url;

/// The addresses that everything starts from, so that a proxy or a simulator can stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The REST API with its version, by default `https://discord.com/api/v10`.
    pub api: Url,
    /// Pictures, by default `https://cdn.discordapp.com`.
    pub cdn: Url,
    /// The gateway, `ws` or `wss`. `None`, the default, takes what GET /gateway/bot tells.
    pub gateway: Option<Url>,
}

impl Default for Endpoints {
    fn default() -> Self {
        let constant = |text| Url::parse(text).expect("a constant that a test parses");
        Self {
            api: constant("https://discord.com/api/v10"),
            cdn: constant("https://cdn.discordapp.com"),
            gateway: None,
        }
    }
}

/// `base` with path segments added, each escaped; query and fragment of the base are dropped. `None` when the base
/// cannot have a path (`data:` and the like).
pub(crate) fn join<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Option<Url> {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

/// A gateway address as the gateway's library wants it: it appends `/?v=10&encoding=json`, so there must be no query
/// and no slash at the end. `None` when it is not an address of a WebSocket.
pub(crate) fn gateway_base(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "ws" | "wss") || !url.has_host() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_discords() {
        let endpoints = Endpoints::default();
        assert_eq!(endpoints.api.as_str(), "https://discord.com/api/v10");
        assert_eq!(endpoints.cdn.as_str(), "https://cdn.discordapp.com/");
    }

    #[test]
    fn paths_join_with_and_without_a_slash_at_the_end() {
        for base in [
            "http://127.0.0.1:80/api/v10",
            "http://127.0.0.1:80/api/v10/",
            "http://127.0.0.1/api/v10?x=1#y",
        ] {
            let base = Url::parse(base).expect("a URL");
            let url = join(&base, ["channels", "5", "a/b?c"]).expect("can have a path");
            assert_eq!(url.as_str(), "http://127.0.0.1/api/v10/channels/5/a%2Fb%3Fc");
        }
    }

    #[test]
    fn gateway_addresses_lose_query_and_last_slash() {
        for (told, wanted) in [
            ("wss://gateway.discord.gg", Some("wss://gateway.discord.gg")),
            ("wss://gateway.discord.gg/?v=9", Some("wss://gateway.discord.gg")),
            ("ws://127.0.0.1:4000/", Some("ws://127.0.0.1:4000")),
            ("ws://proxy.example/gateway/", Some("ws://proxy.example/gateway")),
            ("https://gateway.discord.gg", None),
            ("not a url", None),
            ("", None),
        ] {
            assert_eq!(gateway_base(told).as_deref(), wanted, "{told:?}");
        }
    }
}
