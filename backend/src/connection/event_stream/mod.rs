//! A room as an event stream: a task that hands chunks to HTTP.
//!
//! | idea | file |
//! |---|---|
//! | opening: hooks, then the room | `opening` |
//! | the task, until something ends it | `listener`, with what it `holds` |
//! | the first event | `joined` |

mod first_event;
mod opening;
mod session;
mod task;

pub use opening::{OpenError, StreamRequest, open};
