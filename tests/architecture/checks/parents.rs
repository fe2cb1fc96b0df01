//! A parent module holds nothing that its children need: that has a file of its own.

use crate::checks::Finding;
use crate::resolve::{Reference, Target};
use crate::source_tree::CrateTree;

/// Returns the file, line and subject of each item that a module takes from one that contains it.
pub fn check(tree: &CrateTree, references: &[Reference<'_>]) -> Vec<Finding> {
    references.iter().filter_map(|reference| broken(tree, reference)).collect()
}

fn broken(tree: &CrateTree, reference: &Reference<'_>) -> Option<Finding> {
    let Target::Internal { module, item: Some(item) } = &reference.defined else { return None };
    let parent = tree.modules.get(module)?;
    let inside = reference.from.path.len() > module.len() && reference.from.path.starts_with(module);
    (inside && parent.file != reference.from.file)
        .then(|| (reference.from.file.clone(), reference.line, format!("`{item}` is held by {}", parent.file)))
}
