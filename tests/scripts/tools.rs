//! `scripts/tools` and `scripts/build`: failures that are reported early, and what a failed build leaves.

use crate::checkout::{Checkout, text};

#[test]
fn rejects_a_target_folder_with_a_space_before_it_installs_anything() {
    let checkout = Checkout::new("my yodel");
    checkout.script("rust", "touch installed");
    let output = checkout.run("tools", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("a folder whose path contains a space: "), "{}", text(&output));
    assert!(!checkout.has_file("installed"));
}

#[test]
fn accepts_a_checkout_with_a_space_and_another_target_folder() {
    let checkout = Checkout::new("my yodel");
    checkout.file("Cargo.lock", "");
    checkout.script("rust", "touch installed; exit 3");
    let output = checkout.run("tools", &[("CARGO_TARGET_DIR", "/nonexistent")]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(checkout.has_file("installed"));
}

#[test]
fn failed_build_prints_the_errors_and_leaves_no_binary() {
    let checkout = Checkout::new("yodel");
    checkout.script("page", "echo '   Compiling leptos v0.8.23'; echo 'error[E0425]: cannot find value'; exit 1");
    std::fs::create_dir_all(checkout.root().join("target/release")).expect("folder is writable");
    checkout.file("target/release/yodel", "of an earlier build");
    let output = checkout.run("build", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("error[E0425]: cannot find value"), "{}", text(&output));
    assert!(!text(&output).contains("Compiling leptos"), "{}", text(&output));
    assert!(!checkout.has_file("target/release/yodel"));
}
