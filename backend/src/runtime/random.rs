//! Random identifiers from the system.

use yodel_protocol::{ClientId, Epoch};

use crate::hub::environment::{Random, random_epoch, random_name};

/// Random source of the system.
#[derive(Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Without random numbers no identifier is safe: there is nothing to fall back to.
        getrandom::fill(bytes).expect("the system has a random source");
    }
}

/// Returns a random epoch.
pub fn epoch() -> Epoch {
    random_epoch(&SystemRandom)
}

/// Returns a random identifier for a connection.
pub fn client_id() -> ClientId {
    let name = format!("c_{}", random_name(&SystemRandom, 16));
    ClientId::new(&name).expect("the alphabet has no control characters")
}

/// Returns a random name for a server among several.
pub fn node_name() -> String {
    format!("n_{}", random_name(&SystemRandom, 6))
}

/// Returns a random number below `bound`; 0 if `bound` is 0.
pub fn below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    // The bias of the remainder is far below what is measurable.
    u64::from_le_bytes(bytes) % bound.max(1)
}
