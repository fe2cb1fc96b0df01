//! The memory that reading and answering takes, one set for a thread: an idle connection has none.

use std::cell::RefCell;

/// What one read takes from the kernel, in bytes.
const INPUT_SIZE: usize = 64 * 1024;

/// What is kept for the next connection of what a large message needed, in bytes.
const MAX_KEPT_CAPACITY: usize = 256 * 1024;

/// Used from one read until everything it brought is dealt with.
#[derive(Debug)]
pub struct Buffers {
    pub input: Box<[u8]>,
    /// Messages that are not in the input as they are.
    pub message: Vec<u8>,
    /// Frames for the peer.
    pub replies: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Option<Buffers>> = const { RefCell::new(None) };
}

impl Buffers {
    fn new() -> Self {
        let input = vec![0; INPUT_SIZE].into_boxed_slice();
        Self { input, message: Vec::new(), replies: Vec::new() }
    }
}

/// Lends the thread's buffers.
pub fn with<T>(run: impl FnOnce(&mut Buffers) -> T) -> T {
    BUFFERS.with_borrow_mut(|kept| {
        // Taken out meanwhile: what a connection that panics leaves behind is not for the next one.
        let mut buffers = kept.take().unwrap_or_else(Buffers::new);
        let result = run(&mut buffers);
        for buffer in [&mut buffers.message, &mut buffers.replies] {
            if buffer.capacity() > MAX_KEPT_CAPACITY {
                *buffer = Vec::new();
            }
        }
        *kept = Some(buffers);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discards_the_buffers_of_a_connection_that_panics() {
        let lost = std::panic::catch_unwind(|| {
            with(|buffers| {
                buffers.replies.push(7);
                buffers.input = Box::default();
                panic!("a defect, for this test");
            });
        });
        assert!(lost.is_err());
        assert_eq!(with(|buffers| (buffers.input.len(), buffers.replies.len())), (INPUT_SIZE, 0));
    }
}
