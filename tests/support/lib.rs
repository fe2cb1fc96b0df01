//! What the tests stand on.
//!
//! | idea | file |
//! |---|---|
//! | a server in this process, on a free port | [`server`] |
//! | an independent WebSocket client | [`client`] |
//! | HTTP for programs, Server-Sent Events | [`api`], [`events`] |
//! | a client that comes back by itself; a bad network | [`talker`], [`proxy`]; chance from a seed: [`splitmix`] |
//! | a flood of messages | [`publisher`] |
//! | HTTP and WebSocket frames written by hand | [`http`] |
//! | a client with compression, by hand | [`compressing`] |
//! | a client of `yodel.v1`, in literal frames | [`peer`] |
//! | HTTP/2, and a WebSocket over it | [`http2`] |
//! | certificates, and a TLS client | [`tls`] |
//! | the release binary as a process | [`yodel`] |
//! | Chromium or Firefox, a window of it, the page in it | [`browser`], [`window`], [`page`] |
//! | the page's tools | [`tools`] |
//! | what may keep people out of the page | [`audit`] |
//! | what tells a browser what to do; where the two differ | `driver`; `chromium`, `firefox` |

// A helper that panics fails its test: that is what it is for.
#![allow(clippy::missing_panics_doc, clippy::missing_errors_doc)]

pub mod api;
pub mod audit;
pub mod browser;
mod chromium;
pub mod client;
pub mod compressing;
mod driver;
pub mod events;
mod firefox;
pub mod http;
pub mod http2;
pub mod page;
pub mod peer;
pub mod proxy;
pub mod publisher;
pub mod server;
#[path = "../../crates/client/tests/support/splitmix.rs"]
pub mod splitmix;
pub mod talker;
pub mod tls;
pub mod tools;
pub mod window;
pub mod yodel;

pub use browser::Browser;
pub use client::TestClient;
pub use compressing::CompressingClient;
pub use events::{Event, Events};
pub use http2::Http2;
pub use macro_rules_attribute::apply;
pub use page::Page;
pub use peer::Peer;
pub use proxy::Proxy;
pub use server::TestServer;
pub use splitmix::SplitMix;
pub use talker::Talker;
pub use yodel::Yodel;

use std::future::Future;
use std::time::Duration;

/// Longer than anything here takes on a slow machine. What is not there by then will not come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that has to happen.
///
/// # Panics
/// When it does not.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(PATIENCE, event).await;
    happened.unwrap_or_else(|_| panic!("{what}: did not happen within {PATIENCE:?}"))
}
