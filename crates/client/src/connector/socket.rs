//! The current socket.

use super::buffered::Buffered;
use crate::{Generation, Target};

/// A socket from its dial until it is closed or abandoned.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) generation: Generation,
    pub(crate) target: Target,
    /// The time at which the connection came up.
    pub(super) opened_ms: Option<u64>,
    pub(super) buffered: Buffered,
}

impl Socket {
    /// Creates a socket that is not open yet.
    pub(super) fn new(generation: Generation, target: Target) -> Self {
        Self { generation, target, opened_ms: None, buffered: Buffered::default() }
    }
}
