//! Paths and methods that a part of a crate does not use.

use crate::checks::Finding;
use crate::module::{GLOB, Segments, starts_with};
use crate::resolve::{Reference, Target};
use crate::source_tree::CrateTree;

/// A part of a crate and what it does not use.
#[derive(Debug)]
pub struct Forbidden {
    /// Path of a module, `a::b`; all modules below it belong to the part. Empty for the whole crate.
    pub within: &'static str,
    /// Modules that the invariant exempts.
    pub except: &'static [&'static str],
    /// What is not used: a path with all below it (`tokio::net`), a name at the end of any path (`*::ServerFrame`), or
    /// a method (`.encode`).
    pub uses: &'static [&'static str],
}

/// Returns the file, line and subject of each use.
pub fn check(tree: &CrateTree, references: &[Reference<'_>], rule: &Forbidden) -> Vec<Finding> {
    let mut found = Vec::new();
    for reference in references.iter().filter(|reference| applies(rule, &reference.from.path)) {
        let targets = targets(reference, rule);
        let used = rule.uses.iter().find(|pattern| targets.iter().any(|target| matches(pattern, target)));
        found.extend(used.map(|used| (reference.from.file.clone(), reference.line, (*used).to_owned())));
    }
    for module in tree.modules.values().filter(|module| applies(rule, &module.path)) {
        let is_forbidden = |method: &str| rule.uses.iter().any(|pattern| pattern.strip_prefix('.') == Some(method));
        let calls = module.calls.iter().filter(|call| is_forbidden(&call.method));
        found.extend(calls.map(|call| (module.file.clone(), call.line, format!(".{}", call.method))));
    }
    found
}

/// Returns what is used; an exempt module answers for what it re-exports.
fn targets<'r>(reference: &'r Reference<'_>, rule: &Forbidden) -> Vec<&'r Target> {
    let named = &reference.named;
    let exempt = matches!(named, Target::Internal { module, .. } if rule.except.iter().any(|except| starts_with(module, except)));
    if exempt { vec![named] } else { vec![named, &reference.defined] }
}

fn applies(rule: &Forbidden, module: &Segments) -> bool {
    starts_with(module, rule.within) && !rule.except.iter().any(|except| starts_with(module, except))
}

fn matches(pattern: &str, target: &Target) -> bool {
    let path = target.full_path();
    if let Some(name) = pattern.strip_prefix("*::") {
        return path.iter().skip(1).any(|segment| segment == name);
    }
    // A glob imports whatever lies below it.
    let glob = path.last().is_some_and(|last| last == GLOB);
    let path = &path[..path.len() - usize::from(glob)];
    let pattern: Vec<&str> = pattern.split("::").collect();
    let common = path.iter().zip(&pattern).take_while(|(one, other)| one == other).count();
    common == pattern.len() || (glob && common == path.len() && path != ["crate"])
}
