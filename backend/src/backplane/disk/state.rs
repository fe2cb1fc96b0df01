//! State of a folder: the version of its format, how the last run stored messages, its clock.

use std::ops::Range;

use super::clock::ClockReading;
use super::config::Durability;

/// Version of the format that is written, the newest one that can be read.
pub const FORMAT: u8 = 1;

const CRC: Range<usize> = 1..5;
const LENGTH: usize = 47;

/// State of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderState {
    /// Durability of the run that wrote the state.
    pub durability: Durability,
    /// True if the run has ended and everything is on the disk.
    pub is_clean: bool,
    /// Times at which the state was written.
    pub clock: ClockReading,
}

/// Reason why a state cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateError {
    /// The bytes are not those that were written.
    Damaged,
    /// A newer version of the server wrote the folder, in this format.
    Newer(u8),
}

impl FolderState {
    /// Returns whether the run may have lost messages that were delivered, so that its epochs must end.
    pub fn may_have_lost(&self) -> bool {
        self.durability == Durability::Relaxed && !self.is_clean
    }

    /// Returns the state as bytes: format, checksum, durability, end, boot, and three times.
    pub fn encode(&self) -> Vec<u8> {
        let mut out =
            vec![FORMAT, 0, 0, 0, 0, u8::from(self.durability == Durability::Relaxed), u8::from(self.is_clean)];
        out.extend_from_slice(&self.clock.boot);
        for time in [self.clock.boot_ms, self.clock.wall_ms, self.clock.timeline_ms] {
            out.extend_from_slice(&time.to_le_bytes());
        }
        let sum = checksum(&out);
        out[CRC].copy_from_slice(&sum);
        out
    }

    /// Reads a state.
    ///
    /// # Errors
    /// Returns an error if it is damaged or newer.
    pub fn decode(bytes: &[u8]) -> Result<Self, StateError> {
        if bytes.len() < CRC.end || checksum(bytes) != bytes[CRC] {
            return Err(StateError::Damaged);
        }
        if bytes[0] > FORMAT {
            return Err(StateError::Newer(bytes[0]));
        }
        let (Some((boot, times)), true) = (bytes[7..].split_first_chunk(), bytes.len() == LENGTH) else {
            return Err(StateError::Damaged);
        };
        let mut times = times.chunks_exact(8).map(|time| u64::from_le_bytes(time.try_into().unwrap_or_default()));
        let mut time = || times.next().unwrap_or(0);
        let clock = ClockReading { boot: *boot, boot_ms: time(), wall_ms: time(), timeline_ms: time() };
        let durability = if bytes[5] == 0 { Durability::Commit } else { Durability::Relaxed };
        Ok(Self { durability, is_clean: bytes[6] != 0, clock })
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..CRC.start]);
    hasher.update(&bytes[CRC.end..]);
    hasher.finalize().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written_and_refuses_the_rest() {
        let clock = ClockReading { boot: [7; 16], boot_ms: 1, wall_ms: 2, timeline_ms: 3 };
        let state = FolderState { durability: Durability::Relaxed, is_clean: true, clock };
        let bytes = state.encode();
        assert_eq!(FolderState::decode(&bytes), Ok(state));
        for index in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[index] ^= 4;
            assert_eq!(FolderState::decode(&damaged), Err(StateError::Damaged), "byte {index}");
        }
        assert_eq!(FolderState::decode(&bytes[..7]), Err(StateError::Damaged));
        let mut newer = bytes;
        newer[0] = 2;
        let sum = checksum(&newer);
        newer[CRC].copy_from_slice(&sum);
        assert_eq!(FolderState::decode(&newer), Err(StateError::Newer(2)));
    }
}
