//! Helpers that the tests and the page benchmark share.
//!
//! | content | module |
//! |---|---|
//! | a server in this process, on a free port | [`server`] |
//! | an independent WebSocket client | [`client`] |
//! | JSON over HTTP, Server-Sent Events | [`api`], [`event_stream`] |
//! | a client that reconnects; a proxy that injects faults; a seeded random source | [`reconnecting_client`], [`faulty_proxy`], [`splitmix`] |
//! | broadcasts at a steady rate from several clients | [`publisher`] |
//! | raw HTTP requests and WebSocket frames | [`http`] |
//! | a raw client with permessage-deflate | [`compressing_client`] |
//! | a `yodel.v1` client with literal frames | [`envelope_client`] |
//! | HTTP/2, and a WebSocket over it | [`http2`] |
//! | certificates, and a TLS client | [`tls`] |
//! | the release binary as a process | [`yodel`] |
//! | nginx in front of it | [`nginx`] |
//! | code blocks of the documents | [`document`] |
//! | Chromium or Firefox, a window of it, the page in it | [`browser`], [`window`], [`page`] |
//! | the page's tools panel | [`tools`] |
//! | accessibility checks of the page | [`accessibility`] |
//! | the `WebDriver` process; what differs between the browsers | `driver`; `chromium`, `firefox` |

// A helper panics in order to fail its test.
#![allow(clippy::missing_panics_doc, clippy::missing_errors_doc)]

pub mod accessibility;
pub mod api;
pub mod browser;
mod chromium;
pub mod client;
pub mod compressing_client;
pub mod document;
mod driver;
pub mod envelope_client;
pub mod event_stream;
pub mod faulty_proxy;
mod firefox;
pub mod http;
pub mod http2;
pub mod nginx;
pub mod page;
pub mod publisher;
pub mod reconnecting_client;
pub mod server;
#[path = "../../crates/client/tests/support/splitmix.rs"]
pub mod splitmix;
pub mod tls;
pub mod tools;
pub mod window;
pub mod yodel;

pub use browser::Browser;
pub use client::TestClient;
pub use compressing_client::CompressingClient;
pub use envelope_client::EnvelopeClient;
pub use event_stream::{Event, EventStream};
pub use faulty_proxy::FaultyProxy;
pub use http2::Http2;
pub use macro_rules_attribute::apply;
pub use page::Page;
pub use reconnecting_client::ReconnectingClient;
pub use server::TestServer;
pub use splitmix::SplitMix;
pub use yodel::Yodel;

use std::future::Future;
use std::time::Duration;

/// Deadline of every wait: longer than any step takes on a slow machine.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Waits for a future and returns its output. `description` names it in the panic message.
///
/// # Panics
/// Panics if the future does not complete within [`TIMEOUT`].
pub async fn with_timeout<T>(description: &str, future: impl Future<Output = T>) -> T {
    let output = tokio::time::timeout(TIMEOUT, future).await;
    output.unwrap_or_else(|_| panic!("timed out after {TIMEOUT:?}: {description}"))
}
