//! A room as a stream of Server-Sent Events: a task that passes chunks to HTTP.
//!
//! | content | file |
//! |---|---|
//! | hooks and joining | `opening` |
//! | task of a stream | `task`, `session` |
//! | first event | `first_event` |

mod first_event;
mod opening;
mod session;
mod task;

pub use opening::{OpenError, StreamRequest, open};
