//! The bot's token.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The prefix that Discord wants before a bot's token in a header, and that people copy along.
const PREFIX: &str = "Bot ";

/// The longest token that is taken. Today's have about 72 characters.
const LEN_MAX: usize = 512;

/// A bot's token. It cannot be printed, and is wiped from memory when dropped.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Reads a token, with or without the prefix "Bot ".
    ///
    /// # Errors
    /// [`TokenError`]: this cannot be a token, and would only be refused by Discord or break a header. Whether Discord
    /// knows it is not asked.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let token = text.strip_prefix(PREFIX).unwrap_or(text);
        if token.is_empty() {
            return Err(TokenError::Empty);
        }
        if token.contains(['\n', '\r']) {
            return Err(TokenError::LineBreak);
        }
        if token.contains(char::is_whitespace) {
            return Err(TokenError::Space);
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::StrangeCharacter);
        }
        if token.len() > LEN_MAX {
            return Err(TokenError::TooLong);
        }
        Ok(Self(token.into()))
    }

    /// Whether it looks like a bot's token: three parts with dots between. Discord promises no shape, so another one
    /// is worth a warning and no more.
    pub fn looks_plausible(&self) -> bool {
        let parts: Vec<&str> = self.0.expose_secret().split('.').collect();
        parts.len() == 3 && parts.iter().all(|part| part.len() >= 5)
    }

    /// What goes into the `Authorization` header and into IDENTIFY.
    pub(crate) fn with_prefix(&self) -> SecretString {
        format!("{PREFIX}{}", self.0.expose_secret()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

/// Why a text is no token. None of these holds a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing, or nothing but the prefix.
    #[error(
        "the token is empty: copy it from the Developer Portal, your application, page \"Bot\", button \"Reset Token\""
    )]
    Empty,
    /// A line break: two lines were copied, or a file's end.
    #[error("the token holds a line break: it is one line, so remove the line break before, in or after it")]
    LineBreak,
    /// Another white space.
    #[error("the token holds a space or tab: remove it, and quotation marks and comments with it")]
    Space,
    /// A control character, or one beyond ASCII.
    #[error(
        "the token holds a character that no token has, perhaps an invisible one: copy it again from the Developer Portal"
    )]
    StrangeCharacter,
    /// More than 512 characters.
    #[error(
        "the token is longer than any token: copy it again from the Developer Portal, and nothing else with it"
    )]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";

    #[test]
    fn token_is_taken_with_and_without_its_prefix() {
        for text in [TOKEN.to_owned(), format!("Bot {TOKEN}")] {
            let token = Token::parse(&text).expect("a token");
            assert_eq!(token.with_prefix().expose_secret(), format!("Bot {TOKEN}"));
            assert!(token.looks_plausible());
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", TokenError::Empty),
            ("Bot ", TokenError::Empty),
            ("abc\n", TokenError::LineBreak),
            ("abc\r\ndef", TokenError::LineBreak),
            (" abc", TokenError::Space),
            ("Bot Bot abc", TokenError::Space),
            ("abc\tdef", TokenError::Space),
            ("abc\0", TokenError::StrangeCharacter),
            ("abc\u{200b}", TokenError::StrangeCharacter),
            ("\u{feff}abc", TokenError::StrangeCharacter),
        ] {
            assert_eq!(Token::parse(text).err(), Some(reason), "{text:?}");
        }
        assert_eq!(Token::parse(&"a".repeat(513)).err(), Some(TokenError::TooLong));
    }

    #[test]
    fn strange_shape_is_taken_but_noticed() {
        assert!(
            !Token::parse("simulated-token")
                .expect("a token")
                .looks_plausible()
        );
    }

    #[test]
    fn token_is_never_printed() {
        let token = Token::parse(TOKEN).expect("a token");
        let shown = format!("{token:?} {:?}", Some(&token));
        assert!(!shown.contains("Cl2FMQ"), "{shown}");
        assert!(!shown.contains("MTk4"), "{shown}");
    }
}
