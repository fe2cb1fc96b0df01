//! Broken promises.

use std::fmt;

/// Promise of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// No offset is used twice in an epoch.
    Offsets,
    /// An acknowledged message is at its position.
    Acknowledged,
    /// A restart finds on the disk what was promised to be there.
    Durability,
    /// A message is published once in an epoch.
    Once,
    /// The messages of a client have the order in which it sent them.
    Order,
    /// A member receives every message once and in order, or is told of a loss.
    Delivery,
    /// A client receives a message without a position at most once, and those of a connection in their order unless the
    /// server asks for a repetition.
    BestEffort,
    /// A loss is reported only if messages are lost.
    Loss,
    /// Members see who is present.
    Presence,
    /// Memory is bounded, and free when nothing is under way.
    Memory,
    /// After the faults everybody is connected and current, and every message is acknowledged.
    Recovery,
    /// Nodes follow the protocol, and nothing panics.
    Protocol,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The promise.
    pub property: Property,
    /// Description of the breach.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.property, self.text)
    }
}
