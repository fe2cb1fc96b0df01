//! Violations of rules.

use std::fmt;

/// A place in the source that violates a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Path of the file, relative to the repository.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Name of the rule.
    pub rule: &'static str,
    /// The invariant, as one sentence.
    pub sentence: &'static str,
    /// The violating import, call or cycle.
    pub subject: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {} ({})", self.file, self.line, self.rule, self.subject, self.sentence)
    }
}
