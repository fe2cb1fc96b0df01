//! Inputs of a client.

use yodel_client::{Event, Generation};

/// Input of a client.
#[derive(Debug)]
pub enum Input {
    /// A command of its user.
    Event(Event),
    /// A connection to a node is open.
    Opened(Generation, usize),
    /// Bytes have arrived.
    Bytes(Generation, Vec<u8>),
    /// A connection is lost.
    Lost(Generation),
}
