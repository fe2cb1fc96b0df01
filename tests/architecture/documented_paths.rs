//! Every path in the documentation and the scripts exists.

use std::fs;
use std::path::Path;

use crate::source_tree::repository;

/// Checked documents, relative to the repository.
const DOCUMENTS: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "backend/README.md",
    "crates/client/README.md",
    "crates/protocol/README.md",
    "crates/websocket/README.md",
    "docs/architecture.md",
    "docs/benchmarks.md",
    "docs/commands.md",
    "docs/getting-started.md",
    "docs/glossary.md",
    "docs/http.md",
    "docs/library.md",
    "docs/operations.md",
    "docs/page.md",
    "docs/protocol.md",
    "docs/scaling.md",
];

/// Checked scripts and tool settings, relative to the repository.
const TOOLS: &[&str] = &[
    "Makefile",
    "Trunk.toml",
    "index.html",
    "scripts/build",
    "scripts/fuzz",
    "scripts/lint",
    "scripts/page",
    "scripts/post-build",
    "scripts/test",
];

/// Prefixes of code spans that are paths from the root of the repository.
const FOLDERS: &[&str] = &["backend/", "crates/", "deploy/", "docs/", "frontend/", "scripts/", "tests/"];

/// A line number, counted from 1, and a path in that line.
type PathInLine<'t> = (usize, &'t str);

/// Returns the targets of links to files, without fragments, relative to the document.
fn link_targets(text: &str) -> impl Iterator<Item = PathInLine<'_>> {
    let lines = text.lines().enumerate();
    let targets = lines.flat_map(|(index, line)| line.split("](").skip(1).map(move |rest| (index + 1, rest)));
    let targets = targets.filter_map(|(line, rest)| Some((line, rest.split_once(')')?.0.split('#').next()?)));
    targets.filter(|(_, target)| !target.is_empty() && !target.contains(':'))
}

/// Returns code spans that are paths, relative to the repository.
fn code_span_paths(text: &str) -> impl Iterator<Item = PathInLine<'_>> {
    let lines = text.lines().enumerate();
    let spans = lines.flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |span| (index + 1, span)));
    let is_path = |span: &str| span.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    spans.filter(move |(_, span)| is_path(span) && FOLDERS.iter().any(|folder| span.starts_with(folder)))
}

/// Returns paths of source files and packages in a script, relative to the repository.
fn script_paths(text: &str) -> impl Iterator<Item = PathInLine<'_>> {
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !"_-./*{}$".contains(c);
    let lines = text.lines().enumerate();
    let words = lines
        .flat_map(move |(index, line)| line.split(is_other).map(move |word| (index + 1, word.trim_end_matches('.'))));
    words
        .filter(|(_, word)| ["backend/", "crates/", "frontend/"].iter().any(|folder| word.starts_with(folder)))
        .filter(|(_, word)| !word.contains(['*', '{', '$']))
}

/// Returns each path of a script that does not exist, as `script:line: path`.
fn missing_in_tool(repository: &Path, tool: &str) -> Vec<String> {
    let text = fs::read_to_string(repository.join(tool)).unwrap_or_else(|error| panic!("{tool}: {error}"));
    let broken = script_paths(&text).filter(|(_, path)| !repository.join(path).exists());
    broken.map(|(line, path)| format!("{tool}:{line}: {path}\n")).collect()
}

/// Returns each path of a document that does not exist, as `document:line: path`.
fn missing(repository: &Path, document: &str) -> Vec<String> {
    let file = repository.join(document);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{document}: {error}"));
    let folder = file.parent().unwrap_or(repository);
    let linked = link_targets(&text).map(|(line, path)| (line, path, folder.join(path)));
    let spelled = code_span_paths(&text).map(|(line, path)| (line, path, repository.join(path)));
    let broken = linked.chain(spelled).filter(|(_, _, file)| !file.exists());
    broken.map(|(line, path, _)| format!("{document}:{line}: {path}\n")).collect()
}

#[test]
fn every_path_in_the_documentation_exists() {
    let repository = repository();
    let missing: Vec<String> = DOCUMENTS.iter().flat_map(|document| missing(&repository, document)).collect();
    assert!(missing.is_empty(), "{} paths do not exist:\n{}", missing.len(), missing.concat());
}

#[test]
fn every_source_path_in_a_script_exists() {
    let repository = repository();
    let missing: Vec<String> = TOOLS.iter().flat_map(|tool| missing_in_tool(&repository, tool)).collect();
    assert!(missing.is_empty(), "{} paths do not exist:\n{}", missing.len(), missing.concat());
}

#[test]
fn every_crate_is_in_the_code_map() {
    let map = fs::read_to_string(repository().join("docs/architecture.md")).expect("the code map can be read");
    let missing: Vec<_> =
        crate::rule::CRATES.iter().filter(|folder| !map.contains(&format!("### `{folder}`"))).collect();
    assert!(missing.is_empty(), "crates without a section in docs/architecture.md: {missing:?}");
    let (sections, invariants) = (map.matches("\n### `").count(), map.matches("**Architecture Invariant:**").count());
    assert!(invariants >= sections, "{sections} sections, {invariants} invariants");
}

#[test]
fn finds_paths_in_links_and_code_spans() {
    let text = "See [the hub](../backend/src/hub/mod.rs#top), `docs/http.md`\nand `GET /api/rooms`, [web](https://a.b) `tests/`.";
    assert_eq!(link_targets(text).collect::<Vec<_>>(), [(1, "../backend/src/hub/mod.rs")]);
    assert_eq!(code_span_paths(text).collect::<Vec<_>>(), [(1, "docs/http.md"), (2, "tests/")]);
}

#[test]
fn finds_paths_in_script_words() {
    let text = "# See frontend/src/app.rs.\ncp \"backend/Cargo.toml\" crates/*/fuzz $x/frontend/";
    assert_eq!(script_paths(text).collect::<Vec<_>>(), [(1, "frontend/src/app.rs"), (2, "backend/Cargo.toml")]);
}

#[test]
fn reports_a_missing_path_with_its_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("docs")).expect("a folder in it");
    let text = "[this](a.md), `docs/a.md`\n[that](b.md), `docs/b.md`";
    fs::write(folder.path().join("docs/a.md"), text).expect("a document in it");
    assert_eq!(missing(folder.path(), "docs/a.md"), ["docs/a.md:2: b.md\n", "docs/a.md:2: docs/b.md\n"]);
}
