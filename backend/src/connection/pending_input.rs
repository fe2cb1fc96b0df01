//! Input that was read and is not dealt with yet, because something else has to happen first.

/// How much is dealt with at a time, in bytes. Of a slow connection all but one message may be given
/// back, again and again.
const MAX_CHUNK: usize = 4 * 1024;

/// Some input, from where it was left on.
#[derive(Debug)]
pub struct PendingInput {
    bytes: Box<[u8]>,
    /// What is before this is done with.
    start: usize,
    /// What is before this was lent.
    end: usize,
}

impl PendingInput {
    /// Holds input, if there is any.
    pub fn new(input: &[u8]) -> Option<Box<Self>> {
        (!input.is_empty()).then(|| Box::new(Self { bytes: input.into(), start: 0, end: 0 }))
    }

    /// Copies the next piece into `buffer`, and says how long it is.
    pub fn read(&mut self, buffer: &mut [u8]) -> usize {
        let length = (self.bytes.len() - self.start).min(MAX_CHUNK).min(buffer.len());
        self.end = self.start + length;
        buffer[..length].copy_from_slice(&self.bytes[self.start..self.end]);
        length
    }

    /// The end of what was lent was not used, so many bytes of it. False when nothing is left.
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
