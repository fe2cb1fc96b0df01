//! A fuzzer's bytes as a sequence of decisions.

/// Sequence of decisions. After the end every decision is 0, the simplest choice.
#[derive(Debug)]
pub struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    pub fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    /// Returns a boolean.
    pub fn boolean(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// Returns an element of a list.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte()) % from.len()]
    }

    /// Returns at most 255 bytes.
    pub fn bytes(&mut self) -> &'d [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    /// Returns the remaining bytes.
    pub fn rest(&mut self) -> &'d [u8] {
        std::mem::take(&mut self.0)
    }
}
