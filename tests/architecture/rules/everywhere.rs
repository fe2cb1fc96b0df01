//! All crates.

use super::page::LAZY_ENTRY;
use crate::rule::{CRATES, Check, Rule};

/// Invariants of every crate.
pub const RULES: &[Rule] = &[
    Rule {
        name: "parents",
        sentence: "what children need is in a file of its own, not in their parent module",
        crates: CRATES,
        check: Check::Parents,
    },
    Rule {
        name: "cycles",
        sentence: "folders do not import each other in a cycle",
        crates: CRATES,
        check: Check::Cycles { entries: &[LAZY_ENTRY] },
    },
];
