//! `scripts/dev`: ports that other programs use.

use std::net::TcpListener;

use crate::checkout::{Checkout, text};

/// A checkout with these ports, and stubs that create the files `built` and `page_served`.
fn checkout(page_port: u16, server_port: u16) -> Checkout {
    let checkout = Checkout::new("yodel");
    let settings = format!("[serve]\nport = {page_port}\n\n[[proxy]]\nbackend = \"ws://127.0.0.1:{server_port}/ws\"\n");
    checkout.file("Trunk.toml", &settings);
    checkout.program("cargo", "touch built");
    checkout.program("trunk", "touch page_served");
    checkout
}

/// Returns a listener, and its port.
fn busy_port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    (listener, port)
}

/// Asserts that the script names the port that it cannot use, and starts nothing.
fn assert_names_the_port(checkout: &Checkout, port: u16) {
    let output = checkout.run("dev", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(&format!("error: port {port}, for the ")), "{}", text(&output));
    assert!(!checkout.has_file("built") && !checkout.has_file("page_served"));
}

#[test]
fn names_a_busy_port_before_it_builds() {
    let (_listener, busy) = busy_port();
    assert_names_the_port(&checkout(1, busy), busy);
    assert_names_the_port(&checkout(busy, 1), busy);
}

#[test]
fn does_not_serve_the_page_without_its_own_server() {
    let checkout = checkout(1, 1);
    checkout.program("cargo", "case \"$1\" in run) echo 'error: cannot listen' >&2; exit 1 ;; esac");
    let output = checkout.run("dev", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("error: the server did not start on port 1"), "{}", text(&output));
    assert!(!checkout.has_file("page_served"));
}

#[test]
fn serves_the_page_when_its_server_listens() {
    let checkout = checkout(1, 1);
    checkout.program("cargo", "case \"$1\" in run) echo 'http://127.0.0.1:1'; exec sleep 60 ;; esac");
    let output = checkout.run("dev", &[]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(checkout.has_file("page_served"));
}
