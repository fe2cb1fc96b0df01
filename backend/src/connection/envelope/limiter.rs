//! The rate limit of requests. Requests above the rate are rejected and read more slowly; a client that
//! continues for ten seconds is disconnected.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use yodel_protocol::{CloseCode, ErrorCode};

use crate::config::Rate;
use crate::connection::close_reason::CloseReason;
use crate::connection::throttle::Throttle;
use crate::hooks::error::RequestError;
use crate::limits::token_bucket::TokenBucket;

/// Duration of continuous rejections after which the connection is closed.
const MAX_STREAK: Duration = Duration::from_secs(10);

/// Time without a rejection that ends the streak.
const STREAK_GAP: Duration = Duration::from_secs(1);

/// The rate limiter of one connection.
#[derive(Debug)]
pub struct RequestLimiter {
    rate: Rate,
    allowed: TokenBucket,
    /// Limits the rejections to the same rate, since they cost work, too. Above it reading pauses.
    rejections: Throttle,
    streak: Option<RejectionStreak>,
}

#[derive(Clone, Copy, Debug)]
struct RejectionStreak {
    first: Instant,
    last: Instant,
}

impl RequestLimiter {
    /// Creates a limiter with a rate and burst size.
    pub fn new(rate: Rate) -> Self {
        Self { rate, allowed: TokenBucket::new(rate), rejections: Throttle::new(TokenBucket::new(rate)), streak: None }
    }

    /// Takes a token for a request; the inner error is the reply to a request above the rate.
    ///
    /// # Errors
    /// Returns an error if requests were rejected for ten seconds.
    pub fn check(&mut self) -> Result<Result<(), RequestError>, CloseReason> {
        if self.take()? {
            return Ok(Ok(()));
        }
        let per_second = self.rate.per_second;
        Ok(Err(RequestError::new(
            ErrorCode::RateLimited,
            format!("rate limit of {per_second} requests per second exceeded"),
        )))
    }

    /// Takes a token for a request. Returns false if the request has to be rejected.
    ///
    /// # Errors
    /// Returns an error if requests were rejected for ten seconds.
    pub fn take(&mut self) -> Result<bool, CloseReason> {
        if self.allowed.try_take() {
            return Ok(true);
        }
        self.rejections.take(1);
        let now = Instant::now();
        let ongoing = self.streak.filter(|streak| now.duration_since(streak.last) <= STREAK_GAP);
        let first = ongoing.map_or(now, |streak| streak.first);
        self.streak = Some(RejectionStreak { first, last: now });
        if now.duration_since(first) >= MAX_STREAK {
            return Err(CloseReason::Server(CloseCode::RATE_LIMITED, "rate limited for too long".into()));
        }
        Ok(false)
    }

    /// Takes tokens for frames that are no requests. Returns false if reading has to pause.
    pub fn on_frames(&mut self, frames: u32) -> bool {
        let missing = self.allowed.take_up_to(frames);
        missing == 0 || self.rejections.take(missing)
    }

    /// Returns whether reading is paused.
    pub fn is_waiting(&self) -> bool {
        self.rejections.is_waiting()
    }

    /// Polls until reading may continue.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.rejections.poll_ready(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, sleep_until};

    const RATE: Rate = Rate { per_second: 10, burst: 20 };

    #[tokio::test(start_paused = true)]
    async fn accepts_a_burst_then_rejects_then_stops_reading() {
        let mut limiter = RequestLimiter::new(RATE);
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

    /// Returns the time until the connection is closed, with one request per `every`.
    async fn closed_after(every: Duration) -> Option<Duration> {
        let (mut limiter, start) = (RequestLimiter::new(RATE), Instant::now());
        while start.elapsed() < 10 * MAX_STREAK {
            if let Err(close_reason) = limiter.take() {
                assert_eq!(close_reason.code(), CloseCode(4005));
                return Some(start.elapsed());
            }
            sleep_until(Instant::now() + every).await;
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn closes_after_ten_seconds_of_rejections() {
        let closed = closed_after(Duration::from_millis(10)).await.unwrap();
        assert!(closed >= MAX_STREAK && closed < MAX_STREAK + Duration::from_secs(1), "{closed:?}");
        assert_eq!(closed_after(Duration::from_millis(101)).await, None, "no rejection within the rate");
    }

    #[tokio::test(start_paused = true)]
    async fn frames_that_are_no_requests_use_up_the_rate() {
        let mut limiter = RequestLimiter::new(RATE);
        assert!(limiter.on_frames(20));
        assert!(!limiter.take().unwrap(), "a request above the rate");
        assert!(!limiter.on_frames(1000) && limiter.is_waiting());
    }

    #[tokio::test(start_paused = true)]
    async fn ends_a_streak_after_a_pause() {
        let mut limiter = RequestLimiter::new(RATE);
        for _ in 0..20 {
            while limiter.take().unwrap() {}
            advance(STREAK_GAP + Duration::from_millis(1)).await;
        }
    }
}
