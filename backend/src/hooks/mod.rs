//! The embedding program's side of the server: hooks that it answers, and a handle to act with.
//!
//! | idea | file |
//! |---|---|
//! | registered hooks, and how they are called | `registry` |
//! | arguments of hooks | `caller`, `request_head`, `publication` |
//! | results of hooks | `error` |
//! | panics of hooks | `panics` |
//! | actions: publish, send, look up, disconnect | `handle` |

pub mod caller;
pub mod error;
pub mod handle;
pub mod panics;
pub mod publication;
pub mod registry;
pub mod request_head;
