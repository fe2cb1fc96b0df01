//! The wait for the next connection attempt.

use std::time::Duration;

use yodel_client::LastFailure;

use super::output_event::OutputEvent;

/// The wait after a failure.
#[derive(Debug)]
pub struct RetryWait {
    /// Time of the next attempt, in milliseconds since 1970.
    pub until_ms: u64,
    /// The failure.
    pub failure: LastFailure,
    /// `true` if the connection had been open.
    pub was_up: bool,
}

impl RetryWait {
    /// Returns the event to print at this time, in milliseconds since 1970.
    pub fn event(&self, now_ms: u64) -> OutputEvent<'_> {
        let wait = Duration::from_millis(self.until_ms.saturating_sub(now_ms));
        OutputEvent::Waiting { wait, failure: &self.failure, was_up: self.was_up }
    }
}
