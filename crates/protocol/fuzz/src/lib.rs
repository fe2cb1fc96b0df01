//! What must hold for frames of `yodel.v1` whatever a peer sends: a frame is read and written, and its
//! data is kept byte for byte. [`envelope()`] takes a fuzzer's bytes and panics when something does not
//! hold; `make fuzz` looks for such bytes, and the workspace's tests replay those in `corpus/`.

#![forbid(unsafe_code)]

mod envelope;

pub use envelope::envelope;
