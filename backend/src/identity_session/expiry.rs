//! When a token ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::auth;
use crate::hub::clock;

/// The clock is looked at again after this time: a timer does not reach as far as a token can.
const FURTHEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The wait for the end of a token.
#[derive(Debug)]
pub struct Expiry {
    /// In seconds since 1970.
    ends: u64,
    look: Pin<Box<Sleep>>,
}

impl Expiry {
    /// Waits for a second since 1970.
    pub fn new(ends: u64) -> Self {
        Self { ends, look: Box::pin(sleep_until(look_at(ends))) }
    }

    /// Ready when it is there.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.look.as_mut().poll(context));
            if auth::now() >= self.ends {
                return Poll::Ready(());
            }
            self.look.as_mut().reset(look_at(self.ends));
        }
    }
}

fn look_at(second: u64) -> Instant {
    let left = Duration::from_millis(second.saturating_mul(1000).saturating_sub(clock::now_ms()));
    // A little later rather than too early, again and again.
    Instant::now() + (left + Duration::from_millis(1)).min(FURTHEST)
}
