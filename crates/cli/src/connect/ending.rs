//! How a session ended, which determines the exit status. The reason wins over the wish of this client to leave.

use jiff::SignedDuration;
use yodel_client::{State, StopReason};
use yodel_protocol::CloseCode;

use super::driver::Driver;
use super::error::ConnectError;
use super::options::ConnectFlags;

/// The end of the event loop.
#[derive(Debug)]
pub struct Ending {
    /// Whether a person has read the errors of messages and rooms.
    pub interactive: bool,
    /// Whether the time of --retry-for is over.
    pub out_of_time: bool,
    /// Error of an input line.
    pub input_error: Option<String>,
    /// Number of texts of --send that were not sent.
    pub unsent: usize,
}

impl Ending {
    /// Returns the result of the session.
    ///
    /// # Errors
    /// Returns the reason if the session did not end as this client wished, or if something was not delivered.
    pub fn result(self, driver: &mut Driver, options: &ConnectFlags) -> Result<(), ConnectError> {
        if let Some(error) = driver.status.dial_error.take() {
            return Err(ConnectError::Dial(error));
        }
        let status = &driver.status;
        match driver.session.state() {
            State::Stopped(StopReason::Fatal { code, .. }) if *code == CloseCode::NORMAL => {}
            State::Stopped(StopReason::Fatal { code, reason }) => {
                return Err(ConnectError::Fatal { code: *code, reason: reason.clone() });
            }
            State::Stopped(StopReason::Exhausted(_)) => return Err(self.gave_up(driver, options)),
            _ if self.out_of_time => return Err(self.gave_up(driver, options)),
            _ => {}
        }
        if let Some((room, error)) = status.rejected_room.clone().filter(|_| !self.interactive) {
            return Err(ConnectError::JoinRejected { room, error });
        }
        if let Some(end) = &status.unexpected_end {
            return Err(ConnectError::Ended(end.clone()));
        }
        if !status.opened {
            return Err(ConnectError::NotConnected { reason: status.last_close.clone() });
        }
        if let Some(reason) = self.input_error {
            return Err(ConnectError::Input(reason));
        }
        match status.lost + driver.session.pending() + self.unsent {
            0 => Ok(()),
            // The errors were already printed above the prompt.
            _ if self.interactive => Ok(()),
            lost => Err(ConnectError::Undelivered(lost)),
        }
    }

    fn gave_up(&self, driver: &Driver, options: &ConnectFlags) -> ConnectError {
        let limit = match (options.retry_for, options.retry) {
            (Some(time), _) if self.out_of_time => {
                format!("--retry-for {:#}", SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
            }
            (_, Some(retries)) => format!("--retry {retries}"),
            _ => "--no-reconnect".to_owned(),
        };
        ConnectError::GaveUp { reason: driver.status.last_close.clone(), limit }
    }
}
