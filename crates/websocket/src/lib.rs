//! The WebSocket protocol (RFC 6455) with compression (RFC 7692) and over HTTP/2 (RFC 8441): bytes to
//! messages and back. Knows no sockets, no tasks and no hub.
//!
//! | idea | file |
//! |---|---|
//! | the opening handshake | [`handshake`]; compression is agreed on in [`extension`], lists are read in [`header`] |
//! | one frame's header, its mask | [`frame`], [`mask`] |
//! | bytes to messages | [`decoder`]; text in [`utf8`], a close frame's payload in [`close`] |
//! | messages to bytes | [`encoder`]; for many at once [`batch`] |
//! | compression | [`deflate`] |
//! | what must not be, and its close code | [`violation`] |

#![forbid(unsafe_code)]

pub mod batch;
pub mod close;
pub mod decoder;
pub mod deflate;
pub mod encoder;
pub mod extension;
pub mod frame;
pub mod handshake;
pub mod header;
pub mod mask;
pub mod message;
pub mod utf8;
pub mod violation;
