//! Token bucket: limits a rate and the size of bursts.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::Rate;

/// Token bucket, refilled continuously at a rate up to its burst size. Uses the clock of tokio.
#[derive(Debug)]
pub struct TokenBucket {
    rate: Rate,
    tokens: f64,
    refilled_at: Instant,
}

impl TokenBucket {
    /// Creates a full bucket.
    pub fn new(rate: Rate) -> Self {
        Self { rate, tokens: f64::from(rate.burst), refilled_at: Instant::now() }
    }

    /// Takes a token. Returns false if the bucket is empty.
    pub fn try_take(&mut self) -> bool {
        self.fill();
        let available = self.tokens >= 1.0;
        if available {
            self.tokens -= 1.0;
        }
        available
    }

    /// Takes this number of tokens. If the bucket has fewer, its balance becomes negative.
    pub fn take(&mut self, tokens: u32) {
        self.fill();
        self.tokens -= f64::from(tokens);
    }

    /// Takes at most this number of tokens, and returns how many were missing.
    pub fn take_up_to(&mut self, tokens: u32) -> u32 {
        (0..tokens).find(|_| !self.try_take()).map_or(0, |taken| tokens - taken)
    }

    /// Returns whether the bucket has a token.
    pub fn has_token(&mut self) -> bool {
        if self.tokens < 1.0 {
            self.fill();
        }
        self.tokens >= 1.0
    }

    /// Returns the time at which the bucket will have a token; a past time if it already has one. Does not refill
    /// the bucket.
    pub fn ready_at(&self) -> Instant {
        self.refilled_at + Duration::from_secs_f64((1.0 - self.tokens).max(0.0) / f64::from(self.rate.per_second))
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let gained = (now - self.refilled_at).as_secs_f64() * f64::from(self.rate.per_second);
        self.tokens = (self.tokens + gained).min(f64::from(self.rate.burst));
        self.refilled_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };

    fn taken(bucket: &mut TokenBucket) -> usize {
        std::iter::repeat_with(|| bucket.try_take()).take_while(|taken| *taken).count()
    }

    #[tokio::test(start_paused = true)]
    async fn allows_a_burst_and_then_the_rate() {
        let mut bucket = TokenBucket::new(RATE);
        assert_eq!(taken(&mut bucket), 3);
        advance(Duration::from_millis(250)).await;
        assert_eq!(taken(&mut bucket), 2);
        advance(Duration::from_millis(50)).await;
        assert_eq!(taken(&mut bucket), 1, "half a token was left");
        advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&mut bucket), 3, "at most a burst accumulates");
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_bucket_does_not_fill_further() {
        let mut bucket = TokenBucket::new(RATE);
        advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&mut bucket), 3, "nothing accumulates while it is full");
    }

    #[tokio::test(start_paused = true)]
    async fn takes_more_tokens_than_it_has() {
        let mut bucket = TokenBucket::new(RATE);
        bucket.take(13);
        assert!(!bucket.has_token());
        assert_eq!(bucket.ready_at() - Instant::now(), Duration::from_millis(1100));
        advance(Duration::from_millis(1100)).await;
        assert_eq!(taken(&mut bucket), 1);
        advance(Duration::from_millis(200)).await;
        assert_eq!((bucket.take_up_to(5), bucket.take_up_to(1), bucket.take_up_to(0)), (3, 1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn predicts_the_time_of_the_next_token() {
        let mut bucket = TokenBucket::new(RATE);
        assert!(bucket.ready_at() <= Instant::now());
        taken(&mut bucket);
        assert_eq!(bucket.ready_at() - Instant::now(), Duration::from_millis(100));
        tokio::time::sleep_until(bucket.ready_at()).await;
        assert_eq!(taken(&mut bucket), 1);
    }
}
