//! What answers are sent with.

use std::fmt;
use std::time::Duration;

use domain::id::{ApplicationId, InteractionId};
use domain::time::UnixMs;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::ANSWER_WITHIN;

/// What an answer is sent with, and until when.
#[derive(Clone, Debug)]
pub struct ReplyTo {
    /// The interaction.
    pub id: InteractionId,
    /// The application that is spoken to.
    pub application: ApplicationId,
    /// Whoever has it can write in our name for a quarter of an hour.
    pub token: InteractionToken,
    /// The first answer is not sent after this.
    pub answer_by: Instant,
}

impl ReplyTo {
    /// For an interaction that is in hand at `now`, by our clock. Where our clock lags behind Discord's, the whole time is
    /// counted from now.
    pub fn new(id: InteractionId, application: ApplicationId, token: InteractionToken, now: UnixMs) -> Self {
        let left = ANSWER_WITHIN.saturating_sub(age(id, now));
        Self {
            id,
            application,
            token,
            answer_by: Instant::now() + left,
        }
    }
}

/// How old an interaction is at `now`; zero where its id lies ahead.
pub(crate) fn age(id: InteractionId, now: UnixMs) -> Duration {
    now.since(id.created_at())
}

/// An interaction's token. It cannot be printed, and is wiped from memory when dropped.
#[derive(Clone)]
pub struct InteractionToken(SecretString);

impl InteractionToken {
    /// A token as Discord wrote it.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for InteractionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InteractionToken(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_never_printed() {
        let token = InteractionToken::new("aW50ZXJhY3Rpb24".to_owned());
        let reply_to = ReplyTo::new(InteractionId(1 << 22), ApplicationId(2), token, UnixMs(0));
        let shown = format!("{reply_to:?} {reply_to:#?}");
        assert!(!shown.contains("aW50"), "{shown}");
    }

    #[tokio::test]
    async fn answer_is_due_three_seconds_after_the_id_was_made() {
        let id = InteractionId(1_000_000 << 22);
        let made = id.created_at();
        let left = |now| {
            let token = InteractionToken::new("t".to_owned());
            let before = Instant::now();
            let by = ReplyTo::new(id, ApplicationId(2), token, now).answer_by;
            by.saturating_duration_since(before)
        };
        assert!(left(made) >= Duration::from_secs(3));
        let late = left(made + Duration::from_millis(2_500));
        assert!(
            late >= Duration::from_millis(500) && late < Duration::from_millis(2_500),
            "{late:?}"
        );
        assert!(
            left(made - Duration::from_secs(60)) < Duration::from_secs(5),
            "our clock lags behind"
        );
        assert!(left(made + Duration::from_secs(60)) < Duration::from_secs(1));
    }
}
