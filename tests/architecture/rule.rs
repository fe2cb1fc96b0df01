//! An invariant and how it is checked.

use std::collections::BTreeSet;

use crate::checks::floors::Floors;
use crate::checks::forbidden::Forbidden;
use crate::checks::{cycles, floors, forbidden, parents};
use crate::resolve::Reference;
use crate::source_tree::CrateTree;
use crate::violation::Violation;

/// Folders of all crates, relative to the repository.
pub const CRATES: &[&str] =
    &["backend", "crates/cli", "crates/client", "crates/compress", "crates/protocol", "crates/websocket", "frontend"];

/// An invariant.
#[derive(Debug)]
pub struct Rule {
    /// Short name.
    pub name: &'static str,
    /// The invariant, as one sentence.
    pub sentence: &'static str,
    /// Folders of the crates that it binds.
    pub crates: &'static [&'static str],
    /// How it is checked.
    pub check: Check,
}

/// How an invariant is checked.
#[derive(Debug)]
pub enum Check {
    /// Rooms import from lower floors only.
    Floors(&'static Floors),
    /// A part of the crate does not use something.
    Forbidden(Forbidden),
    /// Parent modules hold nothing that their children need.
    Parents,
    /// Folders do not import each other in a cycle. Imports in the modules `entries` are not counted, and what they
    /// re-export counts as theirs.
    Cycles { entries: &'static [&'static str] },
}

impl Rule {
    /// Returns the places in a crate that break the rule, each import once per file. `references` are all of the crate.
    pub fn violations(&self, tree: &CrateTree, references: &[Reference<'_>]) -> Vec<Violation> {
        if !self.crates.contains(&tree.folder.as_str()) {
            return Vec::new();
        }
        let mut found = match &self.check {
            Check::Floors(floors) => floors::check(references, floors),
            Check::Forbidden(forbidden) => forbidden::check(tree, references, forbidden),
            Check::Parents => parents::check(tree, references),
            Check::Cycles { entries } => cycles::check(tree, references, entries),
        };
        found.sort();
        let mut seen = BTreeSet::new();
        found.retain(|(file, _, subject)| seen.insert((file.clone(), subject.clone())));
        found.into_iter().map(|(file, line, subject)| self.violation(file, line, subject)).collect()
    }

    fn violation(&self, file: String, line: usize, subject: String) -> Violation {
        Violation { file, line, rule: self.name, sentence: self.sentence, subject }
    }
}

/// Creates the check that the modules `within`, but for those of `except`, do not use something.
pub const fn forbid(within: &'static str, except: &'static [&'static str], uses: &'static [&'static str]) -> Check {
    Check::Forbidden(Forbidden { within, except, uses })
}
