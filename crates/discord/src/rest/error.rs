//! What became of a call, in the words of what its caller can do.

use std::time::Duration;

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// No connection could be made: certainly without effect.
    #[error("Discord cannot be reached: {cause}")]
    NotSent {
        /// What the network says.
        cause: String,
    },
    /// It was sent, and then there was a timeout, a reset or an answer of 5xx: perhaps it had its effect.
    #[error("it is not known whether Discord did it: {cause}")]
    Unknown {
        /// The status, when there was an answer.
        status: Option<u16>,
        /// What the network says, or the status.
        cause: String,
    },
    /// The limits leave no room before the call's deadline: certainly without effect.
    #[error("a rate limit leaves no room for {} s", retry_after.as_secs_f32().ceil())]
    RateLimited {
        /// How long until it may be tried again.
        retry_after: Duration,
    },
    /// Discord said no: certainly without effect.
    #[error("Discord refused with status {status}, code {code}: {message}")]
    Refused {
        /// The HTTP status, 4xx or (from something in between) 3xx.
        status: u16,
        /// Discord's own code; 0 when it told none.
        code: u64,
        /// Discord's own short words, at most 200 characters; empty when it told none.
        message: String,
    },
    /// Discord does not know the token; from now on every call ends like this at once.
    #[error("Discord refuses the token")]
    TokenRefused,
    /// So many calls were refused lately that more of them would get the address banned: not sent.
    #[error("too many calls were refused lately; none are sent for {} s", retry_after.as_secs_f32().ceil())]
    InvalidBudget {
        /// How long until there is room again.
        retry_after: Duration,
    },
    /// Discord said yes, but in a way that cannot be read: it had its effect.
    #[error("Discord's answer (status {status}) cannot be read")]
    Malformed {
        /// The HTTP status, 2xx.
        status: u16,
    },
}

/// What a caller can do about a [`RestError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Certainly without effect: it may be sent again, later.
    NotSent,
    /// Perhaps it had its effect: find out before it is sent again.
    Unknown,
    /// Certainly without effect: it may be sent again after this time.
    Wait(Duration),
    /// Certainly without effect, and the channel is gone or closed to us until somebody changes something.
    ChannelClosed,
    /// Certainly without effect, and the same call will always end like this.
    Refused,
    /// Certainly without effect, and so is everything else until there is another token.
    TokenRefused,
}

/// What Discord's codes mean, as far as somebody reacts to them.
/// Source: Discord's documentation, "Opcodes and Status Codes", heading "JSON Error Codes", read in August 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 10003: the channel does not exist.
    ChannelGone,
    /// 10008: the message does not exist.
    MessageGone,
    /// 50001: we may not see it.
    MissingAccess,
    /// 50013: we may not do it.
    MissingPermission,
    /// 50035: the request's form is wrong.
    InvalidForm,
    /// 40005, 50045: the request or its file is too large.
    TooLarge,
    /// Any other, or none.
    Other,
}

impl RestError {
    /// What the caller can do.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NotSent { .. } => Verdict::NotSent,
            Self::Unknown { .. } | Self::Malformed { .. } => Verdict::Unknown,
            Self::RateLimited { retry_after } | Self::InvalidBudget { retry_after } => {
                Verdict::Wait(*retry_after)
            }
            Self::TokenRefused => Verdict::TokenRefused,
            Self::Refused { .. } => match self.refusal() {
                Some(Refusal::ChannelGone | Refusal::MissingAccess | Refusal::MissingPermission) => {
                    Verdict::ChannelClosed
                }
                _ => Verdict::Refused,
            },
        }
    }

    /// What Discord's code means; `None` unless the call was [`RestError::Refused`].
    pub fn refusal(&self) -> Option<Refusal> {
        let Self::Refused { code, .. } = self else {
            return None;
        };
        Some(match code {
            10003 => Refusal::ChannelGone,
            10008 => Refusal::MessageGone,
            50001 => Refusal::MissingAccess,
            50013 => Refusal::MissingPermission,
            50035 => Refusal::InvalidForm,
            40005 | 50045 => Refusal::TooLarge,
            _ => Refusal::Other,
        })
    }
}

/// What the network says, with its causes but without the address, which may hold what does not belong in a log.
pub(crate) fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_discords_codes() {
        for (status, code, verdict) in [
            (404, 10003, Verdict::ChannelClosed),
            (403, 50001, Verdict::ChannelClosed),
            (403, 50013, Verdict::ChannelClosed),
            (400, 50035, Verdict::Refused),
            (413, 40005, Verdict::Refused),
            (404, 0, Verdict::Refused),
        ] {
            let error = RestError::Refused {
                status,
                code,
                message: String::new(),
            };
            assert_eq!(error.verdict(), verdict, "{code}");
        }
    }
}
