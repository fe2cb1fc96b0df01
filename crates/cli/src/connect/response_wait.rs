//! The wait for responses of a plain server, which does not acknowledge messages.

use std::time::Duration;

use tokio::time::Instant;

/// Wait of --response-timeout after the end of the input.
#[derive(Debug)]
pub struct ResponseWait {
    timeout: Duration,
    deadline: Option<Instant>,
}

impl ResponseWait {
    /// Creates a wait that has not started.
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, deadline: None }
    }

    /// Starts the wait, or extends it to the timeout after the last echo. Other messages do not extend it.
    pub fn extend(&mut self, last_echo: Option<Instant>) {
        let first = self.deadline.unwrap_or_else(|| Instant::now() + self.timeout);
        self.deadline = Some(last_echo.map_or(first, |echo| first.max(echo + self.timeout)));
    }

    /// Stops the wait.
    pub fn stop(&mut self) {
        self.deadline = None;
    }

    /// Returns the end of the wait; `None` if it has not started.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns `true` if the wait has ended.
    pub fn is_over(&self) -> bool {
        self.deadline.is_some_and(|at| at <= Instant::now())
    }
}
