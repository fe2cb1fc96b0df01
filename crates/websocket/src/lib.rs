//! Sans-IO WebSocket codec (RFC 6455) with permessage-deflate (RFC 7692) and the handshake over HTTP/2 (RFC 8441).
//! Decodes bytes into messages and encodes messages into bytes, without sockets, an async runtime or a clock.
//!
//! | content | file |
//! |---|---|
//! | opening handshake | [`handshake`]; negotiation of compression: [`extension`]; lists in header fields: [`header`] |
//! | header of a frame, masking | [`frame`], [`mask`] |
//! | decoder | [`decoder`]; validation of text: [`utf8`]; payload of a close frame: [`close`] |
//! | encoder | [`encoder`]; messages for many receivers: [`batch`] |
//! | compression | [`deflate`] |
//! | protocol errors and their close codes | [`error`] |

#![forbid(unsafe_code)]

pub mod batch;
pub mod close;
pub mod decoder;
pub mod deflate;
pub mod encoder;
pub mod error;
pub mod extension;
pub mod frame;
pub mod handshake;
pub mod header;
pub mod mask;
pub mod message;
pub mod utf8;
