//! Connections. Each one has one task with one loop.
//!
//! | content | file |
//! |---|---|
//! | task and loop of a connection | `task`, `connection_loop`, over `connection_io` and a `connection_mode` |
//! | state that all connections share | `context` |
//! | modes | `plain`; `envelope` for `yodel.v1` |
//! | rooms as event streams | `event_stream` |
//! | WebSocket | `socket`, over a `transport` (`tcp`), with the `buffers` of the thread and `pending_input` |
//! | access from other tasks | `handle`: `outbox` and `commands` |
//! | all open connections: pings, shutdown | `registry`, `heartbeat` |
//! | limits | `admission`, `input_limits`, `throttle`; `memory_budget`, with `load_shedding` |
//! | close | `close_reason`, `shutdown_notice`, `closing` |
//! | log and counters | `stats`, `rejection_log` |
//! | clock of the lobby | `time_broadcast` |

pub mod admission;
mod buffers;
pub mod close_reason;
mod closing;
pub mod commands;
mod connection_io;
mod connection_loop;
mod connection_mode;
pub mod context;
pub mod envelope;
pub mod event_stream;
pub mod handle;
mod heartbeat;
mod in_flight;
mod input_limits;
pub mod load_shedding;
pub mod memory_budget;
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
pub mod transport;
