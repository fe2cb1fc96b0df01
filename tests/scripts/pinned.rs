//! Dependencies that the scripts and the CI install: with lock files, without scripts of packages, pinned by commit.

use std::fs;
use std::path::Path;

use support::yodel::root;

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// Returns the commands of all scripts, each with the name of its script; continued lines are joined.
fn commands() -> Vec<(String, String)> {
    let mut commands = Vec::new();
    for entry in fs::read_dir(root().join("scripts")).expect("scripts exist") {
        let path = entry.expect("folder is readable").path();
        if path.is_file() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = read(&path).replace("\\\n", " ");
            commands.extend(text.lines().map(|line| (name.clone(), line.to_owned())));
        }
    }
    commands
}

/// Asserts that at least two commands contain `install`, and that each of them has the flag.
fn assert_flag(install: &str, flag: &str) {
    let commands = commands();
    let installing: Vec<_> = commands.iter().filter(|(_, line)| line.contains(&format!("quietly {install}"))).collect();
    assert!(installing.len() >= 2, "the commands are found: {installing:?}");
    for (script, line) in installing {
        assert!(line.split(' ').any(|word| word == flag), "scripts/{script}: {flag} is missing in: {line}");
    }
}

#[test]
fn cargo_installs_with_lock_files() {
    assert_flag("cargo install", "--locked");
}

#[test]
fn npm_runs_no_scripts_of_packages() {
    assert_flag("npm install", "--ignore-scripts");
}

#[test]
fn the_lock_file_of_wasm_bindgen_has_the_version_of_the_page() {
    let version = |lock: &str, name: &str| {
        let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).expect("the package is locked");
        package.split('"').next().unwrap_or_default().to_owned()
    };
    let page = version(&read("Cargo.lock"), "wasm-bindgen");
    let tool = read("scripts/wasm-bindgen-cli/Cargo.lock");
    assert_eq!(version(&tool, "wasm-bindgen-cli"), page);
    assert_eq!(version(&tool, "yodel-wasm-bindgen-cli"), page, "rustc refuses an old version of a crate of this name");
    assert!(read("scripts/wasm-bindgen-cli/Cargo.toml").contains(&format!("wasm-bindgen-cli = \"={page}\"")));
}

#[test]
fn actions_are_pinned_by_commit() {
    let mut actions = 0;
    for workflow in ["ci.yml", "weekly.yml"] {
        let text = read(Path::new(".github/workflows").join(workflow));
        for action in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            actions += 1;
            let commit = action.split(['@', ' ']).nth(1).unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit && action.contains(" # v"), "{workflow}: {action}");
        }
    }
    assert!(actions > 5, "the actions are found: {actions}");
}

#[test]
fn the_ci_fuzzes_every_target() {
    assert!(read(".github/workflows/ci.yml").contains("run: make fuzz TIME=30\n"));
    let script = read("scripts/fuzz");
    for crate_name in ["protocol", "websocket"] {
        for entry in fs::read_dir(root().join(format!("crates/{crate_name}/fuzz/fuzz_targets"))).expect("targets exist")
        {
            let path = entry.expect("folder is readable").path();
            let target = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let line = script.lines().find(|line| line.starts_with("targets=")).expect("the targets");
            assert!(line.split([' ', '-', '}']).any(|word| word == target), "{target} is not in: {line}");
        }
    }
}
