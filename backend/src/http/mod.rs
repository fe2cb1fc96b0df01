//! Everything that answers HTTP requests.
//!
//! | what | file |
//! |---|---|
//! | path -> handler | `router`, with the `state` that handlers share |
//! | a handshake becomes a connection | `upgrade`; which mode: `subprotocol`; responses: `handshake` |
//! | the router on accepted connections, and in the application of the embedding program | `service`, `mount` |
//! | host and client of a request | `host`, `peer` |
//! | the HTTP API, its access check and its extractors | `api`, `access`, `extract` |
//! | a room as Server-Sent Events | `sse` |
//! | metrics and probes | `metrics`, `health` |
//! | files of the page | `assets` |
//! | error responses (RFC 9457) | `error` |

mod access;
pub mod api;
pub mod assets;
pub mod error;
mod extract;
mod handshake;
mod health;
mod host;
mod metrics;
pub mod mount;
mod peer;
pub mod router;
pub mod service;
mod sse;
pub mod state;
mod subprotocol;
mod upgrade;
