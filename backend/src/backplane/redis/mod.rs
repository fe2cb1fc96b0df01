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
//! | operations | `context`, `executor`, `publish`, `read`, `epoch`, `check`, `keep`, `presence`, `rooms`, `store` |
//! | counters | `metrics` |
//!
//! A user of an access control list needs the commands of the scripts, `INFO`, `SCRIPT LOAD`, `SSUBSCRIBE`, `SPUBLISH`,
//! the keys `PREFIX:*` and the channels `PREFIX:*`. `CONFIG GET` and `ROLE` are optional: without the first one, the
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
pub mod partition;
mod presence;
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

pub use config::RedisConfig;
pub use metrics::{ROUND_TRIP_BUCKETS, RedisSnapshot};
pub use store::RedisStore;
