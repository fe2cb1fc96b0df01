//! Every dependency in a manifest has its reason in the line above.

use std::fs;

use crate::source_tree::repository;

/// Packages that are workspaces of their own.
const SEPARATE: [&str; 2] = ["crates/protocol/fuzz", "crates/websocket/fuzz"];

/// Returns the folders of the workspace's members.
pub fn members() -> Vec<String> {
    let manifest = manifest_in(".");
    let members = manifest.lines().find(|line| line.starts_with("members")).expect("the workspace has members");
    members.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn manifest_in(folder: &str) -> String {
    fs::read_to_string(repository().join(folder).join("Cargo.toml")).expect("the manifest can be read")
}

/// Returns the dependencies without a comment in the line above, each as `name:line`.
fn unexplained(manifest: &str) -> Vec<String> {
    let (mut found, mut lists_dependencies, mut is_explained) = (Vec::new(), false, false);
    for (number, line) in (1..).zip(manifest.lines()) {
        if line.starts_with('[') {
            lists_dependencies = line.ends_with("dependencies]");
        } else if lists_dependencies && !is_explained && line.starts_with(char::is_alphanumeric) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            found.push(format!("{name}:{number}"));
        }
        is_explained = line.starts_with('#');
    }
    found
}

#[test]
fn every_dependency_has_a_reason() {
    let folders = members().into_iter().chain(SEPARATE.map(str::to_owned));
    let found: Vec<_> = folders.map(|folder| (unexplained(&manifest_in(&folder)), folder)).collect();
    let found: Vec<_> = found.iter().filter(|(names, _)| !names.is_empty()).collect();
    assert!(found.is_empty(), "dependencies without a comment in the line above: {found:?}");
}

#[test]
fn finds_dependencies_without_a_reason() {
    let manifest = "[package]\nname = \"a\"\n\n[dependencies]\n# Bytes.\nbytes = \"1\"\nhttp = \"1\"\n\n\
                    [target.'cfg(unix)'.dev-dependencies]\nyodel-client.workspace = true\n# Lists.\nserde = { features = [\n  \
                    \"derive\",\n] }\n[features]\nb = []\n";
    assert_eq!(unexplained(manifest), ["http:7", "yodel-client:10"]);
}
