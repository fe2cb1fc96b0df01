//! A peer that keeps on sending what cannot be read does not speak `yodel.v1`.

use tokio::time::{Duration, Instant};
use yodel_protocol::CloseCode;

use crate::connection::close_reason::CloseReason;

/// How many there may be in a minute.
const MOST: u32 = 20;

const MINUTE: Duration = Duration::from_secs(60);

/// Texts that were no frames.
#[derive(Debug, Default)]
pub struct Mistakes {
    count: u32,
    since: Option<Instant>,
}

impl Mistakes {
    /// Counts one more.
    ///
    /// # Errors
    /// When there were too many.
    pub fn count(&mut self) -> Result<(), CloseReason> {
        let now = Instant::now();
        if self.since.is_none_or(|since| now.duration_since(since) >= MINUTE) {
            *self = Self { count: 0, since: Some(now) };
        }
        self.count += 1;
        if self.count > MOST {
            return Err(CloseReason::Ours(CloseCode::TOO_MANY_ERRORS, "too many frames that cannot be read".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn twenty_in_a_minute_are_forgiven() {
        let mut mistakes = Mistakes::default();
        for _ in 0..3 {
            for _ in 0..MOST {
                assert!(mistakes.count().is_ok());
            }
            tokio::time::advance(MINUTE).await;
        }
        for _ in 0..MOST {
            assert!(mistakes.count().is_ok());
        }
        let Err(ending) = mistakes.count() else { panic!("one too many") };
        assert_eq!(ending.code(), CloseCode(4505));
    }
}
