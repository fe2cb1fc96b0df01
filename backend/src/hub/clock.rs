//! Time and chance, which the rest of the hub takes as given.

use std::time::{SystemTime, UNIX_EPOCH};

use yodel_protocol::{ClientId, Epoch};

/// Letters that nobody confuses (RFC 4648, section 7, in lower case).
const LETTERS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A name for one life of a history.
pub fn epoch() -> Epoch {
    Epoch::new(&random_letters(13)).expect("letters make a name")
}

/// A name for a connection.
pub fn client() -> ClientId {
    ClientId::new(&format!("c_{}", random_letters(16))).expect("letters make a name")
}

/// A name for a server among several.
pub fn node() -> String {
    format!("n_{}", random_letters(6))
}

/// A random number below this one.
pub fn random_below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    // Not quite even, by less than anybody could measure.
    u64::from_le_bytes(bytes) % bound.max(1)
}

/// Random letters, five bits each.
fn random_letters(count: usize) -> String {
    let mut bytes = vec![0; count];
    // Without chance there is no safe name for anything.
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
