//! Random identifiers from the system's random source.

use yodel_protocol::Epoch;

use crate::environment::{Random, random_below, random_epoch, random_name};

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

/// Returns a random name of a server, to distinguish several.
pub fn node_name() -> String {
    format!("n_{}", random_name(&SystemRandom, 6))
}

/// Returns a random number less than `bound`; 0 if `bound` is 0.
pub fn below(bound: u64) -> u64 {
    random_below(&SystemRandom, bound)
}
