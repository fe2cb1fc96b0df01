//! What both ends of a Yodel connection agree on: no clock, no randomness, no sockets.
//!
//! | idea | file |
//! |---|---|
//! | why a connection closed, and whether to come back | [`close`] |

#![forbid(unsafe_code)]

pub mod close;

pub use close::CloseCode;
