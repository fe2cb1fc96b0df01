//! What happened, for those who tell it.

use yodel_client::Effect;

use crate::dial::DialError;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// The session said so.
    Effect(&'a Effect),
    /// A text message of a plain server.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A text that is sent.
    Sending(yodel_client::MessageId, &'a str),
    /// The server cannot be reached, and will not be.
    Hopeless(&'a DialError),
    /// Something else went wrong, in words.
    Trouble(&'a str),
}
