//! Events that are printed, as text or as JSON.

use yodel_client::Effect;

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
    /// Connecting failed, and another attempt would fail in the same way.
    DialFailed(&'a DialError),
    /// Another error, with a message for the user.
    Error(&'a str),
}
