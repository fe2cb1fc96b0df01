//! Import cycles between folders.
//!
//! The entries of a folder are its files and subfolders. An import between two modules is an edge between the entries
//! of the innermost folder that contains both. A cycle is a violation when it contains a subfolder; files of one folder
//! may import each other. The check `parents` covers a parent module (`mod.rs`) and its children.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::Finding;
use crate::module::{Segments, starts_with};
use crate::resolve::{Reference, ResolvedPath};
use crate::source_tree::CrateTree;

/// Maximum number of imports listed per edge of a cycle.
const SAMPLES: usize = 3;

/// An edge of the graph: two entries of one folder.
type Edge = (Segments, Segments);

/// Edges with the file and line of each import.
type Edges = BTreeMap<Edge, Vec<(String, usize)>>;

/// Returns a finding for each cycle. Imports in the modules `entries` are ignored.
pub fn check(tree: &CrateTree, references: &[Reference<'_>], entries: &[&str]) -> Vec<Finding> {
    let edges = edges(references, entries);
    let folders: BTreeSet<&[String]> = edges.keys().map(|(from, _)| &from[..from.len() - 1]).collect();
    folders.iter().flat_map(|folder| cycles_in(tree, folder, &edges)).collect()
}

fn edges(references: &[Reference<'_>], entries: &[&str]) -> Edges {
    let is_entry = |module: &[String]| entries.iter().any(|entry| starts_with(module, entry));
    let mut edges = Edges::new();
    for reference in references.iter().filter(|reference| !is_entry(&reference.from.path)) {
        let target = match &reference.named {
            ResolvedPath::Internal { module, .. } if is_entry(module) => &reference.named,
            _ => &reference.defined,
        };
        if let Some(edge) = edge(&reference.from.path, target) {
            edges.entry(edge).or_default().push((reference.from.file.clone(), reference.line));
        }
    }
    edges
}

fn edge(from: &Segments, target: &ResolvedPath) -> Option<Edge> {
    let ResolvedPath::Internal { module: to, .. } = target else { return None };
    let common = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    (common < from.len() && common < to.len()).then(|| (from[..=common].to_vec(), to[..=common].to_vec()))
}

fn cycles_in(tree: &CrateTree, folder: &[String], edges: &Edges) -> Vec<Finding> {
    let within: Vec<&Edge> = edges.keys().filter(|(from, _)| &from[..from.len() - 1] == folder).collect();
    let mut rest: BTreeSet<&Segments> = within.iter().map(|(from, _)| from).collect();
    let mut found = Vec::new();
    while let Some(entry) = rest.pop_first() {
        let after = reachable(entry, &within);
        let cycle: BTreeSet<&Segments> =
            after.into_iter().filter(|other| reachable(other, &within).contains(entry)).collect();
        rest.retain(|other| !cycle.contains(other));
        if cycle.len() > 1 && cycle.iter().any(|entry| tree.has_children(entry)) {
            found.push(describe(&cycle, edges));
        }
    }
    found
}

fn reachable<'e>(start: &'e Segments, edges: &[&'e Edge]) -> BTreeSet<&'e Segments> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(entry) = open.pop() {
        let next = edges.iter().filter(|(from, _)| from == entry).map(|(_, to)| to);
        open.extend(next.filter(|to| reached.insert(*to)));
    }
    reached
}

fn describe(cycle: &BTreeSet<&Segments>, edges: &Edges) -> Finding {
    let within = |(from, to): &Edge| from != to && cycle.contains(from) && cycle.contains(to);
    let inside: Vec<_> = edges.iter().filter(|(edge, _)| within(edge)).collect();
    let (file, line) = inside.first().map(|(_, places)| places[0].clone()).unwrap_or_default();
    let lines: Vec<String> = inside.iter().map(|((from, to), places)| describe_edge(from, to, places)).collect();
    (file, line, format!("import cycle:{}", lines.concat()))
}

fn describe_edge(from: &Segments, to: &Segments, places: &[(String, usize)]) -> String {
    let samples: Vec<String> = places.iter().take(SAMPLES).map(|(file, line)| format!("{file}:{line}")).collect();
    let more = places.len().saturating_sub(SAMPLES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("\n    {} -> {}: {}{more}", from.join("::"), to.join("::"), samples.join(", "))
}
