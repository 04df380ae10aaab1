//! The token of the status page, and the sessions of those who have shown it.

use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use domain::time::UnixMs;
use ring::hmac;
use ring::rand::SystemRandom;

/// The fewest characters of a token.
const LEN_MIN: usize = 16;

/// The most characters of a token.
const LEN_MAX: usize = 512;

/// How long somebody need not show the token again.
pub(super) const SESSION: Duration = Duration::from_secs(7 * 24 * 3600);

/// What must be shown before the status page is. Its text is not kept and cannot be printed.
#[derive(Clone)]
pub struct AccessToken(Arc<Keys>);

struct Keys {
    /// What is shown is compared by what these make of it, so that how long it takes tells nothing of the token.
    comparing: hmac::Key,
    made_of_token: hmac::Tag,
    /// Made of the token, so that sessions outlive a restart of the bot, hold in every process that has the token, and end
    /// when it is changed.
    signing: hmac::Key,
}

/// This cannot be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// It could be guessed.
    #[error(
        "it has {len} characters, but must have at least {LEN_MIN}; make one with `openssl rand -hex 24`"
    )]
    TooShort {
        /// How many it has.
        len: usize,
    },
    /// No header would take it.
    #[error("it has {len} characters, but may have at most {LEN_MAX}")]
    TooLong {
        /// How many it has.
        len: usize,
    },
    /// It could not be sent in a header.
    #[error("it may have letters, digits and signs of ASCII alone, without spaces and line breaks")]
    StrangeCharacter,
}

impl AccessToken {
    /// Reads a token.
    ///
    /// # Errors
    /// [`AccessTokenError`]: it is too short to be safe, or cannot be sent.
    pub fn parse(text: &str) -> Result<Self, AccessTokenError> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AccessTokenError::StrangeCharacter);
        }
        let len = text.len();
        if len < LEN_MIN {
            return Err(AccessTokenError::TooShort { len });
        }
        if len > LEN_MAX {
            return Err(AccessTokenError::TooLong { len });
        }
        let comparing = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())
            .expect("the operating system has random numbers");
        Ok(Self(Arc::new(Keys {
            made_of_token: hmac::sign(&comparing, text.as_bytes()),
            comparing,
            signing: hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()),
        })))
    }

    /// Whether this is it.
    pub(super) fn is(&self, shown: &[u8]) -> bool {
        hmac::verify(&self.0.comparing, shown, self.0.made_of_token.as_ref()).is_ok()
    }

    /// What somebody may show in place of the token for a week from `now`: until when that is, and a signature.
    pub(super) fn session(&self, now: UnixMs) -> String {
        let until_ms = (now + SESSION).0;
        let mut session = format!("{until_ms}.");
        for byte in hmac::sign(&self.0.signing, signed(until_ms).as_bytes()).as_ref() {
            write!(session, "{byte:02x}").expect("a string takes everything");
        }
        session
    }

    /// Whether this is a session of ours that lasts.
    pub(super) fn knows(&self, session: &str, now: UnixMs) -> bool {
        let Some((until_ms, signature)) = session.split_once('.') else {
            return false;
        };
        let (Ok(until_ms), Some(signature)) = (until_ms.parse::<i64>(), bytes(signature)) else {
            return false;
        };
        hmac::verify(&self.0.signing, signed(until_ms).as_bytes(), &signature).is_ok() && now.0 < until_ms
    }
}

/// What a session's signature is of. Nothing else is signed by this key; the words keep it so.
fn signed(until_ms: i64) -> String {
    format!("droas status page until {until_ms}")
}

/// Reads hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<Vec<u32>>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| u8::try_from(high * 16 + low).ok())
        .collect()
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}
