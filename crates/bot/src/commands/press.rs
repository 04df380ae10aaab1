//! What buttons, selects and modals carry, so that nothing need be remembered of those who look at them.
//!
//! A component's custom id says what it does, who opened it, until when it may be used, and one argument. It survives
//! restarts, and another process understands it too. Whoever uses it is checked all the same, as for any command.

use std::time::Duration;

use domain::id::UserId;
use domain::time::UnixMs;

/// For how long buttons that change something can be used.
pub(crate) const FRESH_FOR: Duration = Duration::from_secs(5 * 60);

/// A component's or a modal's custom id, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Press {
    /// What it does, such as `welcome.reset`: small letters, dots and hyphens, at most 30 characters.
    pub(crate) action: String,
    /// Who opened it: nobody else may use it.
    pub(crate) opener: UserId,
    /// When it expires, to the second.
    pub(crate) until: UnixMs,
    /// What it is about: at most 30 characters, none of them `;`.
    pub(crate) argument: String,
}

impl Press {
    /// One that expires [`FRESH_FOR`] after `now`.
    pub(crate) fn new(action: &str, opener: UserId, now: UnixMs, argument: impl std::fmt::Display) -> Self {
        Self {
            action: action.to_owned(),
            opener,
            until: now + FRESH_FOR,
            argument: argument.to_string(),
        }
    }

    /// The custom id: at most 100 characters, which is what Discord takes.
    pub(crate) fn custom_id(&self) -> String {
        let Self {
            action,
            opener,
            until,
            argument,
        } = self;
        format!("{action};{opener};{};{argument}", until.0.div_euclid(1000))
    }

    /// Reads a custom id; `None` for one that is not of this form.
    pub(crate) fn read(custom_id: &str) -> Option<Self> {
        let mut parts = custom_id.splitn(4, ';');
        let action = parts.next()?.to_owned();
        let opener = parts.next()?.parse().ok()?;
        let until_s: i64 = parts.next()?.parse().ok()?;
        Some(Self {
            action,
            opener,
            until: UnixMs(until_s.saturating_mul(1000)),
            argument: parts.next()?.to_owned(),
        })
    }

    /// The argument as a number; `None` where it is none.
    pub(crate) fn number(&self) -> Option<u64> {
        self.argument.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_id_reads_back_and_fits() {
        let press = Press::new(
            &"a".repeat(30),
            UserId(u64::MAX),
            UnixMs(4_000_000_000_000),
            "9".repeat(30),
        );
        assert!(press.custom_id().len() <= 100);
        assert_eq!(Press::read(&press.custom_id()), Some(press));
        for foreign in ["", "a", "a;b;c;d", "a;1;2", "a;-1;2;3", ";;;"] {
            assert_eq!(Press::read(foreign), None, "{foreign}");
        }
    }
}
