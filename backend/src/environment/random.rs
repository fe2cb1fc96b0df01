//! Random identifiers.

use yodel_protocol::{ClientId, Epoch};

/// Alphabet of random names: lower-case base32hex (RFC 4648, section 7), five random bits per character.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// Length of a random epoch, in characters.
const EPOCH_LENGTH: usize = 13;

/// Length of the random part of a client identifier, in characters.
const CLIENT_ID_LENGTH: usize = 16;

/// Source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Returns a random name of `length` characters.
pub fn random_name(random: &dyn Random, length: usize) -> String {
    let mut bytes = vec![0; length];
    random.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// Returns a random identifier of a connection.
///
/// # Panics
/// Never: a random name is a valid identifier.
pub fn random_client_id(random: &dyn Random) -> ClientId {
    let name = format!("c_{}", random_name(random, CLIENT_ID_LENGTH));
    ClientId::new(&name).expect("the alphabet has no control characters")
}

/// Returns a random number less than `bound`; 0 if `bound` is 0.
pub fn random_below(random: &dyn Random, bound: u64) -> u64 {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // The bias of the modulo is negligible for small bounds.
    u64::from_le_bytes(bytes) % bound.max(1)
}

/// Returns a random epoch for a new room history.
///
/// # Panics
/// Never: a random name is a valid epoch.
pub fn random_epoch(random: &dyn Random) -> Epoch {
    Epoch::new(&random_name(random, EPOCH_LENGTH)).expect("the alphabet has no control characters")
}
