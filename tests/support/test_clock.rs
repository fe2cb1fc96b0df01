//! A wall clock that a test sets, so that tokens expire when the test decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use yodel_server::{Server, ServerConfig};

use crate::{TestServer, api};

/// Time at the start of every test, in seconds since 1970.
const START: u64 = 1_700_000_000;

/// Milliseconds between the time and an expiry at [`TestClock::set_before`]. A server checks again this often whether
/// a token has expired.
const BEFORE_MS: u64 = 100;

/// A wall clock that stands still. Clones share the time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// Creates a clock.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START * 1000)))
    }

    /// Returns the time `seconds` from now, in seconds since 1970.
    pub fn in_seconds(&self, seconds: u64) -> u64 {
        self.0.load(Ordering::SeqCst) / 1000 + seconds
    }

    /// Sets the time, in seconds since 1970.
    pub fn set(&self, seconds: u64) {
        self.0.store(seconds * 1000, Ordering::SeqCst);
    }

    /// Sets the time just before this second.
    pub fn set_before(&self, seconds: u64) {
        self.0.store(seconds * 1000 - BEFORE_MS, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl TestServer {
    /// Starts a server that accepts the tokens of [`api::token`] and has this wall clock.
    pub fn start_jwt_with_clock(clock: &TestClock, config: ServerConfig) -> Self {
        let (config, _secret) = api::with_jwt(config);
        let now = clock.clone();
        Self::start_built(Server::builder().config(config).wall_clock(move || now.0.load(Ordering::SeqCst)))
    }
}
