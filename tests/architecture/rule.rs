//! Architecture rules.

use std::collections::BTreeSet;

use crate::checks::forbidden::Forbidden;
use crate::checks::layers::Layers;
use crate::checks::{cycles, forbidden, layers, parents};
use crate::resolve::Reference;
use crate::source_tree::CrateTree;
use crate::violation::Violation;

/// Folders of all crates, relative to the repository.
pub const CRATES: &[&str] =
    &["backend", "crates/cli", "crates/client", "crates/bundle", "crates/protocol", "crates/websocket", "frontend"];

/// An architecture invariant with its check.
#[derive(Debug)]
pub struct Rule {
    /// Short name, used in reports.
    pub name: &'static str,
    /// The invariant, as one sentence.
    pub sentence: &'static str,
    /// Folders of the crates that the rule applies to.
    pub crates: &'static [&'static str],
    /// Check of the invariant.
    pub check: Check,
}

/// Kind and parameters of a check.
#[derive(Debug)]
pub enum Check {
    /// Top-level modules import from lower layers only.
    Layers(&'static Layers),
    /// Modules do not use certain paths or methods.
    Forbidden(Forbidden),
    /// Child modules do not import items of their parent modules.
    Parents,
    /// Folders have no import cycle. Imports in the modules `entries` are ignored, and items that they re-export
    /// count as theirs.
    Cycles { entries: &'static [&'static str] },
}

impl Rule {
    /// Returns the violations in a crate, each subject once per file. `references` are all references of the crate.
    pub fn violations(&self, tree: &CrateTree, references: &[Reference<'_>]) -> Vec<Violation> {
        if !self.crates.contains(&tree.folder.as_str()) {
            return Vec::new();
        }
        let mut found = match &self.check {
            Check::Layers(layers) => layers::check(references, layers),
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

/// Creates a check that the modules below `within`, without those below `except`, do not use `uses`.
pub const fn forbid(within: &'static str, except: &'static [&'static str], uses: &'static [&'static str]) -> Check {
    Check::Forbidden(Forbidden { within, except, uses })
}
