//! `scripts/cluster`: what it needs, before it starts anything.

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use crate::checkout::{Checkout, text};

/// A checkout with stubs of these programs. A stub that is run creates the file `started`.
fn checkout(programs: &[&str]) -> Checkout {
    let checkout = Checkout::new("yodel");
    for program in programs {
        checkout.program(program, "touch started");
    }
    checkout
}

/// Runs the script with the stubs, and nothing else that it could find in place of them.
fn run(checkout: &Checkout, port: u16) -> Output {
    let path = checkout.root().join("path");
    std::fs::create_dir(&path).expect("folder is writable");
    for program in ["bash", "dirname"] {
        let found =
            ["/bin", "/usr/bin"].map(|folder| Path::new(folder).join(program)).into_iter().find(|file| file.exists());
        symlink(found.expect("it is installed"), path.join(program)).expect("folder is writable");
    }
    checkout.run("cluster", &[("PATH", &path.display().to_string()), ("PORT", &port.to_string())])
}

fn assert_fails(checkout: &Checkout, port: u16, message: &str) {
    let output = run(checkout, port);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(message), "{}", text(&output));
    assert!(!checkout.has_file("started"));
}

#[test]
fn names_the_package_of_a_missing_program() {
    let expected = "error: redis-server is not installed. Install the package redis-server ";
    assert_fails(&checkout(&["haproxy", "redis-cli"]), 0, expected);
    let expected = "error: redis-cli is not installed. Install the package redis-tools ";
    assert_fails(&checkout(&["haproxy", "redis-server"]), 0, expected);
}

#[test]
fn names_the_command_that_builds_the_binary() {
    let all = checkout(&["haproxy", "redis-cli", "redis-server"]);
    assert_fails(&all, 0, "error: target/release/yodel does not exist; run `make build`");
}

#[test]
fn names_a_busy_port() {
    let all = checkout(&["haproxy", "redis-cli", "redis-server"]);
    let binary = all.root().join("target/release/yodel");
    std::fs::create_dir_all(binary.parent().expect("a folder")).expect("folder is writable");
    symlink(all.root().join(".tools/bin/haproxy"), binary).expect("folder is writable");
    let busy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = busy.local_addr().expect("a bound socket").port();
    assert_fails(&all, port, &format!("error: port {port} is in use by another program"));
}
