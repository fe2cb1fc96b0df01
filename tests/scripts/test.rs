//! `scripts/test`: results of the steps, the sums, and failures that no test reports.

use std::process::Output;

use crate::checkout::{Checkout, text};

/// Reports of test programs with many tests, few tests and one failed test.
const MANY: &str = "     Running unittests src/lib.rs (target/debug/deps/yodel_server-01ab)
test result: ok. 5000 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 12.34s";
const FEW: &str = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
const ONE_FAILED: &str = "test result: FAILED. 4999 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";

/// A checkout in which every step succeeds, and the native tests print this report.
fn checkout(report: &str) -> Checkout {
    let checkout = Checkout::new("yodel");
    let status = i32::from(report.contains("FAILED"));
    checkout.program(
        "cargo",
        &format!(
            "echo \"cargo $*\" >> calls\ncase \"$*\" in
*--no-run*) ;;
'test --locked --workspace'*) echo '{report}'; exit {status} ;;
test*) echo '{MANY}' ;;
esac"
        ),
    );
    for driver in ["chromedriver", "geckodriver"] {
        checkout.program(driver, "");
    }
    checkout.script("lint", "");
    checkout.script("build", "");
    checkout.program("wstest", "");
    checkout.script("conformance", &format!("echo '{MANY}'"));
    checkout
}

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned()
}

fn calls(checkout: &Checkout) -> String {
    std::fs::read_to_string(checkout.root().join("calls")).unwrap_or_default()
}

#[test]
fn prints_a_table_of_seconds_and_the_sums() {
    let output = checkout(MANY).run("test", &[]);
    assert!(output.status.success(), "{}", text(&output));
    // Formatting, lints, build and compilation count as one test each.
    assert_eq!(last_line(&output), "15004 passed, 0 failed");
    let report = text(&output);
    assert!(report.contains("\nseconds  passed  failed  step\n"), "{report}");
    let row = |line: &str| line.contains("  5000       0  Running the native tests");
    assert!(report.lines().any(row), "{report}");
    assert!(report.contains("     12                    yodel_server\n"), "a slow program has a row: {report}");
}

#[test]
fn fails_when_a_test_fails() {
    let output = checkout(ONE_FAILED).run("test", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(last_line(&output), "15003 passed, 1 failed");
}

#[test]
fn fails_when_few_tests_ran() {
    let output = checkout(FEW).run("test", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(last_line(&output), "10007 passed, 1 failed");
    assert!(text(&output).contains("error: only 3 tests passed; at least "), "{}", text(&output));
}

#[test]
fn runs_no_test_after_a_failed_build() {
    let checkout = checkout(MANY);
    checkout.script("build", "echo 'error: the server build failed' >&2; exit 1");
    let output = checkout.run("test", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(last_line(&output), "2 passed, 1 failed");
    assert!(!calls(&checkout).contains("cargo test"), "{}", calls(&checkout));
    assert_eq!(text(&output).matches("not run").count(), 3, "{}", text(&output));
}

#[test]
fn runs_no_native_test_when_they_do_not_compile() {
    let checkout = checkout(MANY);
    checkout.program("cargo", "echo \"cargo $*\" >> calls\ncase \"$*\" in *--no-run*) exit 101 ;; esac");
    let output = checkout.run("test", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(calls(&checkout).matches("cargo test --locked --workspace").count(), 1, "{}", calls(&checkout));
}

#[test]
fn fails_in_ci_without_the_autobahn_test_suite() {
    let checkout = checkout(MANY);
    checkout.program("wstest", "exit 127");
    let output = checkout.run("test", &[("CI", "true")]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(last_line(&output), "10004 passed, 1 failed");
}

#[test]
fn reports_a_missing_autobahn_test_suite() {
    let checkout = checkout(MANY);
    checkout.program("wstest", "exit 127");
    let output = checkout.run("test", &[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(last_line(&output), "10004 passed, 0 failed");
    assert!(text(&output).contains("NOT TESTED: the Autobahn test suite is not installed"), "{}", text(&output));
}

#[test]
fn compiles_the_component_tests_alone() {
    let checkout = checkout(MANY);
    checkout.run("test", &[]);
    let page = "cargo test --locked --package yodel-page --target wasm32-unknown-unknown --test page";
    assert_eq!(calls(&checkout).matches(page).count(), 1, "{}", calls(&checkout));
}
