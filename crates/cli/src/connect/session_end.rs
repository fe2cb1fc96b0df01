//! The end of a session, which determines the exit status. An error of the server takes precedence over this client's
//! own close.

use std::io;

use yodel_client::{State, StopReason};
use yodel_protocol::CloseCode;

use super::driver::Driver;
use super::error::ConnectError;
use super::retry_limit::RetryLimit;

/// The end of the event loop.
#[derive(Debug)]
pub struct SessionEnd {
    /// `true` if a person has read the errors of messages and rooms.
    pub interactive: bool,
    /// The limit of reconnects.
    pub retry_limit: RetryLimit,
    /// Error of an input line.
    pub input_error: Option<String>,
    /// Number of texts of --send that were not sent.
    pub unsent: usize,
}

impl SessionEnd {
    /// Returns the result of the session.
    ///
    /// # Errors
    /// Returns the reason if the session ended for any other reason than a normal close, if something was not
    /// delivered, or if a message of --expect is missing. An error of the arguments or of the input takes precedence
    /// over a missing message, and so does the reason for which no connection was ever open, unless the time is over.
    pub fn result(self, driver: &mut Driver) -> Result<(), ConnectError> {
        let result = self.delivery_result(driver);
        let (status, expectations) = (&driver.status, &driver.status.expectations);
        if !expectations.are_unmet() {
            return result;
        }
        let reason = match result {
            Ok(()) if expectations.have_expired() => String::new(),
            Ok(()) => status.last_close.clone(),
            Err(error @ (ConnectError::JoinRejected { .. } | ConnectError::Input(_))) => return Err(error),
            Err(error) if status.opened || expectations.have_expired() => error.to_string(),
            Err(error) => return Err(error),
        };
        Err(ConnectError::Unmatched(expectations.describe_unmet(&reason)))
    }

    /// Combines the result with that of writing to standard output.
    ///
    /// # Errors
    /// Returns the error of writing, or else that of the session. If the reader of standard output has closed it, an
    /// error is returned only for a missing message of --expect.
    pub fn with_output(result: Result<(), ConnectError>, written: io::Result<()>) -> Result<(), ConnectError> {
        match written {
            Ok(()) => result,
            // The reader, such as `head`, needs no more output.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                result.or_else(|error| if error.is_unmatched() { Err(error) } else { Ok(()) })
            }
            Err(error) => Err(ConnectError::Output(error)),
        }
    }

    /// Returns the result of connecting and of sending.
    fn delivery_result(self, driver: &mut Driver) -> Result<(), ConnectError> {
        if let Some(error) = driver.status.dial_error.take() {
            return Err(ConnectError::Dial(error));
        }
        let status = &driver.status;
        match driver.session.state() {
            State::Stopped(StopReason::Fatal { code, .. }) if *code == CloseCode::NORMAL => {}
            State::Stopped(StopReason::Fatal { code, reason }) => {
                return Err(ConnectError::Fatal { code: *code, reason: reason.clone() });
            }
            State::Stopped(StopReason::Exhausted(_)) => return Err(self.gave_up(driver)),
            _ if self.retry_limit.was_over() => return Err(self.gave_up(driver)),
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

    fn gave_up(&self, driver: &Driver) -> ConnectError {
        ConnectError::GaveUp { reason: driver.status.last_close.clone(), limit: self.retry_limit.to_string() }
    }
}
