//! Values that Discord writes in more than one way.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A snowflake: a string of digits. A plain number is taken too.
#[derive(Clone, Copy)]
pub(super) struct Id(pub(super) u64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;

        impl Visitor<'_> for IdVisitor {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a snowflake")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map(Id).map_err(|_| E::custom("not a snowflake"))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number))
            }
        }

        deserializer.deserialize_any(IdVisitor)
    }
}

/// A nonce: a string or an integer.
/// Source: Discord's documentation, "Message", heading "Message Object", read in August 2026.
pub(super) struct Nonce(pub(super) String);

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NonceVisitor;

        impl Visitor<'_> for NonceVisitor {
            type Value = Nonce;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a nonce")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Nonce, E> {
                Ok(Nonce(text.to_owned()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Nonce, E> {
                Ok(Nonce(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Nonce, E> {
                Ok(Nonce(number.to_string()))
            }
        }

        deserializer.deserialize_any(NonceVisitor)
    }
}

/// A text that people wrote, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    /// The text without NUL, which no database's text and no C library takes.
    pub(super) fn into_string(self) -> String {
        if self.0.contains('\0') {
            self.0.replace('\0', "")
        } else {
            self.0.into_owned()
        }
    }
}

/// A text of one's own without NUL.
pub(super) fn clean(text: String) -> String {
    Text(Cow::Owned(text)).into_string()
}
