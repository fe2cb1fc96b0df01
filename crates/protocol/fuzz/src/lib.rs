//! Property checks for frames of `yodel.v1`: a frame survives encoding and decoding, and its data is preserved byte
//! for byte. [`envelope()`] takes a fuzzer's bytes and panics if a property is violated; `make fuzz` searches for
//! such bytes, and the workspace's tests replay the files of `corpus/`.

#![forbid(unsafe_code)]

mod envelope;

pub use envelope::envelope;
