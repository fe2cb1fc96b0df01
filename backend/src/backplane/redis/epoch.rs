//! Epochs of rooms.

use yodel_protocol::Epoch;

/// Room for a full stop and a generation of 64 bits in decimal.
const SUFFIX_LEN: usize = 1 + 20;

/// Returns as much of a proposed epoch as fits in front of the generation that scripts add: 43 bytes at least, or one
/// character less.
pub(super) fn proposal(epoch: &Epoch) -> &str {
    let epoch = epoch.as_str();
    let mut end = epoch.len().min(Epoch::MAX_LEN - SUFFIX_LEN);
    while !epoch.is_char_boundary(end) {
        end -= 1;
    }
    &epoch[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_room_for_the_generation() {
        assert_eq!(proposal(&Epoch::new("short").unwrap()), "short");
        let long = Epoch::new(&"x".repeat(64)).unwrap();
        assert!(Epoch::new(&format!("{}.{}", proposal(&long), u64::MAX)).is_ok());
        assert_eq!(proposal(&Epoch::new(&"日".repeat(21)).unwrap()).len(), 42);
    }
}
