//! The source of this repository follows every rule.

use std::sync::LazyLock;

use crate::manifests;
use crate::rule::CRATES;
use crate::rules::rules;
use crate::source_tree::{CrateTree, repository};
use crate::violation::Violation;

/// The crates of this repository.
static TREES: LazyLock<Vec<CrateTree>> = LazyLock::new(|| {
    let repository = repository();
    CRATES.iter().map(|folder| CrateTree::read(&repository, folder).expect("the crate can be read")).collect()
});

fn violations(tree: &CrateTree) -> Vec<Violation> {
    let references = tree.references();
    rules().flat_map(|rule| rule.violations(tree, &references)).collect()
}

#[test]
fn every_crate_follows_the_rules() {
    let mut found: Vec<Violation> = TREES.iter().flat_map(violations).collect();
    found.sort();
    let listed: Vec<String> = found.iter().map(Violation::to_string).collect();
    assert!(found.is_empty(), "{} violations:\n{}\n", found.len(), listed.join("\n"));
}

#[test]
fn rules_cover_every_workspace_member() {
    let members: Vec<String> = manifests::members().into_iter().filter(|member| member != "tests").collect();
    assert_eq!(members, CRATES);
}

#[test]
fn every_crate_has_a_root() {
    for tree in TREES.iter() {
        assert!(tree.modules.contains_key(&[][..]), "{} has no root", tree.folder);
    }
}
