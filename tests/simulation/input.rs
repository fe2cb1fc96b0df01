//! What a client gets from the simulation.

use yodel_client::{Event, Generation};

/// What a client gets from the simulation.
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
