//! Expiry of tokens.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::auth;
use crate::encode::SharedPayload;
use crate::hub::Hub;

/// Maximum duration of one timer. Timers stop while the machine sleeps and do not follow when the system clock is set, so
/// the clock is read again after this time: half of the minute within which a token has to expire then.
const MAX_TIMER: Duration = Duration::from_secs(30);

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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::config::ServerConfig;
    use crate::runtime;
    use crate::runtime::clock::SystemClock;

    const NOW: u64 = 1_700_000_000;

    #[tokio::test(start_paused = true)]
    async fn expires_within_a_minute_after_the_clock_was_set() {
        let clock = Arc::new(AtomicU64::new(NOW * 1000));
        let wall_clock = Arc::clone(&clock);
        let clock_of_server = SystemClock::with_wall_clock(move || wall_clock.load(Ordering::SeqCst));
        let environment = runtime::environment(clock_of_server, Arc::default());
        let hub = Hub::new(ServerConfig::default().retention(), environment);
        let mut expiry = Expiry::new(NOW + 3600, &hub);
        clock.store((NOW + 3600) * 1000, Ordering::SeqCst);
        let set = Instant::now();
        poll_fn(|context| expiry.poll(&hub, context)).await;
        assert!(set.elapsed() <= Duration::from_secs(60), "{:?}", set.elapsed());
    }
}
