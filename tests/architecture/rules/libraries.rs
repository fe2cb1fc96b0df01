//! Invariants of the protocol, the codec and the client: no input and output.

use crate::rule::{Rule, forbid};

/// Rules for the libraries without input and output.
pub const RULES: &[Rule] = &[
    Rule {
        name: "websocket-sans-io",
        sentence: "the codec has no runtime, no sockets and no clock, and of HTTP only the types of `http`",
        crates: &["crates/websocket"],
        check: forbid(
            "",
            &[],
            &[
                "async_std",
                "axum",
                "futures_util",
                "getrandom",
                "h2",
                "httparse",
                "hyper",
                "hyper_util",
                "mio",
                "rand",
                "rustls",
                "std::net",
                "std::thread",
                "std::time::Instant",
                "std::time::SystemTime",
                "tokio",
                "tokio_rustls",
                "tokio_util",
                "tower",
                "tower_service",
            ],
        ),
    },
    Rule {
        name: "websocket-own-crates",
        sentence: "of the workspace's crates, the codec imports only the protocol",
        crates: &["crates/websocket"],
        check: forbid("", &[], &["support", "yodel", "yodel_client", "yodel_page", "yodel_server"]),
    },
    Rule {
        name: "client-sans-io",
        sentence: "the client has no runtime, no browser, no clock and no random source",
        crates: &["crates/client"],
        check: forbid("", &[], IO),
    },
    Rule {
        name: "protocol-sans-io",
        sentence: "the protocol has no runtime, no browser, no clock and no random source",
        crates: &["crates/protocol"],
        check: forbid("", &[], IO),
    },
    Rule {
        name: "connector-plain",
        sentence: "the connector does not import the code of `yodel.v1`",
        crates: &["crates/client"],
        check: forbid("connector", &[], &["crate::yodel"]),
    },
];

/// Crates and items that code without input and output must not use.
const IO: &[&str] = &[
    "async_std",
    "fastrand",
    "futures_util",
    "getrandom",
    "gloo_timers",
    "js_sys",
    "rand",
    "std::fs",
    "std::net",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio",
    "wasm_bindgen",
    "web_sys",
];
