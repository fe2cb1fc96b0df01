//! Store in Redis or Valkey: one server, a master that Sentinel watches, or a Cluster.
//!
//! All keys of a partition share a hash tag, so that one script can change them and one server has them. Every
//! operation is one script. The data of a partition are valid for a *generation*, which a connection establishes before
//! it is used: see `claim.lua`. For this reason, the reconnecting connections of the `redis` crate are not used.
//!
//! | content | file |
//! |---|---|
//! | settings; the address of the store | `config`, `url`, `address`, `credentials` |
//! | partitions, slots and the names of keys | `partition`, `slot`, `keys` |
//! | scripts, the answers to them, errors | `script`, `reply`, `fault` |
//! | sockets, TLS; requests and responses | `dialer`, `stream`, `tls`, `session` |
//! | what a server says about itself; what this means | `facts`, `finding` |
//! | a connection that has claimed partitions; its supervisor | `connection`, `link`, `locator`, `reconnect_delays` |
//! | which server has a partition | `router`, `cluster`, `slot_map`, `server`, `assignment` |
//! | subscriptions: what is subscribed; a connection | `subscriptions`, `changed_channels`, `subscriber`, `subscribe_session`, `subscribe_socket`, `channel_table`, `resp_frame` |
//! | what is sent to subscribers, and becomes an event | `push`, `event_sink` |
//! | operations | `context`, `executor`, `publish`, `probe`, `read`, `epoch`, `check`, `keep`, `presence`, `rooms`, `users`, `operations`, `store` |
//! | wait for the disk of a server | `disk_wait` |
//! | kinds of operations, counters | `operation`, `metrics` |
//!
//! What is bounded, by which setting or constant, and where it is seen:
//!
//! | bound | value | beyond it | metric |
//! |---|---|---|---|
//! | time of an operation | `deadline` | an error; the connection is replaced | `deadline_misses` |
//! | events that wait | `queue` | dropped: messages and presence are read again, signals are lost | `dropped_events`, `dropped_signals` |
//! | requests that wait for the socket | 1024 per server | wait, until the deadline | `deadline_misses` |
//! | channels in a command | 512 | the next command | `resubscriptions` |
//! | rooms in a report of renewed subscriptions | 1024, while more are expected | the next report | `resubscriptions` |
//! | length and nesting of a received frame | 512 MiB, 8 | the connection is replaced | `reconnects` |
//! | partitions | 1024 | an error at the start | |
//! | silence of a connection for subscriptions | 3 s | it is replaced | `servers` |
//! | delay before the next connection | 2 s | | `servers` |
//!
//! A user of an access control list needs the commands of the scripts, `INFO`, `SCRIPT LOAD`, `SSUBSCRIBE`, `SPUBLISH`,
//! the keys `PREFIX:*` and the channels `PREFIX:*`. With `appendfsync everysec` it also needs `WAITAOF`; without it,
//! acknowledgments do not wait for the disk. `CONFIG GET` and `ROLE` are optional: without the first one, the
//! durability is unknown and each restart of the server raises the generations.

mod address;
mod assignment;
mod changed_channels;
mod channel_table;
mod check;
mod cluster;
mod config;
mod connection;
mod context;
mod credentials;
mod dialer;
mod disk_wait;
mod epoch;
mod event_sink;
mod executor;
mod facts;
mod fault;
pub mod finding;
mod keep;
mod keys;
mod link;
mod locator;
pub mod metrics;
pub mod operation;
mod operations;
pub mod partition;
mod presence;
mod probe;
mod publish;
mod push;
mod read;
mod reconnect_delays;
mod reply;
mod resp_frame;
mod rooms;
mod router;
mod script;
mod server;
mod session;
mod slot;
mod slot_map;
mod store;
mod stream;
mod subscribe_session;
mod subscribe_socket;
mod subscriber;
mod subscriptions;
#[cfg(test)]
mod tests;
mod tls;
mod url;
mod users;

pub use config::RedisConfig;
pub use metrics::{ROUND_TRIP_BUCKETS, RedisSnapshot};
pub use store::RedisStore;
