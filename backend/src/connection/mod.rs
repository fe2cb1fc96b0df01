//! One connection: one task, one loop.
//!
//! | idea | file |
//! |---|---|
//! | the task, and its loop | `task`, `open` |
//! | what all connections share | `context` |
//! | what becomes of a message | `plain`; in `yodel.v1` `envelope` |
//! | a room as an event stream | `event_stream` |
//! | one WebSocket: reading, writing | `socket`, with what it has `held` back, over a `transport` (`tcp`), with a thread's `buffers` |
//! | what waits to be written, and by whom | `outbox`; with what others tell the task: `line`, `signals` |
//! | all connections: pings, leaving | `registry`, `heartbeat` |
//! | who may come, how much may be sent | `admission`, `throttle` |
//! | the end | `close_reason`, `goodbye`, `closing`; what is logged then: `traffic` |

pub mod admission;
mod buffers;
pub mod close_reason;
mod closing;
pub mod context;
mod denied;
pub mod envelope;
pub mod event_stream;
mod goodbye;
mod heartbeat;
mod held;
pub mod line;
mod open;
pub mod outbox;
pub mod plain;
pub mod refusal_log;
pub mod registry;
pub mod signals;
pub mod socket;
pub mod task;
pub mod tcp;
mod throttle;
pub mod tick;
mod traffic;
pub mod transport;
