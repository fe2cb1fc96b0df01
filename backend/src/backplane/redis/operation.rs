//! Kinds of operations.

use super::fault::Fault;

/// Kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads the generation of a partition.
    Generation,
    /// Publishes messages.
    Publish,
    /// Reads a position and a history.
    Read,
    /// Checks a partition.
    Check,
    /// Keeps positions.
    Keep,
    /// Subscribes to a room.
    Subscribe,
    /// Sends a signal.
    Signal,
    /// Changes presence.
    SetPresence,
    /// Reads presence.
    Presence,
    /// Lists rooms.
    Rooms,
    /// Sets or reads the connections of a user.
    Users,
    /// Waits for the disk after a publish or a probe that writes.
    DiskWait,
    /// Asks whether a publish would be refused.
    Probe,
    /// Writes what a publish writes, without a message.
    ProbeWrite,
}

impl Operation {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Generation,
        Self::Publish,
        Self::Read,
        Self::Check,
        Self::Keep,
        Self::Subscribe,
        Self::Signal,
        Self::SetPresence,
        Self::Presence,
        Self::Rooms,
        Self::Users,
        Self::DiskWait,
        Self::Probe,
        Self::ProbeWrite,
    ];

    /// Returns the value of the metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Generation => "generation",
            Self::Publish => "publish",
            Self::Read => "read",
            Self::Check => "check",
            Self::Keep => "keep",
            Self::Subscribe => "subscribe",
            Self::Signal => "signal",
            Self::SetPresence => "set_presence",
            Self::Presence => "presence",
            Self::Rooms => "rooms",
            Self::Users => "users",
            Self::DiskWait => "disk_wait",
            Self::Probe => "probe",
            Self::ProbeWrite => "probe_write",
        }
    }

    /// Returns whether the operation may be repeated after a fault. A publish is repeated by its caller, in its order.
    /// Anything else may be executed twice, except a signal: others would receive a direct message twice.
    pub(super) fn may_repeat(self, fault: &Fault) -> bool {
        match self {
            Self::Publish => false,
            Self::Signal => fault.is_temporary() && !matches!(fault, Fault::Closed(_)),
            _ => fault.is_temporary(),
        }
    }

    /// Returns whether a success means that what was written is as safe as a published message.
    pub(super) fn waits_for_disk(self) -> bool {
        matches!(self, Self::Publish | Self::ProbeWrite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_in_the_order_of_their_counters() {
        for (index, operation) in Operation::ALL.into_iter().enumerate() {
            assert_eq!(operation as usize, index);
        }
    }
}
