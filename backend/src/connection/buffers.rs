//! Read and write buffers, one set per thread, so that an idle connection holds none.

use std::cell::RefCell;

/// Maximum size of one read from the kernel, in bytes.
const INPUT_SIZE: usize = 64 * 1024;

/// Maximum capacity of a buffer that is kept for the next connection, in bytes. A larger one, which a large
/// message needed, is freed.
const MAX_KEPT_CAPACITY: usize = 256 * 1024;

/// The buffers of a thread. A connection borrows them from a read until all input of that read is handled.
#[derive(Debug)]
pub struct Buffers {
    pub input: Box<[u8]>,
    /// Decoded message payloads, where the payload cannot be decoded in place in `input`.
    pub message: Vec<u8>,
    /// Encoded frames for the peer.
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

/// Runs a function with the buffers of this thread. If the function panics, the buffers are discarded.
pub fn with<T>(run: impl FnOnce(&mut Buffers) -> T) -> T {
    BUFFERS.with_borrow_mut(|kept| {
        // Taken out during the call: buffers of a connection that panicked must not reach the next
        // connection.
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
