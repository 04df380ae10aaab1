//! What an application may hear.

/// Discord's flags of an application, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApplicationFlags(pub u64);

/// An intent that the Developer Portal has a switch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivilegedIntent {
    /// Who is online; nothing here needs it.
    Presences,
    /// Who joins and leaves, and the lists of members. Without it there is nobody to greet.
    Members,
    /// What is written; nothing here needs it.
    MessageContent,
}

/// How an intent is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Not at all.
    No,
    /// By the switch alone, which is enough as long as the bot is in fewer than a hundred guilds.
    Limited,
    /// By Discord's review.
    Full,
}

impl PrivilegedIntent {
    /// The flags of an intent that was reviewed, and of one whose switch is on.
    /// Source: Discord's documentation, "Application", heading "Application Flags", read in August 2026.
    const fn flags(self) -> (u64, u64) {
        match self {
            Self::Presences => (1 << 12, 1 << 13),
            Self::Members => (1 << 14, 1 << 15),
            Self::MessageContent => (1 << 18, 1 << 19),
        }
    }
}

impl ApplicationFlags {
    /// How an intent is granted.
    pub fn grant(self, intent: PrivilegedIntent) -> Grant {
        let (full, limited) = intent.flags();
        if self.0 & full != 0 {
            Grant::Full
        } else if self.0 & limited != 0 {
            Grant::Limited
        } else {
            Grant::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grant_is_full_limited_or_none() {
        use PrivilegedIntent::{Members, MessageContent, Presences};
        let flags = ApplicationFlags(1 << 12 | 1 << 13 | 1 << 19);
        assert_eq!(flags.grant(Presences), Grant::Full);
        assert_eq!(flags.grant(Members), Grant::No);
        assert_eq!(flags.grant(MessageContent), Grant::Limited);
        assert_eq!(ApplicationFlags(1 << 14).grant(Members), Grant::Full);
    }
}
