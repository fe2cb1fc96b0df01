//! Input that was read but not handled, because the connection had to pause.

/// Maximum size of one read from the pending input, in bytes. Bounds the copying for a slow connection, which
/// handles one message of each read and returns the rest.
const MAX_CHUNK: usize = 4 * 1024;

/// Pending input, and the position of the next read.
#[derive(Debug)]
pub struct PendingInput {
    bytes: Box<[u8]>,
    /// Start of the bytes that are not handled, as an offset into `bytes`.
    start: usize,
    /// End of the last read, as an offset into `bytes`.
    end: usize,
}

impl PendingInput {
    /// Copies the input; `None` if it is empty.
    pub fn new(input: &[u8]) -> Option<Box<Self>> {
        (!input.is_empty()).then(|| Box::new(Self { bytes: input.into(), start: 0, end: 0 }))
    }

    /// Returns the memory of the input, in bytes.
    pub fn memory(&self) -> usize {
        self.bytes.len()
    }

    /// Copies the next bytes into `buffer`, and returns their number.
    pub fn read(&mut self, buffer: &mut [u8]) -> usize {
        let length = (self.bytes.len() - self.start).min(MAX_CHUNK).min(buffer.len());
        self.end = self.start + length;
        buffer[..length].copy_from_slice(&self.bytes[self.start..self.end]);
        length
    }

    /// Returns the last `unused` bytes of the last read to the pending input. Returns false if nothing is
    /// pending.
    pub fn unread(&mut self, unused: usize) -> bool {
        self.start = self.end - unused;
        self.start < self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_unread_bytes_before_the_rest() {
        let bytes: Vec<u8> = (0..=255).cycle().take(MAX_CHUNK + 10).collect();
        let mut input = PendingInput::new(&bytes).unwrap();
        let mut buffer = [0; 2 * MAX_CHUNK];
        assert_eq!(input.read(&mut buffer), MAX_CHUNK);
        assert!(input.unread(MAX_CHUNK - 100));
        assert_eq!(input.read(&mut buffer), MAX_CHUNK - 90);
        assert_eq!(buffer[..MAX_CHUNK - 90], bytes[100..]);
        assert!(!input.unread(0));
    }

    #[test]
    fn holds_no_empty_input() {
        assert!(PendingInput::new(&[]).is_none());
    }
}
