//! A throttle for the input of a connection: above its rate the connection is read later, and TCP slows the
//! sender down.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep_until};

use crate::limits::token_bucket::TokenBucket;

/// A token bucket, and the wait for its next token.
#[derive(Debug)]
pub struct Throttle {
    bucket: TokenBucket,
    /// Present only during a wait: a timer needs more memory than the rest.
    wait: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    /// Creates a throttle with the tokens of `bucket`.
    pub fn new(bucket: TokenBucket) -> Self {
        Self { bucket, wait: None }
    }

    /// Takes tokens for input. Returns false if the next input has to wait.
    pub fn take(&mut self, tokens: u32) -> bool {
        // The input has already been read, so it is handled; the wait follows it.
        self.bucket.take(tokens);
        let more = self.bucket.has_token();
        if !more {
            self.wait = Some(Box::pin(sleep_until(self.bucket.ready_at())));
        }
        more
    }

    /// Returns whether reading is paused.
    pub fn is_waiting(&self) -> bool {
        self.wait.is_some()
    }

    /// Polls until the next message may be read.
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

    /// Returns the time to handle `count` messages.
    async fn time(throttle: &mut Throttle, count: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..count {
            poll_fn(|context| throttle.poll_ready(context)).await;
            throttle.take(1);
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn passes_a_burst_at_once_and_the_rest_at_the_rate() {
        let mut throttle = Throttle::new(TokenBucket::new(Rate { per_second: 100, burst: 200 }));
        assert_eq!(time(&mut throttle, 200).await, Duration::ZERO);
        let (least, most) = (Duration::from_millis(9_990), Duration::from_millis(11_010));
        let rest = time(&mut throttle, 1000).await;
        assert!(rest >= least && rest <= most, "{rest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn never_delays_a_sender_within_the_rate() {
        let mut throttle = Throttle::new(TokenBucket::new(Rate { per_second: 100, burst: 1 }));
        for _ in 0..1000 {
            advance(Duration::from_millis(11)).await;
            assert_eq!(time(&mut throttle, 1).await, Duration::ZERO);
        }
    }
}
