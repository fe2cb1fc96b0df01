//! The Yodel server: a page, and WebSocket endpoints that echo and broadcast.
//!
//! | idea | file |
//! |---|---|
//! | flags, defaults, units | [`config`], how their values are read: `value` |
//! | a server, from start to stop | [`Server`]; as a command: [`commands`] |
//! | path -> handler | `router`, what handlers share: `app` |
//! | which pages may connect | [`origin`] |
//! | who a client is, and what it may do | [`auth`] |
//! | a handshake becomes a connection | `endpoint`; in which mode: `subprotocol`; without `yodel.v1`: `guest` |
//! | your own handlers, and what they can do | [`events`], [`handle`] |
//! | one connection: loop, heartbeat, limits, log | `connection` |
//! | the protocol: handshake, frames, compression | [`websocket`] |
//! | programs publish, tell, disconnect, look: over HTTP | `api`; whether they may: `access`; what was wrong: `problem` |
//! | a room as Server-Sent Events | `sse` |
//! | figures, and whether the server is well | `metrics`, `probes` |
//! | what a room hands out, as frames and as events | `push` |
//! | who hears what | `hub`; the time, told to all: `tick` |
//! | the bundle, its headers and compressed forms | `page` |
//! | sockets, TLS, HTTP, time limits before it | `listener`, `tls`, `stream`; how many sockets: `files` |
//! | so many a second | `rate` |
//! | what was refused, counted and told to the log | `tally`, `report` |
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let server = backend::Server::new(backend::Config::default())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let stop = tokio_util::sync::CancellationToken::new();
//! server.run(listener, stop).await?;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod access;
mod api;
mod app;
pub mod auth;
pub mod commands;
pub mod config;
mod connection;
mod endpoint;
pub mod events;
mod files;
mod guest;
pub mod handle;
mod hub;
mod listener;
mod metrics;
pub mod origin;
mod page;
mod probes;
mod problem;
mod push;
mod rate;
mod report;
mod router;
mod server;
mod sse;
mod stream;
mod subprotocol;
mod tally;
mod tick;
mod tls;
mod value;
pub mod websocket;

pub use config::Config;
pub use events::{Caller, EventError};
pub use handle::Handle;
pub use server::{Server, StartError};
pub use tls::Certificate;
