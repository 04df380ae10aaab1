//! Who may read the status page and the figures.
//!
//! Three cases, by where it is listened at and whether there is a token. On this machine without one, everybody on it may;
//! but a web page elsewhere can give its own name this machine's address and have a browser ask for it (DNS rebinding),
//! so the name that is asked for must be this machine's. On any other address without a token, nobody may see the page.
//! With a token, whoever shows it may: a machine in the header `Authorization: Bearer`, a person once in a form, for which
//! the browser gets a cookie. (HTTP Basic would need no form, but then the token goes along with every request, nothing
//! ends a session, and password managers fill it in less well.)

mod token;

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};
use domain::time::UnixMs;

pub use token::{AccessToken, AccessTokenError};

/// The name of the cookie of those who have shown the token.
const COOKIE: &str = "droas_session";

/// Who may read.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// Whoever asks this machine by one of its own names.
    ThisMachine,
    /// Nobody may see the page; figures are everybody's.
    NobodyThePage,
    /// Whoever shows the token.
    WhoHas(AccessToken),
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// What names guilds and members by their ids.
    Page,
    /// Figures alone.
    Figures,
}

/// Why something is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It was asked for by a name that is not this machine's.
    StrangeHost,
    /// There is no token, and other machines can ask.
    NoTokenIsSet,
    /// The token was not shown.
    TokenIsMissing,
    /// Something else was shown.
    TokenIsWrong,
}

impl Access {
    /// What holds for those who ask at `address`.
    pub(crate) fn at(address: SocketAddr, token: Option<AccessToken>) -> Self {
        match token {
            Some(token) => Self::WhoHas(token),
            None if address.ip().to_canonical().is_loopback() => Self::ThisMachine,
            None => Self::NobodyThePage,
        }
    }

    /// Whether somebody may see a room.
    pub(crate) fn admits(&self, room: Room, headers: &HeaderMap, now: UnixMs) -> Result<(), Denied> {
        match self {
            Self::ThisMachine if names_this_machine(headers) => Ok(()),
            Self::ThisMachine => Err(Denied::StrangeHost),
            Self::NobodyThePage if room == Room::Figures => Ok(()),
            Self::NobodyThePage => Err(Denied::NoTokenIsSet),
            Self::WhoHas(token) => match bearer(headers) {
                Some(shown) if token.is(shown) => Ok(()),
                Some(_) => Err(Denied::TokenIsWrong),
                None if cookies(headers).any(|session| token.knows(session, now)) => Ok(()),
                None => Err(Denied::TokenIsMissing),
            },
        }
    }

    /// The cookie for somebody who shows the token in the form; `None` when that is not it, or there is none.
    pub(crate) fn sign_in(&self, shown: &[u8], now: UnixMs) -> Option<String> {
        match self {
            Self::WhoHas(token) if token.is(shown) => {
                let session = token.session(now);
                let age_s = token::SESSION.as_secs();
                Some(format!(
                    "{COOKIE}={session}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict"
                ))
            }
            _ => None,
        }
    }

    /// Whether people show a token before they see the page.
    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::WhoHas(_))
    }
}

/// The cookie that takes the other one's place.
pub(crate) fn signed_out() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")
}

/// What stands in `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, shown) = value.split_at_checked("Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| shown.trim_ascii())
}

/// The values of our cookie: another program of this machine may have set one of the same name.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whether the host that is asked for is this machine by its name or its number. A request without one comes from no
/// browser.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let Ok(host) = host.to_str() else { return false };
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().to_canonical().is_loopback();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').unwrap_or(name);
    let name = name.strip_suffix(']').unwrap_or(name);
    if let Ok(address) = name.parse::<std::net::IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests;
