//! Layers: a top-level module of a crate imports from lower layers only.

use crate::checks::Finding;
use crate::module::Segments;
use crate::resolve::{Reference, ResolvedPath};

/// Name of the crate's root in [`Layers`].
const ROOT: &str = "lib";

/// Top-level modules of a crate with their layers; 0 is the lowest.
pub type Layers = [(&'static str, u8)];

/// Returns a finding for each import that does not go to a lower layer.
pub fn check(references: &[Reference<'_>], layers: &Layers) -> Vec<Finding> {
    references.iter().filter_map(|reference| violation(reference, layers)).collect()
}

fn violation(reference: &Reference<'_>, layers: &Layers) -> Option<Finding> {
    let from = top_module(&reference.from.path);
    let upward = |target: &ResolvedPath| match target {
        ResolvedPath::Internal { module, .. } => {
            let to = top_module(module);
            (from != to && !is_below(to, from, layers)).then(|| describe(from, to, layers))
        }
        ResolvedPath::External(_) => None,
    };
    let subject = upward(&reference.named).or_else(|| upward(&reference.defined))?;
    Some((reference.from.file.clone(), reference.line, subject))
}

fn top_module(module: &Segments) -> &str {
    module.first().map_or(ROOT, String::as_str)
}

fn is_below(lower: &str, upper: &str, layers: &Layers) -> bool {
    matches!((layer(lower, layers), layer(upper, layers)), (Some(lower), Some(upper)) if lower < upper)
}

fn layer(top_module: &str, layers: &Layers) -> Option<u8> {
    layers.iter().find(|(name, _)| *name == top_module).map(|(_, layer)| *layer)
}

fn describe(from: &str, to: &str, layers: &Layers) -> String {
    let level = |top_module| layer(top_module, layers).map_or("no layer".to_owned(), |layer| format!("layer {layer}"));
    format!("{from} ({}) imports from {to} ({})", level(from), level(to))
}
