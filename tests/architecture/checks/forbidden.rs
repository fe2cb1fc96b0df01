//! Paths and methods that a part of a crate does not use.

use crate::checks::Finding;
use crate::module::{GLOB, Segments, starts_with};
use crate::resolve::{Reference, ResolvedPath};
use crate::source_tree::CrateTree;

/// Modules of a crate, and the paths and methods that they must not use.
#[derive(Debug)]
pub struct Forbidden {
    /// Path of a module, `a::b`; the rule applies to it and all modules below it. Empty for the whole crate.
    pub within: &'static str,
    /// Exempt modules, with all modules below them.
    pub except: &'static [&'static str],
    /// Forbidden uses: a path with everything below it (`tokio::net`), a name at any place of a path
    /// (`*::ServerFrame`), or a method (`.encode`).
    pub uses: &'static [&'static str],
}

/// Returns a finding for each forbidden use.
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

/// Returns the paths that a reference uses. An item that an exempt module re-exports counts as that module's.
fn targets<'r>(reference: &'r Reference<'_>, rule: &Forbidden) -> Vec<&'r ResolvedPath> {
    let named = &reference.named;
    let exempt = matches!(named, ResolvedPath::Internal { module, .. } if rule.except.iter().any(|except| starts_with(module, except)));
    if exempt { vec![named] } else { vec![named, &reference.defined] }
}

fn applies(rule: &Forbidden, module: &Segments) -> bool {
    starts_with(module, rule.within) && !rule.except.iter().any(|except| starts_with(module, except))
}

fn matches(pattern: &str, target: &ResolvedPath) -> bool {
    let path = target.full_path();
    if let Some(name) = pattern.strip_prefix("*::") {
        return path.iter().skip(1).any(|segment| segment == name);
    }
    // A glob import uses everything below its path.
    let glob = path.last().is_some_and(|last| last == GLOB);
    let path = &path[..path.len() - usize::from(glob)];
    let pattern: Vec<&str> = pattern.split("::").collect();
    let common = path.iter().zip(&pattern).take_while(|(one, other)| one == other).count();
    common == pattern.len() || (glob && common == path.len() && path != ["crate"])
}
