//! What became of a call, in the words of what its caller can do.

use std::time::Duration;

use crate::component::FormError;

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
    /// Discord has failed or been slow so often lately that it is left alone: not sent.
    #[error("Discord is not well and left alone for {} s", retry_after.as_secs_f32().ceil())]
    HeldBack {
        /// How long until it is worth asking again.
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
    /// Discord would refuse its form: not sent.
    #[error("it was not sent, since Discord would refuse it: {0}")]
    Unfit(#[from] FormError),
    /// The time in which Discord takes an answer to this interaction is over: not sent.
    #[error("it is too late to answer the interaction")]
    TooLate,
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
    /// 10003, 10004: the channel or its guild does not exist.
    ChannelGone,
    /// 10008: the message does not exist.
    MessageGone,
    /// 10007, 10013: the person is no member, or nobody.
    MemberGone,
    /// 10011: the role does not exist.
    RoleGone,
    /// 10062, 10015, 50027: an interaction that nobody can answer any more, because its time is over.
    InteractionGone,
    /// 40060: the interaction was answered already.
    InteractionAnswered,
    /// 50001: we may not see it.
    MissingAccess,
    /// 50013, and every other refusal by permission (status 403) whose code is not told apart.
    MissingPermission,
    /// 40058, 40067, 50008, 50009, 50024, 50083: a channel of a kind or in a state that takes no message of ours.
    ChannelUnfit,
    /// 20009, 200000, 200001, 240000: the content was stopped by a filter.
    Blocked,
    /// 50007, 50278: the person cannot be written to.
    MemberUnreachable,
    /// 50035, and what else has status 400 without a code.
    InvalidForm,
    /// 40005, 50045, and status 413: the request or its file is too large.
    TooLarge,
    /// 40001, 50014: the token is none.
    TokenInvalid,
    /// 20016, 20028, 20029, 40004, 40006, 40062, 130000: a limit or a switch at Discord's side that goes away by itself.
    NotNow,
    /// 40333, and answers without a code of Discord's: something before Discord refused, and says nothing of the call.
    Intercepted,
    /// Any other.
    Other,
}

/// How long calls wait that met a limit that tells no time.
const WAIT_NOT_NOW: Duration = Duration::from_secs(10);

/// How long calls wait that did not get through to Discord: people have to mend that.
const WAIT_INTERCEPTED: Duration = Duration::from_secs(60);

impl RestError {
    /// What the caller can do.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NotSent { .. } => Verdict::NotSent,
            Self::Unknown { .. } | Self::Malformed { .. } => Verdict::Unknown,
            Self::RateLimited { retry_after }
            | Self::InvalidBudget { retry_after }
            | Self::HeldBack { retry_after } => Verdict::Wait(*retry_after),
            Self::TokenRefused => Verdict::TokenRefused,
            Self::Unfit(_) | Self::TooLate => Verdict::Refused,
            Self::Refused { status, code, .. } => match refusal(*status, *code) {
                Refusal::ChannelGone
                | Refusal::MissingAccess
                | Refusal::MissingPermission
                | Refusal::ChannelUnfit => Verdict::ChannelClosed,
                Refusal::NotNow => Verdict::Wait(WAIT_NOT_NOW),
                Refusal::Intercepted => Verdict::Wait(WAIT_INTERCEPTED),
                Refusal::TokenInvalid => Verdict::TokenRefused,
                Refusal::MessageGone
                | Refusal::MemberGone
                | Refusal::RoleGone
                | Refusal::InteractionGone
                | Refusal::InteractionAnswered
                | Refusal::Blocked
                | Refusal::MemberUnreachable
                | Refusal::InvalidForm
                | Refusal::TooLarge
                | Refusal::Other => Verdict::Refused,
            },
        }
    }

    /// What Discord's code means; `None` unless the call was [`RestError::Refused`].
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused { status, code, .. } => Some(refusal(*status, *code)),
            _ => None,
        }
    }

    /// Whether it may be otherwise in a moment, so that a call that is safe to repeat is sent again in place.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::NotSent { .. } | Self::Unknown { .. })
    }
}

fn refusal(status: u16, code: u64) -> Refusal {
    match (status, code) {
        (_, 10003 | 10004) => Refusal::ChannelGone,
        (_, 10007 | 10013) => Refusal::MemberGone,
        (_, 10008) => Refusal::MessageGone,
        (_, 10011) => Refusal::RoleGone,
        (_, 10015 | 10062 | 50027) => Refusal::InteractionGone,
        (_, 40060) => Refusal::InteractionAnswered,
        (_, 50001) => Refusal::MissingAccess,
        (_, 50013) => Refusal::MissingPermission,
        (_, 40058 | 40067 | 50008 | 50009 | 50024 | 50083) => Refusal::ChannelUnfit,
        (_, 20009 | 200_000 | 200_001 | 240_000) => Refusal::Blocked,
        (_, 50007 | 50278) => Refusal::MemberUnreachable,
        (_, 50035) | (400, 0) => Refusal::InvalidForm,
        (_, 40005 | 50045) | (413, 0) => Refusal::TooLarge,
        (_, 40001 | 50014) => Refusal::TokenInvalid,
        (_, 20016 | 20028 | 20029 | 40004 | 40006 | 40062 | 130_000) => Refusal::NotNow,
        (_, 40333 | 0) => Refusal::Intercepted,
        // Whatever it is that we may not do, somebody can allow it.
        (403, _) => Refusal::MissingPermission,
        _ => Refusal::Other,
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

    fn refused(status: u16, code: u64) -> RestError {
        RestError::Refused {
            status,
            code,
            message: String::new(),
        }
    }

    #[test]
    fn every_code_of_discords_that_somebody_reacts_to_has_its_verdict() {
        let not_now = Verdict::Wait(WAIT_NOT_NOW);
        for (status, codes, verdict) in [
            (404, &[10003, 10004][..], Verdict::ChannelClosed),
            (403, &[50001, 50013, 50009, 50178, 60003], Verdict::ChannelClosed),
            (400, &[40058, 40067, 50008, 50024, 50083], Verdict::ChannelClosed),
            (403, &[50007, 50278, 20009], Verdict::Refused),
            (400, &[50035, 50006, 200_000, 200_001, 240_000], Verdict::Refused),
            (413, &[40005, 50045], Verdict::Refused),
            (404, &[10007, 10008, 10011, 10013], Verdict::Refused),
            (403, &[40004, 40006], not_now),
            (400, &[20016, 20028, 20029, 40062, 130_000], not_now),
            (403, &[40333], Verdict::Wait(WAIT_INTERCEPTED)),
            (403, &[40001, 50014], Verdict::TokenRefused),
        ] {
            for code in codes {
                assert_eq!(refused(status, *code).verdict(), verdict, "{status} {code}");
            }
        }
    }

    #[test]
    fn answers_that_are_not_discords_lose_no_call() {
        for status in [302, 403, 404, 405, 451] {
            assert_eq!(
                refused(status, 0).verdict(),
                Verdict::Wait(WAIT_INTERCEPTED),
                "{status}"
            );
        }
        for status in [400, 413] {
            assert_eq!(refused(status, 0).verdict(), Verdict::Refused, "{status}");
        }
    }

    #[test]
    fn only_what_may_be_otherwise_in_a_moment_is_sent_again_in_place() {
        let retry_after = Duration::from_secs(1);
        let cause = String::new();
        for (error, verdict, may_pass) in [
            (
                RestError::NotSent { cause: cause.clone() },
                Verdict::NotSent,
                true,
            ),
            (
                RestError::Unknown {
                    status: Some(503),
                    cause,
                },
                Verdict::Unknown,
                true,
            ),
            (RestError::Malformed { status: 200 }, Verdict::Unknown, false),
            (
                RestError::RateLimited { retry_after },
                Verdict::Wait(retry_after),
                false,
            ),
            (
                RestError::InvalidBudget { retry_after },
                Verdict::Wait(retry_after),
                false,
            ),
            (
                RestError::HeldBack { retry_after },
                Verdict::Wait(retry_after),
                false,
            ),
            (RestError::TokenRefused, Verdict::TokenRefused, false),
            (refused(400, 50035), Verdict::Refused, false),
        ] {
            assert_eq!(
                (error.verdict(), error.may_pass()),
                (verdict, may_pass),
                "{error:?}"
            );
        }
    }
}
