//! The interface to the embedding program: hooks that the server calls, and a handle to the server.
//!
//! | content | file |
//! |---|---|
//! | registration and calls of hooks | `registry` |
//! | arguments of hooks | `caller`, `request_head`, `publication` |
//! | errors of hooks | `error` |
//! | panics of hooks | `panics` |
//! | handle: publish, send, look up, disconnect | `handle` |

pub mod caller;
pub mod error;
pub mod handle;
pub mod panics;
pub mod publication;
pub mod registry;
pub mod request_head;
