//! A violating example of every rule. Exactly that rule reports its file and line.

use crate::rules::rules;
use crate::source_tree::{CrateTree, SourceFile};

/// Returns the violations of a crate, each as `rule file:line`. A file is its path below `src` and its text.
fn violations_of(folder: &str, files: &[(&str, &str)]) -> Vec<String> {
    let source =
        |(path, text): &(&str, &str)| SourceFile { path: format!("{folder}/src/{path}"), text: (*text).to_owned() };
    let tree = CrateTree::new(folder, &files.iter().map(source).collect::<Vec<_>>());
    let references = tree.references();
    let found = rules().flat_map(|rule| rule.violations(&tree, &references));
    found
        .map(|found| format!("{} {}:{}", found.rule, found.file.replace(&format!("{folder}/src/"), ""), found.line))
        .collect()
}

#[test]
fn server_modules_import_from_lower_layers_only() {
    let lib = ("lib.rs", "mod auth; mod config; mod hooks; mod limits; pub use config::Rate;");
    let config = ("config/mod.rs", "pub struct Rate;");
    let limits = |text| {
        violations_of("backend", &[lib, config, ("auth/mod.rs", ""), ("hooks/mod.rs", ""), ("limits/mod.rs", text)])
    };
    assert_eq!(limits("use crate::config::Rate;\nuse self::inner::X; mod inner { pub struct X; }"), [""; 0]);
    assert_eq!(limits("\nuse crate::hooks::Handle;"), ["server-layers limits/mod.rs:2"], "a higher layer");
    assert_eq!(
        limits("\nuse crate::auth::Authenticator;"),
        ["server-layers limits/mod.rs:2"],
        "another folder of the same layer"
    );
    assert_eq!(limits("\n\nfn f(_: crate::Rate) {}"), ["server-layers limits/mod.rs:3"], "the crate's root");
}

#[test]
fn server_modules_have_a_layer() {
    let files = [("lib.rs", "mod attic;"), ("attic.rs", ""), ("hub/mod.rs", "\nuse super::attic::Box;")];
    assert_eq!(violations_of("backend", &files), ["server-layers hub/mod.rs:2"]);
    assert_eq!(
        violations_of("backend", &[("lib.rs", "mod attic;\nuse attic::Box;"), ("attic.rs", "")]),
        ["server-layers lib.rs:2"]
    );
}

#[test]
fn the_codec_has_no_runtime_and_no_clock() {
    let codec = |text| violations_of("crates/websocket", &[("lib.rs", "mod decoder;"), ("decoder.rs", text)]);
    assert_eq!(codec("use http::StatusCode;\nuse std::time::Duration;"), [""; 0]);
    assert_eq!(codec("\nuse tokio::io::AsyncRead;"), ["websocket-sans-io decoder.rs:2"]);
    assert_eq!(
        codec("\nuse std::{fmt,\n time::{Duration, Instant}};"),
        ["websocket-sans-io decoder.rs:3"],
        "in a group"
    );
    assert_eq!(
        codec("use std::time;\nfn f() { time::SystemTime::now(); }"),
        ["websocket-sans-io decoder.rs:2"],
        "an alias"
    );
    assert_eq!(
        codec("fn f() {\n select!(x = ::hyper::body::f() => {}); }"),
        ["websocket-sans-io decoder.rs:2"],
        "in a macro"
    );
}

#[test]
fn the_codec_imports_the_protocol_alone() {
    let files = [("lib.rs", "use yodel_protocol::CloseCode;\nuse yodel_server::ServerConfig;")];
    assert_eq!(violations_of("crates/websocket", &files), ["websocket-own-crates lib.rs:2"]);
}

#[test]
fn the_shared_backplane_knows_its_store_as_a_trait() {
    let files = |text| {
        let parent = ("backplane/mod.rs", "pub mod redis; pub mod shared;");
        let redis = ("backplane/redis/mod.rs", "pub struct RedisStore;");
        violations_of("backend", &[("lib.rs", "mod backplane;"), parent, redis, ("backplane/shared/mod.rs", text)])
    };
    assert_eq!(files("use tokio::sync::mpsc;"), [""; 0]);
    assert_eq!(files("\nuse tokio::net::TcpStream;"), ["shared-store backplane/shared/mod.rs:2"]);
    assert_eq!(files("\nuse crate::backplane::redis::RedisStore;"), ["shared-store backplane/shared/mod.rs:2"]);
}

#[test]
fn the_redis_store_imports_only_the_trait_of_stores() {
    let files = |text| {
        let parent = ("backplane/mod.rs", "pub mod message; pub mod redis; pub mod shared;");
        let message = ("backplane/message.rs", "pub struct Message;");
        let shared = [
            ("backplane/shared/mod.rs", "pub mod store; pub struct SharedBackplane;"),
            ("backplane/shared/store.rs", "pub trait Store {}"),
        ];
        let redis = ("backplane/redis/mod.rs", text);
        violations_of("backend", &[("lib.rs", "mod backplane;"), parent, message, shared[0], shared[1], redis])
    };
    assert_eq!(files("use crate::backplane::shared::store::Store;"), [""; 0]);
    assert_eq!(files("\nuse crate::backplane::message::Message;"), ["redis-store backplane/redis/mod.rs:2"]);
    assert_eq!(files("\nuse crate::backplane::shared::SharedBackplane;"), ["redis-store backplane/redis/mod.rs:2"]);
}

#[test]
fn the_hub_has_no_transport() {
    let hub =
        |text| violations_of("backend", &[("lib.rs", "mod hub;"), ("hub/mod.rs", "mod room;"), ("hub/room.rs", text)]);
    assert_eq!(hub("use std::net::IpAddr;\nuse yodel_protocol::RoomName;"), [""; 0]);
    assert_eq!(hub("\nuse yodel_websocket::message::Kind;"), ["hub-transport hub/room.rs:2"]);
    assert_eq!(hub("\nuse axum::http::HeaderMap;"), ["hub-transport hub/room.rs:2"]);
}

#[test]
fn the_hub_has_no_clock_of_its_own() {
    let hub = |text| violations_of("backend", &[("lib.rs", "mod hub;"), ("hub/mod.rs", text)]);
    assert_eq!(
        hub("use std::time::{Duration, Instant};\nfn f(now: Instant) -> Duration { now.duration_since(now) }"),
        [""; 0]
    );
    assert_eq!(hub("use std::time::Instant;\nfn f() { Instant::now(); }"), ["hub-clock hub/mod.rs:2"]);
    assert_eq!(hub("\nfn f(start: std::time::Instant) { start.elapsed(); }"), ["hub-clock hub/mod.rs:2"]);
    assert_eq!(hub("\nfn f() { tokio::spawn(async {}); }"), ["hub-clock hub/mod.rs:2"]);
    assert_eq!(hub("\n\nfn f() { getrandom::fill(&mut []); }"), ["hub-clock hub/mod.rs:3"]);
}

#[test]
fn the_hub_serializes_no_frames() {
    let hub = |text| violations_of("backend", &[("lib.rs", "mod hub;"), ("hub/mod.rs", text)]);
    assert_eq!(hub("use yodel_protocol::frame::PresenceEntry;"), [""; 0]);
    assert_eq!(hub("\nuse yodel_protocol::frame::ServerFrame;"), ["hub-serialization hub/mod.rs:2"]);
    assert_eq!(hub("\nfn f(frame: Frame) { frame.encode(); }"), ["hub-serialization hub/mod.rs:2"]);
    assert_eq!(hub("\nuse serde_json as json;"), ["hub-serialization hub/mod.rs:2"]);
}

#[test]
fn connections_do_not_use_routes() {
    let files =
        [("lib.rs", "mod connection;"), ("connection/mod.rs", "use axum::http::StatusCode;\nuse axum::routing::get;")];
    assert_eq!(violations_of("backend", &files), ["connection-routes connection/mod.rs:2"]);
}

#[test]
fn http_does_not_use_sockets() {
    let files =
        [("lib.rs", "mod http;"), ("http/mod.rs", "use axum::Router;\nuse tokio::net;\nfn f(_: net::TcpStream) {}")];
    assert_eq!(violations_of("backend", &files), ["http-sockets http/mod.rs:2", "http-sockets http/mod.rs:3"]);
}

#[test]
fn authentication_uses_neither_routes_nor_sockets() {
    let auth = |text| violations_of("backend", &[("lib.rs", "mod auth;"), ("auth/mod.rs", text)]);
    assert_eq!(auth("use axum::http::HeaderMap;\nuse std::net::IpAddr;"), [""; 0]);
    assert_eq!(auth("\nuse axum::extract::State;"), ["auth-transport auth/mod.rs:2"]);
    assert_eq!(auth("\nuse std::net::TcpStream;"), ["auth-transport auth/mod.rs:2"]);
}

#[test]
fn settings_import_no_active_modules() {
    let files = [("lib.rs", "mod config;"), ("config/mod.rs", "use std::time::Duration;\nuse tokio::sync::Mutex;")];
    assert_eq!(violations_of("backend", &files), ["config-passive config/mod.rs:2"]);
}

#[test]
fn the_client_does_no_io() {
    let files = [("lib.rs", "use std::time::Duration;\nuse web_sys::WebSocket;")];
    assert_eq!(violations_of("crates/client", &files), ["client-sans-io lib.rs:2"]);
}

#[test]
fn the_protocol_does_no_io() {
    let files = [("lib.rs", "use serde::Serialize;\nfn f() -> u64 { rand::random() }")];
    assert_eq!(violations_of("crates/protocol", &files), ["protocol-sans-io lib.rs:2"]);
}

#[test]
fn connector_does_not_import_the_subprotocol() {
    let lib = ("lib.rs", "mod connector; mod yodel;");
    let files = [lib, ("yodel.rs", "pub struct Rooms;"), ("connector/dial.rs", "\nuse crate::yodel::Rooms;")];
    assert_eq!(violations_of("crates/client", &files), ["connector-plain connector/dial.rs:2"]);
}

#[test]
fn page_folders_import_from_lower_layers_only() {
    let files = [("lib.rs", ""), ("state/mod.rs", "pub struct Log;"), ("model/log.rs", "\nuse crate::state::Log;")];
    assert_eq!(violations_of("frontend", &files), ["page-layers model/log.rs:2"]);
}

#[test]
fn views_do_not_use_the_transport() {
    let views = |text| {
        violations_of("frontend", &[("lib.rs", ""), ("transport.rs", "pub struct Driver;"), ("ui/row.rs", text)])
    };
    assert_eq!(views("use web_sys::Element;"), [""; 0]);
    assert_eq!(views("\nuse crate::transport::Driver;"), ["ui-transport ui/row.rs:2"]);
    assert_eq!(views("\nuse web_sys::{Element, WebSocket};"), ["ui-transport ui/row.rs:2"]);
    assert_eq!(views("\nuse web_sys::*;"), ["ui-transport ui/row.rs:2"], "a glob");
}

#[test]
fn model_uses_neither_leptos_nor_browser() {
    let files = [("lib.rs", "mod model;"), ("model/log/ring.rs", "use std::mem;\nuse leptos::prelude::*;")];
    assert_eq!(violations_of("frontend", &files), ["model-pure model/log/ring.rs:2"]);
}

#[test]
fn first_screen_reaches_the_panels_through_one_entry() {
    let panels = ("ui/panels/mod.rs", "pub struct Tools;");
    let shell = |text| violations_of("frontend", &[("lib.rs", ""), panels, ("ui/shell/toolbox.rs", text)]);
    assert_eq!(shell("\nuse crate::ui::panels::Tools;"), ["shell-panels ui/shell/toolbox.rs:2"]);
    assert_eq!(
        violations_of("frontend", &[("lib.rs", ""), panels, ("ui/panels/find.rs", "use crate::ui::panels;")]),
        [""; 0]
    );
}

#[test]
fn panels_reach_the_decoders_through_one_entry() {
    let decoders = [("lib.rs", ""), ("model/decode/mod.rs", "pub struct Decoders;")];
    let inspector = |file, text| violations_of("frontend", &[&decoders[..], &[(file, text)]].concat());
    let import = "\nuse crate::model::decode::Decoders;";
    assert_eq!(
        inspector("ui/panels/inspector/decoded.rs", import),
        ["panels-decoders ui/panels/inspector/decoded.rs:2"]
    );
    assert_eq!(inspector("ui/panels/inspector/lazy.rs", import), [""; 0]);
}

#[test]
fn children_do_not_import_from_their_parent() {
    const LOAD: &str = "mod plan; mod run; pub use plan::Plan; pub struct Report;";
    let files = |child| {
        violations_of(
            "crates/cli",
            &[
                ("main.rs", "mod load; struct Cli;"),
                ("load/mod.rs", LOAD),
                ("load/run.rs", child),
                ("load/plan.rs", "pub struct Plan;"),
            ],
        )
    };
    assert_eq!(files("use super::Plan;\nuse super::plan::Plan as Same;"), [""; 0], "a re-export of a sibling");
    assert_eq!(files("\nuse super::Report;"), ["parents load/run.rs:2"]);
    assert_eq!(files("\nfn f(_: crate::Cli) {}"), ["parents load/run.rs:2"], "the crate's root");
    assert_eq!(files("\nuse super::*;"), ["parents load/run.rs:2"], "a glob");
    assert_eq!(files("#[cfg(test)] mod tests { use super::super::Report; }"), [""; 0], "tests");
}

#[test]
fn folders_have_no_import_cycle() {
    let crate_of = |one, other| {
        violations_of("crates/cli", &[("main.rs", ""), ("connect/input.rs", one), ("dial/proxy.rs", other)])
    };
    assert_eq!(crate_of("use crate::dial::proxy::X;", "pub struct X;"), [""; 0]);
    assert_eq!(
        crate_of("\nuse crate::dial::proxy::X;", "use crate::connect::input::Y;"),
        ["cycles connect/input.rs:2"]
    );
    let files = [("lib.rs", ""), ("a.rs", "use crate::b::X;"), ("b.rs", "use crate::a::Y;")];
    assert_eq!(violations_of("crates/protocol", &files), [""; 0], "files of one folder");
}

#[test]
fn finds_a_cycle_through_files_and_subfolders() {
    let files = [
        ("main.rs", ""),
        ("load/mod.rs", "mod report; mod run; mod table;"),
        ("load/report.rs", "use super::table::cells::Cell;"),
        ("load/run.rs", "\n\nuse super::report::Report;"),
        ("load/table/cells.rs", "use crate::load::run::Run;"),
    ];
    assert_eq!(violations_of("crates/cli", &files), ["cycles load/report.rs:1"]);
}

#[test]
fn every_rule_has_an_example() {
    let examples = include_str!("examples.rs");
    let missing: Vec<_> = rules().filter(|rule| !examples.contains(&format!("[\"{} ", rule.name))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
