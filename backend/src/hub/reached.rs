//! Connections that something was sent to.

/// Connections that a message or a disconnection has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Number of connections to this node.
    pub here: usize,
    /// True if it was sent to other nodes as well, whose connections are not counted. It is lost if a node is not
    /// connected to the store at that moment.
    pub forwarded: bool,
}

/// Reason why a direct message has reached nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// All receivers read too slowly.
    #[error(transparent)]
    Busy(#[from] super::ReceiversBusy),
    /// The receivers may be connected to other nodes, for which too many messages wait.
    #[error(transparent)]
    Unavailable(#[from] crate::backplane::unavailable::Unavailable),
}
