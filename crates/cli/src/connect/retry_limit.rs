//! The limit of reconnects: --retry, --retry-for or --no-reconnect.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use yodel_client::State;

use super::driver::Driver;
use super::options::ConnectFlags;

/// Limit of the reconnects after a loss. Displayed as the flag that sets it.
#[derive(Debug)]
pub struct RetryLimit {
    /// Number of reconnects; `None` without the flag. The session counts them.
    reconnects: Option<u32>,
    /// Time since the loss; `None` without the flag.
    time: Option<Duration>,
    is_over: bool,
}

impl RetryLimit {
    /// Creates the limit from the flags.
    pub fn new(options: &ConnectFlags) -> Self {
        Self { reconnects: options.retry, time: options.retry_for, is_over: false }
    }

    /// Returns `true` if the next attempt would be after the time of --retry-for, and from then on.
    pub fn is_over(&mut self, driver: &Driver) -> bool {
        let is_waiting = matches!(driver.session.state(), State::Backoff { .. });
        let next = driver.timer_deadline();
        self.is_over |= is_waiting && self.time.is_some_and(|time| driver.status.failing_for(next) > time);
        self.is_over
    }

    /// Returns `true` if [`is_over`](Self::is_over) has returned `true`.
    pub fn was_over(&self) -> bool {
        self.is_over
    }
}

impl fmt::Display for RetryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.time, self.reconnects) {
            (Some(time), _) if self.is_over => {
                write!(f, "--retry-for {:#}", SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
            }
            (_, Some(reconnects)) => write!(f, "--retry {reconnects}"),
            _ => f.write_str("--no-reconnect"),
        }
    }
}
