//! How much of something is allowed in a second.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::Rate;

/// What may be taken; it fills up at a rate.
#[derive(Debug)]
pub struct TokenBucket {
    rate: Rate,
    held: f64,
    filled: Instant,
}

impl TokenBucket {
    /// Full.
    pub fn new(rate: Rate) -> Self {
        Self { rate, held: f64::from(rate.burst), filled: Instant::now() }
    }

    /// Takes one, if there is one.
    pub fn try_take(&mut self) -> bool {
        self.fill();
        let there = self.held >= 1.0;
        if there {
            self.held -= 1.0;
        }
        there
    }

    /// Whether there is one.
    pub fn has_token(&mut self) -> bool {
        if self.held < 1.0 {
            self.fill();
        }
        self.held >= 1.0
    }

    /// When there will be one; a time that is past when there is one already.
    pub fn ready_at(&self) -> Instant {
        self.filled + Duration::from_secs_f64((1.0 - self.held).max(0.0) / f64::from(self.rate.per_second))
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let gained = (now - self.filled).as_secs_f64() * f64::from(self.rate.per_second);
        self.held = (self.held + gained).min(f64::from(self.rate.burst));
        self.filled = now;
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
    async fn a_burst_then_a_rate() {
        let mut bucket = TokenBucket::new(RATE);
        assert_eq!(taken(&mut bucket), 3);
        advance(Duration::from_millis(250)).await;
        assert_eq!(taken(&mut bucket), 2);
        advance(Duration::from_millis(50)).await;
        assert_eq!(taken(&mut bucket), 1, "half of one was left over");
        advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&mut bucket), 3, "no more than a burst gathers");
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_one_gathers_nothing_more() {
        let mut bucket = TokenBucket::new(RATE);
        advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&mut bucket), 3, "not what came while it was full, too");
    }

    #[tokio::test(start_paused = true)]
    async fn it_says_when_there_will_be_one() {
        let mut bucket = TokenBucket::new(RATE);
        assert!(bucket.ready_at() <= Instant::now());
        taken(&mut bucket);
        assert_eq!(bucket.ready_at() - Instant::now(), Duration::from_millis(100));
        tokio::time::sleep_until(bucket.ready_at()).await;
        assert_eq!(taken(&mut bucket), 1);
    }
}
