//! Decoders of message contents: bytes -> text in the style of JSON, piece by piece. Types that JSON lacks are named.
//! Downloaded when a message is first decoded.
//!
//! | content | file |
//! |---|---|
//! | pieces, limits and errors | [`piece`] |
//! | arrays, maps and tags, indented | `outline` |
//! | strings and bytes as text | `literal` |
//! | `MessagePack` | [`message_pack`] |
//! | CBOR | [`cbor`] |
//! | Protocol Buffers without a schema | [`protobuf`] |
//! | Base64 in JSON | [`base64`] |
//! | the format of a message | [`detect`] |
//! | all of them as values | [`decoders`] |
//!
//! `MessagePack` and CBOR are read through the low-level halves of `rmpv` and `ciborium`: these two build a tree of the
//! whole message, without the position of an error and without what is before it.

pub mod base64;
pub mod cbor;
pub mod decoders;
pub mod detect;
mod literal;
pub mod message_pack;
mod outline;
pub mod piece;
pub mod protobuf;
#[cfg(test)]
mod test_support;

pub use decoders::Decoders;
pub use piece::{Decode, DecodeError, ErrorKind, Piece};
