//! The memory that reading and answering takes, one set for a thread: an idle connection has none.

use std::cell::RefCell;

use crate::websocket::batch::BatchBuilder;

/// What one read takes from the kernel, in bytes.
const INPUT: usize = 64 * 1024;

/// What is kept for the next connection of what a large message needed, in bytes.
const KEPT: usize = 256 * 1024;

/// Used from one read until everything it brought is dealt with.
#[derive(Debug)]
pub struct Buffers {
    pub input: Box<[u8]>,
    /// Messages that are not in the input as they are.
    pub message: Vec<u8>,
    /// Frames for the peer.
    pub replies: Vec<u8>,
    /// Frames for everybody.
    pub batch: BatchBuilder,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::new(Buffers {
        input: Box::default(),
        message: Vec::new(),
        replies: Vec::new(),
        batch: BatchBuilder::default(),
    });
}

/// Lends the thread's buffers.
pub fn with<T>(use_them: impl FnOnce(&mut Buffers) -> T) -> T {
    BUFFERS.with_borrow_mut(|buffers| {
        if buffers.input.is_empty() {
            // A connection that panicked has not given it back.
            buffers.input = vec![0; INPUT].into_boxed_slice();
        }
        let result = use_them(buffers);
        for buffer in [&mut buffers.message, &mut buffers.replies] {
            if buffer.capacity() > KEPT {
                *buffer = Vec::new();
            }
        }
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_is_there_again_after_a_panic() {
        let lost = std::panic::catch_unwind(|| with(|buffers| drop_and_panic(std::mem::take(&mut buffers.input))));
        assert!(lost.is_err());
        assert_eq!(with(|buffers| buffers.input.len()), INPUT);
    }

    fn drop_and_panic(input: Box<[u8]>) {
        drop(input);
        panic!("a defect, for this test");
    }
}
