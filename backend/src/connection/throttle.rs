//! A connection that sends faster than it may is read later: TCP makes its sender wait.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep_until};

use crate::limits::token_bucket::TokenBucket;

/// The rate of one connection, and the wait for it.
#[derive(Debug)]
pub struct Throttle {
    bucket: TokenBucket,
    /// Only while it waits: a timer costs more than the rest.
    wait: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    /// Lets through what the bucket holds.
    pub fn new(bucket: TokenBucket) -> Self {
        Self { bucket, wait: None }
    }

    /// Counts a message; false when the next one has to wait.
    pub fn take(&mut self) -> bool {
        // The message is here and is taken; the wait comes after it.
        self.bucket.try_take();
        let more = self.bucket.has_token();
        if !more {
            self.wait = Some(Box::pin(sleep_until(self.bucket.ready_at())));
        }
        more
    }

    /// Whether nothing is read for now.
    pub fn is_waiting(&self) -> bool {
        self.wait.is_some()
    }

    /// Ready when another message may be read.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(context));
            self.wait = None;
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Rate;
    use std::future::poll_fn;
    use std::time::Duration;
    use tokio::time::{Instant, advance};

    /// How long it takes to take so many.
    async fn time(throttle: &mut Throttle, count: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..count {
            poll_fn(|context| throttle.poll_ready(context)).await;
            throttle.take();
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
        let mut throttle = Throttle::new(TokenBucket::new(Rate { per_second: 100, burst: 200 }));
        assert_eq!(time(&mut throttle, 200).await, Duration::ZERO);
        let (least, most) = (Duration::from_millis(9_990), Duration::from_millis(11_010));
        let rest = time(&mut throttle, 1000).await;
        assert!(rest >= least && rest <= most, "{rest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_at_the_rate_never_waits() {
        let mut throttle = Throttle::new(TokenBucket::new(Rate { per_second: 100, burst: 1 }));
        for _ in 0..1000 {
            advance(Duration::from_millis(11)).await;
            assert_eq!(time(&mut throttle, 1).await, Duration::ZERO);
        }
    }
}
