//! A peer that sends more than it may is told so, and read more slowly; one that goes on like that
//! loses its connection.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use yodel_protocol::CloseCode;

use crate::config::Rate;
use crate::connection::close_reason::CloseReason;
use crate::connection::throttle::Throttle;
use crate::limits::token_bucket::TokenBucket;

/// How long it may go on.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long without a refusal, and it does not go on.
const PAUSE: Duration = Duration::from_secs(1);

/// The rate of one connection.
#[derive(Debug)]
pub struct Limiter {
    rate: Rate,
    allowed: TokenBucket,
    /// Refusals have the same rate; beyond it nothing is read: they cost, too.
    refusals: Throttle,
    refused: Option<Refused>,
}

#[derive(Clone, Copy, Debug)]
struct Refused {
    first: Instant,
    last: Instant,
}

impl Limiter {
    /// Lets so much through.
    pub fn new(rate: Rate) -> Self {
        Self { rate, allowed: TokenBucket::new(rate), refusals: Throttle::new(TokenBucket::new(rate)), refused: None }
    }

    /// How many a second are let through.
    pub fn per_second(&self) -> u32 {
        self.rate.per_second
    }

    /// Whether a frame is let through.
    ///
    /// # Errors
    /// When too many were not, for too long.
    pub fn take(&mut self) -> Result<bool, CloseReason> {
        if self.allowed.try_take() {
            return Ok(true);
        }
        self.refusals.take();
        let now = Instant::now();
        let goes_on = self.refused.filter(|refused| now.duration_since(refused.last) <= PAUSE);
        let first = goes_on.map_or(now, |refused| refused.first);
        self.refused = Some(Refused { first, last: now });
        if now.duration_since(first) >= PATIENCE {
            return Err(CloseReason::Ours(CloseCode::RATE_LIMITED, "rate limited for too long".into()));
        }
        Ok(false)
    }

    /// Counts a ping; false when nothing more is read for now.
    pub fn pinged(&mut self) -> bool {
        self.allowed.try_take() || self.refusals.take()
    }

    /// Whether nothing is read for now.
    pub fn is_waiting(&self) -> bool {
        self.refusals.is_waiting()
    }

    /// Ready when the peer may be read.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.refusals.poll_ready(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, sleep_until};

    const RATE: Rate = Rate { per_second: 10, burst: 20 };

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_the_rest_is_refused_and_then_not_even_read() {
        let mut limiter = Limiter::new(RATE);
        for _ in 0..20 {
            assert!(limiter.take().unwrap());
        }
        for _ in 0..20 {
            assert!(!limiter.is_waiting());
            assert!(!limiter.take().unwrap());
        }
        assert!(limiter.is_waiting());
        advance(Duration::from_millis(101)).await;
        assert!(std::future::poll_fn(|context| Poll::Ready(limiter.poll_ready(context).is_ready())).await);
        assert!(limiter.take().unwrap());
    }

    /// How long it takes until the connection is closed, if frames come this often.
    async fn closed_after(every: Duration) -> Option<Duration> {
        let (mut limiter, start) = (Limiter::new(RATE), Instant::now());
        while start.elapsed() < 10 * PATIENCE {
            if let Err(ending) = limiter.take() {
                assert_eq!(ending.code(), CloseCode(4005));
                return Some(start.elapsed());
            }
            sleep_until(Instant::now() + every).await;
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn it_may_go_on_for_ten_seconds() {
        let closed = closed_after(Duration::from_millis(10)).await.unwrap();
        assert!(closed >= PATIENCE && closed < PATIENCE + Duration::from_secs(1), "{closed:?}");
        assert_eq!(closed_after(Duration::from_millis(101)).await, None, "that is the rate");
    }

    #[tokio::test(start_paused = true)]
    async fn who_pauses_begins_anew() {
        let mut limiter = Limiter::new(RATE);
        for _ in 0..20 {
            while limiter.take().unwrap() {}
            advance(PAUSE + Duration::from_millis(1)).await;
        }
    }
}
