//! Helpers that the tests and the page benchmark share.
//!
//! | content | module |
//! |---|---|
//! | a server in this process, on a free port | [`server`] |
//! | an independent WebSocket client | [`client`] |
//! | JSON over HTTP, Server-Sent Events | [`api`], [`event_stream`] |
//! | a client that reconnects; a proxy that injects faults | [`reconnecting_client`], [`faulty_proxy`] |
//! | clients of chaos tests, and checks of what they observed | [`chaos`] |
//! | a random source, random data from it, and its seed | [`splitmix`], [`random`], [`seed`] |
//! | JSON with placeholders; transcripts with it | [`json_pattern`], [`transcript`] |
//! | a wall clock that the test sets | [`test_clock`] |
//! | the time limit of each test | [`time_limit`] |
//! | broadcasts at a steady rate from several clients | [`publisher`] |
//! | raw HTTP requests and WebSocket frames | [`http`] |
//! | a raw client with permessage-deflate | [`compressing_client`] |
//! | a `yodel.v1` client with literal frames | [`envelope_client`] |
//! | HTTP/2, and a WebSocket over it | [`http2`] |
//! | certificates, and a TLS client | [`tls`] |
//! | the release binary as a process | [`yodel`] |
//! | nginx or HAProxy in front of it; several of them with Redis | [`nginx`], [`haproxy`]; [`cluster`] |
//! | Redis behind it: one server, a Cluster, Sentinel | [`redis`], [`redis_server`] |
//! | code blocks of the documents | [`document`] |
//! | Chromium or Firefox, a window of it, the page in it | [`browser`], [`window`], [`page`] |
//! | the page in WebKitGTK | [`webkit`] |
//! | the page's tools panel | [`tools`] |
//! | accessibility checks of the page | [`accessibility`] |
//! | running browsers, and a window's profile in them | `running_browser`, `browser_context` |
//! | processes that end with the tests | `process_group` |
//! | the `WebDriver` process and its sessions; the browser's own protocol | `driver`, `session_endpoint`; `control_socket` |
//! | what differs between the browsers | `chromium`, `firefox` |

// A helper panics in order to fail its test.
#![allow(clippy::missing_panics_doc, clippy::missing_errors_doc)]

pub mod accessibility;
pub mod api;
pub mod browser;
mod browser_context;
pub mod chaos;
mod chromium;
pub mod client;
pub mod cluster;
pub mod compressing_client;
mod control_socket;
pub mod document;
mod driver;
pub mod envelope_client;
pub mod event_stream;
pub mod faulty_proxy;
mod firefox;
pub mod haproxy;
pub mod http;
pub mod http2;
pub mod json_pattern;
pub mod nginx;
pub mod page;
pub mod process_group;
pub mod publisher;
pub mod random;
pub mod reconnecting_client;
pub mod redis;
pub mod redis_server;
mod running_browser;
#[path = "../../crates/client/tests/support/seed.rs"]
pub mod seed;
pub mod server;
mod session_endpoint;
#[path = "../../crates/client/tests/support/splitmix.rs"]
pub mod splitmix;
pub mod test_clock;
pub mod time_limit;
pub mod tls;
pub mod tools;
pub mod transcript;
pub mod webkit;
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
pub use random::RandomData;
pub use reconnecting_client::ReconnectingClient;
pub use server::{TestServer, patient};
pub use splitmix::SplitMix;
pub use test_clock::TestClock;
pub use transcript::Transcript;
pub use yodel::Yodel;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Deadline of every wait: longer than any step takes on a slow machine.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Deadline of a whole test: ends a hang of waits that each make progress. Several times the longest test on a busy
/// machine.
pub const TEST_LIMIT: Duration = Duration::from_secs(600);

/// Returns `true` if all checks are requested, with `YODEL_TESTS=full` as in `make test-full`. By default, checks with
/// many settings use those that are most likely to fail.
pub fn is_full_run() -> bool {
    std::env::var_os("YODEL_TESTS").is_some_and(|value| value == "full")
}

/// Runs the test with this name within [`TEST_LIMIT`].
///
/// # Panics
/// Panics if the test does not finish in time.
pub async fn within_test_limit(name: &str, test: impl Future<Output = ()>) {
    finish_within(TEST_LIMIT, name, test).await;
}

async fn finish_within(limit: Duration, name: &str, test: impl Future<Output = ()>) {
    // Pinned, so that the test's windows are dropped while the thread panics and report the page's errors.
    let test = std::pin::pin!(test);
    let finished = tokio::time::timeout(limit, test).await;
    assert!(finished.is_ok(), "{name} did not finish within {limit:?}");
}

/// Waits for a future and returns its output. `description` names it in the panic message.
///
/// # Panics
/// Panics if the future does not complete within [`TIMEOUT`].
pub fn with_timeout<T>(description: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    with_limit(TIMEOUT, description, Box::pin(future))
}

/// Waits for a future whose time a setting determines. The test has set less than `default`, the default of the
/// setting; if the setting were ignored, the future would take at least that long.
///
/// # Panics
/// Panics if the future does not complete within half of the default.
pub fn before_default<T>(
    default: Duration,
    description: &str,
    future: impl Future<Output = T>,
) -> impl Future<Output = T> {
    with_limit(default / 2, description, Box::pin(future))
}

/// Repeats an attempt until it returns a value.
///
/// # Panics
/// Panics if no attempt succeeds within [`TIMEOUT`].
pub async fn retry_until<T>(description: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let retrying = async {
        loop {
            if let Some(output) = Box::pin(attempt()).await {
                return output;
            }
            tokio::task::yield_now().await;
        }
    };
    with_timeout(description, retrying).await
}

async fn with_limit<T>(limit: Duration, description: &str, future: Pin<Box<impl Future<Output = T>>>) -> T {
    time_limit::start();
    let output = tokio::time::timeout(limit, future).await;
    output.unwrap_or_else(|_| panic!("timed out after {limit:?}: {description}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[should_panic(expected = "messaging::echo did not finish within 10ms")]
    async fn a_test_without_an_end_fails_with_its_name() {
        let hang = async {
            loop {
                tokio::task::yield_now().await;
            }
        };
        finish_within(Duration::from_millis(10), "messaging::echo", hang).await;
    }
}
