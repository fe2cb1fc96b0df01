//! Expiry of tokens.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::auth;
use crate::encode::SharedPayload;
use crate::hub::Hub;

/// Maximum duration of one timer. A token can expire later than a timer can reach, and the system clock can
/// be set.
const MAX_TIMER: Duration = Duration::from_secs(24 * 60 * 60);

/// A timer for the expiry of a token.
#[derive(Debug)]
pub struct Expiry {
    /// Expiry, in seconds since 1970.
    expires: u64,
    timer: Pin<Box<Sleep>>,
}

impl Expiry {
    /// Creates a timer for a Unix time, in seconds.
    pub fn new(expires: u64, hub: &Hub<SharedPayload>) -> Self {
        Self { expires, timer: Box::pin(sleep_until(next_check(expires, hub))) }
    }

    /// Polls until the token has expired. The hub has the wall clock.
    pub fn poll(&mut self, hub: &Hub<SharedPayload>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            if auth::seconds(hub.unix_ms()) >= self.expires {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(next_check(self.expires, hub));
        }
    }
}

fn next_check(second: u64, hub: &Hub<SharedPayload>) -> Instant {
    let left = Duration::from_millis(second.saturating_mul(1000).saturating_sub(hub.unix_ms()));
    // One millisecond later, so that the timer does not fire just before the expiry again and again.
    Instant::now() + (left + Duration::from_millis(1)).min(MAX_TIMER)
}
