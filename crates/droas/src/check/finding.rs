//! What was found.

use domain::id::GuildId;
use serde_json::{Value, json};

/// What is to be thought of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// The bot works, and something will go wrong or be less good than it could be.
    Warning,
    /// The bot does not start, or does not greet.
    Fault,
    /// Nobody looked.
    NotChecked,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
            Self::NotChecked => "not checked",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// What was looked at: words that stay the same from version to version.
    pub(super) what: &'static str,
    /// In which guild, where it concerns one.
    pub(super) guild: Option<GuildId>,
    pub(super) verdict: Verdict,
    /// What was found.
    pub(super) found: String,
    /// What to do; empty for nothing.
    pub(super) advice: String,
    /// A fault that may be gone in a minute by itself.
    passes: bool,
}

impl Finding {
    fn new(what: &'static str, verdict: Verdict, found: String, advice: String) -> Self {
        Self {
            what,
            guild: None,
            verdict,
            found,
            advice,
            passes: false,
        }
    }

    pub(super) fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self::new(what, Verdict::Ok, found.into(), String::new())
    }

    pub(super) fn not_checked(what: &'static str, why: impl Into<String>) -> Self {
        Self::new(what, Verdict::NotChecked, why.into(), String::new())
    }

    pub(super) fn warning(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(what, Verdict::Warning, found.into(), advice.into())
    }

    /// A fault, from a sentence as all of ours are: what is wrong; what to do.
    pub(super) fn fault(what: &'static str, sentence: String) -> Self {
        let (found, advice) = match sentence.split_once("; ") {
            Some((found, advice)) => (found.to_owned(), advice.to_owned()),
            None => (sentence, String::new()),
        };
        Self::new(what, Verdict::Fault, found, advice)
    }

    /// It may be gone in a minute.
    pub(super) fn passing(mut self) -> Self {
        self.passes = true;
        self
    }

    /// It concerns a guild.
    pub(super) fn of(mut self, guild: GuildId) -> Self {
        self.guild = Some(guild);
        self
    }

    /// With something to do.
    pub(super) fn but(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "check": self.what,
            "verdict": self.verdict.name().replace(' ', "_"),
            "found": self.found,
            "advice": self.advice,
        });
        if let Some(guild) = self.guild {
            value["guild"] = json!(guild.to_string());
        }
        value
    }
}

/// All that was found, in the order in which it was looked at.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.iter().filter(|finding| finding.verdict == verdict).count()
    }

    pub(super) fn faults(&self) -> usize {
        self.count(Verdict::Fault)
    }

    /// Whether all faults may be gone in a minute.
    pub(super) fn may_all_pass(&self) -> bool {
        let mut faults = self.iter().filter(|finding| finding.verdict == Verdict::Fault);
        faults.all(|finding| finding.passes)
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "droas": env!("CARGO_PKG_VERSION"),
            "faults": self.faults(),
            "warnings": self.count(Verdict::Warning),
            "findings": self.iter().map(Finding::json).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_is_taken_apart_into_what_is_wrong_and_what_to_do() {
        let fault = Finding::fault(
            "database",
            "it is locked; end the other program; start again".to_owned(),
        );
        assert_eq!(
            (&*fault.found, &*fault.advice),
            ("it is locked", "end the other program; start again")
        );
        assert_eq!(Finding::fault("database", "it is gone".to_owned()).advice, "");
    }

    #[test]
    fn faults_pass_only_when_all_of_them_may() {
        let mut findings = Findings::default();
        assert!(findings.may_all_pass());
        findings.add(Finding::fault("Discord", "away".to_owned()).passing());
        findings.add(Finding::warning("clock", "slow", ""));
        assert!(findings.may_all_pass());
        findings.add(Finding::fault("token", "wrong".to_owned()));
        assert!(!findings.may_all_pass());
        assert_eq!(findings.faults(), 2);
    }
}
