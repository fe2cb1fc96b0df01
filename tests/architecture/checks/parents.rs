//! Child modules do not import items that a parent module defines.

use crate::checks::Finding;
use crate::resolve::{Reference, ResolvedPath};
use crate::source_tree::CrateTree;

/// Returns a finding for each item that a module imports from a module that contains it.
pub fn check(tree: &CrateTree, references: &[Reference<'_>]) -> Vec<Finding> {
    references.iter().filter_map(|reference| violation(tree, reference)).collect()
}

fn violation(tree: &CrateTree, reference: &Reference<'_>) -> Option<Finding> {
    let ResolvedPath::Internal { module, item: Some(item) } = &reference.defined else { return None };
    let parent = tree.modules.get(module)?;
    let inside = reference.from.path.len() > module.len() && reference.from.path.starts_with(module);
    (inside && parent.file != reference.from.file).then(|| {
        (
            reference.from.file.clone(),
            reference.line,
            format!("`{item}` is defined in the parent module {}", parent.file),
        )
    })
}
