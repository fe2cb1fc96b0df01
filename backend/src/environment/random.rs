//! Random identifiers.

use yodel_protocol::Epoch;

/// Alphabet of random names: lower-case base32hex (RFC 4648, section 7), five random bits per character.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// Length of a random epoch, in characters.
const EPOCH_LENGTH: usize = 13;

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

/// Returns a random epoch for a new room history.
///
/// # Panics
/// Never: a random name is a valid epoch.
pub fn random_epoch(random: &dyn Random) -> Epoch {
    Epoch::new(&random_name(random, EPOCH_LENGTH)).expect("the alphabet has no control characters")
}
