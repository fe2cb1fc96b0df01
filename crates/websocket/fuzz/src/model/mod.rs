//! A second implementation of the protocol, simple instead of fast.

pub mod extension;
pub mod head;
pub mod inflate;
pub mod peer;
