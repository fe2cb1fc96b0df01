//! Random identifiers from the system's random source.

use yodel_protocol::{ClientId, Epoch};

use crate::environment::{Random, random_epoch, random_name};

/// The system's random source.
#[derive(Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // There is no fallback: predictable identifiers would not be safe.
        getrandom::fill(bytes).expect("the system's random source works");
    }
}

/// Returns a random epoch.
pub fn epoch() -> Epoch {
    random_epoch(&SystemRandom)
}

/// Returns a random identifier of a connection.
pub fn client_id() -> ClientId {
    let name = format!("c_{}", random_name(&SystemRandom, 16));
    ClientId::new(&name).expect("the alphabet has no control characters")
}

/// Returns a random name of a server, to distinguish several.
pub fn node_name() -> String {
    format!("n_{}", random_name(&SystemRandom, 6))
}

/// Returns a random number less than `bound`; 0 if `bound` is 0.
pub fn below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    // The bias of the modulo is negligible for small bounds.
    u64::from_le_bytes(bytes) % bound.max(1)
}
