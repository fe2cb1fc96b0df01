//! WebSocket server for axum: echo, broadcast, rooms with history and recovery, presence, Server-Sent
//! Events and an HTTP API.
//!
//! | layer | folder | content |
//! |---|---|---|
//! | 8 | `server` | builder, listener, mounted router, graceful shutdown |
//! | 8 | `simulation` | a node for the simulator of the repository, behind a feature |
//! | 7 | `http` | router, handshake, API, Server-Sent Events, metrics, files of the page |
//! | 6 | `connection` | task of a connection: keepalive, outbox, admission, plain mode, `yodel.v1` |
//! | 5 | `identity_session` | identity of a connection: directory entry, presence key, hooks |
//! | 4 | `hooks` | callbacks of the embedding program, and its handle to the server |
//! | 3 | `auth`, `limits`, `encode`, `runtime` | tokens and origins; rate limits; messages as frames and events; clock and tasks |
//! | 2 | `hub` | rooms, history, presence, directory of connections |
//! | 1 | `backplane`, `net` | positions and histories of rooms; listener, socket limit, PROXY protocol, TLS, lingering close, file limit |
//! | 0 | `config`, `environment` | settings and their defaults; clock, random source and spawner |
//!
//! A folder imports from lower layers only.
//!
//! A server with a call handler:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use yodel_server::{Caller, RequestError, Server};
//!
//! async fn add(_: Caller, (a, b): (i32, i32)) -> Result<i32, RequestError> {
//!     Ok(a.saturating_add(b))
//! }
//!
//! let server = Server::builder().on_call("add", add).build()?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
//! server.serve(listener).await?;
//! # Ok(())
//! # }
//! ```
//!
//! To mount it in an axum application: [`Server::into_parts`].

#![forbid(unsafe_code)]

pub mod auth;
mod backplane;
pub mod config;
mod connection;
mod encode;
mod environment;
mod hooks;
mod http;
mod hub;
mod identity_session;
mod limits;
mod net;
mod runtime;
mod server;
#[cfg(feature = "simulation")]
#[doc(hidden)]
pub mod simulation;

pub use auth::{Action, CredentialFileError, Identity, IdentityBuilder, IdentityError};
#[cfg(feature = "disk")]
pub use backplane::disk::{
    CheckReport, Damage, DiskError, ExportReport, Fault, RepairReport, check as check_data, export as export_data,
};
pub use backplane::message::Body;
#[cfg(feature = "redis")]
pub use backplane::redis::RedisConfig;
pub use config::{
    AddressRange, AllowedOrigin, AuthConfig, AuthMode, Compression, ConfigError, HostName, MetricsAccess, NodeName,
    Origin, ParseAddressRangeError, ParseHostNameError, ParseNodeNameError, ParseOriginError, PeerAddress, Plain,
    PlainFormat, ServerConfig, TokenSetting,
};
#[cfg(feature = "disk")]
pub use config::{DataConfig, Durability};
pub use hooks::caller::Caller;
pub use hooks::error::{HookError, Rejection, RequestError};
pub use hooks::handle::{ClientInfo, Handle, HandleError, ReceiversBusy, RoomInfo, RoomPresence};
pub use hooks::publication::Publication;
pub use hooks::registry::Hooks;
pub use hooks::request_head::RequestHead;
pub use http::assets::Assets;

pub use net::socket_options::listen;
pub use net::tls::{Certificate, TlsError};
#[cfg(feature = "disk")]
pub use server::repair_data;
pub use server::{Error, Serve, Server, ServerBuilder, ServerHandle};
pub use yodel_protocol::frame::{PresenceEntry, Target};
pub use yodel_protocol::id::InvalidName;
pub use yodel_protocol::{
    ClientId, CloseCode, Epoch, ErrorCode, EventName, IdempotencyKey, Json, Offset, Position, RoomName, UserId,
};
