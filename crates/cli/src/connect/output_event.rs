//! Events that are printed, as text or as JSON.

use std::time::Duration;

use yodel_client::{Effect, LastFailure};

use crate::dial::DialError;

/// An event to print.
#[derive(Clone, Copy, Debug)]
pub enum OutputEvent<'a> {
    /// An effect of the session.
    Effect(&'a Effect),
    /// A text message received in plain mode.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A text that is being sent.
    Sending(yodel_client::MessageId, &'a str),
    /// A connection or a dial failed, and another attempt follows. For text output alone.
    Waiting {
        /// Time until the next attempt.
        wait: Duration,
        /// The failure.
        failure: &'a LastFailure,
        /// `true` if the connection had been open.
        was_up: bool,
    },
    /// Connecting failed, and another attempt would fail in the same way.
    DialFailed(&'a DialError),
    /// Another error, with a message for the user.
    Error(&'a str),
}
