//! The limit of invalid frames: a client that continues to send them does not implement `yodel.v1`.

use tokio::time::{Duration, Instant};
use yodel_protocol::CloseCode;

use crate::connection::close_reason::CloseReason;

/// Maximum number of invalid frames per minute.
const MAX_PER_MINUTE: u32 = 20;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts invalid frames in windows of one minute.
#[derive(Debug, Default)]
pub struct ProtocolErrorLimiter {
    count: u32,
    since: Option<Instant>,
}

impl ProtocolErrorLimiter {
    /// Records an invalid frame.
    ///
    /// # Errors
    /// Returns an error if the limit is exceeded.
    pub fn record(&mut self) -> Result<(), CloseReason> {
        let now = Instant::now();
        if self.since.is_none_or(|since| now.duration_since(since) >= MINUTE) {
            *self = Self { count: 0, since: Some(now) };
        }
        self.count += 1;
        if self.count > MAX_PER_MINUTE {
            return Err(CloseReason::Server(CloseCode::TOO_MANY_ERRORS, "too many invalid frames".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn allows_twenty_errors_per_minute() {
        let mut limiter = ProtocolErrorLimiter::default();
        for _ in 0..3 {
            for _ in 0..MAX_PER_MINUTE {
                assert!(limiter.record().is_ok());
            }
            tokio::time::advance(MINUTE).await;
        }
        for _ in 0..MAX_PER_MINUTE {
            assert!(limiter.record().is_ok());
        }
        let Err(close_reason) = limiter.record() else { panic!("the limit is exceeded") };
        assert_eq!(close_reason.code(), CloseCode(4505));
    }
}
