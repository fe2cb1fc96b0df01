//! Memory that is reserved for a message.

use super::services::HubServices;

/// Memory of a message that is being published. Dropping it frees the memory.
pub struct Reservation<'a> {
    /// Counters of the hub.
    pub services: &'a HubServices,
    /// Size of the memory, in bytes.
    pub bytes: usize,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.services.metrics.replace_retained(self.bytes, 0);
    }
}
