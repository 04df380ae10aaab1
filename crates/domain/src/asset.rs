//! Files that guilds gave us, such as the pictures behind their cards, by what is in them.

use std::fmt::{self, Write};
use std::str::FromStr;

/// SHA-256 of a file's bytes: its name, wherever it is kept. Equal files are one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

/// Not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHash;

impl std::error::Error for NotAHash {}

impl fmt::Display for NotAHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file's hash must be 64 hexadecimal digits")
    }
}

impl fmt::Display for ContentHash {
    /// 64 hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentHash(")?;
        fmt::Display::fmt(self, f)?;
        f.write_char(')')
    }
}

impl FromStr for ContentHash {
    type Err = NotAHash;

    /// Reads 64 hexadecimal digits of either case.
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let (digits, rest) = text.as_bytes().as_chunks::<2>();
        if digits.len() != 32 || !rest.is_empty() {
            return Err(NotAHash);
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(NotAHash);
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(digits) {
            *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).expect("two digits of 16");
        }
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hash_reads_as_it_was_written(bytes in any::<[u8; 32]>()) {
            let hash = ContentHash(bytes);
            let text = hash.to_string();
            prop_assert_eq!(text.len(), 64);
            prop_assert_eq!(text.parse(), Ok(hash));
            prop_assert_eq!(text.to_uppercase().parse(), Ok(hash));
        }

        #[test]
        fn text_that_is_read_is_what_would_be_written(text in "[0-9a-g+-]{64}|[0-9a-f]{60,68}") {
            if let Ok(hash) = text.parse::<ContentHash>() {
                prop_assert_eq!(hash.to_string(), text);
            }
        }
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        for text in [
            "".to_owned(),
            "abc".to_owned(),
            "0".repeat(63),
            "0".repeat(65),
            "g".repeat(64),
            "+1".repeat(32),
            "é".repeat(32),
        ] {
            assert_eq!(text.parse::<ContentHash>(), Err(NotAHash), "{text}");
        }
        let abc = ContentHash(*b"\xab\xcd\xef\x01abcdefghijklmnopqrstuvwxyz..");
        assert!(format!("{abc:?}").starts_with("ContentHash(abcdef01"));
    }
}
