//! One connection: one task, one loop.
//!
//! | idea | file |
//! |---|---|
//! | the task, and its loop | `task`, `open` |
//! | what all connections share | `context` |
//! | what becomes of a message | `plain`; in `yodel.v1` `envelope` |
//! | a room as an event stream | `event_stream` |
//! | one WebSocket: reading, writing | `socket`, with what it has `held` back, over a `transport` (`tcp`), with a thread's `buffers` |
//! | what waits to be written, and by whom | `outbox`; with what others tell the task: `handle`, `signals` |
//! | all connections: pings, leaving | `registry`, `heartbeat` |
//! | who may come, how much may be sent | `admission`, `throttle` |
//! | the end | `close_reason`, `goodbye`, `closing`; what is logged then: `traffic` |

pub mod admission;
mod buffers;
pub mod close_reason;
mod closing;
pub mod commands;
mod connection_loop;
pub mod context;
pub mod envelope;
pub mod event_stream;
pub mod handle;
mod heartbeat;
pub mod outbox;
mod pending_input;
pub mod plain;
pub mod registry;
pub mod rejection_log;
mod shutdown_notice;
pub mod socket;
mod stats;
pub mod task;
pub mod tcp;
mod throttle;
pub mod time_broadcast;
mod token_failure;
pub mod transport;
