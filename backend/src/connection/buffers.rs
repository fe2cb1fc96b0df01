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
        input: vec![0; INPUT].into_boxed_slice(),
        message: Vec::new(),
        replies: Vec::new(),
        batch: BatchBuilder::default(),
    });
}

/// Lends the thread's buffers.
pub fn with<T>(use_them: impl FnOnce(&mut Buffers) -> T) -> T {
    BUFFERS.with_borrow_mut(|buffers| {
        let result = use_them(buffers);
        for buffer in [&mut buffers.message, &mut buffers.replies] {
            if buffer.capacity() > KEPT {
                *buffer = Vec::new();
            }
        }
        result
    })
}
