//! Dependencies of the libraries: none that only the command line needs.

use std::collections::BTreeSet;
use std::process::Command;

/// Published libraries.
const LIBRARIES: [&str; 4] = ["yodel-client", "yodel-protocol", "yodel-server", "yodel-websocket"];

/// Packages that only the command line may depend on.
const COMMAND_LINE: [&str; 5] = ["clap", "hdrhistogram", "rustyline", "tikv-jemallocator", "tracing-subscriber"];

/// Returns the names of all packages that Cargo compiles for a package, without dev-dependencies.
fn dependencies(package: &str, features: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    command.args(["--package", package]).args(features).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("names are text");
    lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn libraries_do_not_depend_on_command_line_packages() {
    for library in LIBRARIES {
        for features in [&[][..], &["--no-default-features"]] {
            let compiled = dependencies(library, features);
            assert!(compiled.contains(library), "{library}: {compiled:?}");
            for package in COMMAND_LINE {
                assert!(!compiled.contains(package), "{library} {features:?} depends on {package}");
            }
        }
    }
}

#[test]
fn command_line_depends_on_every_listed_package() {
    let compiled = dependencies("yodel", &[]);
    for package in COMMAND_LINE {
        assert!(compiled.contains(package), "{package} is not a dependency; remove it from the list");
    }
}
