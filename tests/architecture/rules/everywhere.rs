//! Invariants of every crate.

use super::page::LAZY_ENTRY;
use crate::rule::{CRATES, Check, Rule};

/// Rules for every crate.
pub const RULES: &[Rule] = &[
    Rule {
        name: "parents",
        sentence: "items that child modules import are in a file of their own, not in the parent module",
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
