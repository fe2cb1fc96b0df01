//! The protocol once more, written to be plain instead of fast.

pub mod extension;
pub mod head;
pub mod inflate;
pub mod peer;
