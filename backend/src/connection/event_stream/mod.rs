//! A room as an event stream: a task that hands chunks to HTTP.
//!
//! | idea | file |
//! |---|---|
//! | opening: hooks, then the room | `opening` |
//! | the task, until something ends it | `listener`, with what it `holds` |
//! | the first event | `joined` |

mod holds;
mod joined;
mod listener;
mod opening;

pub use opening::{OpenError, Request, open};
