//! Everything that answers HTTP requests.
//!
//! | what | file |
//! |---|---|
//! | path -> handler | `router`, with the `state` that handlers share |
//! | a handshake becomes a connection | `upgrade`; which mode: `subprotocol`; responses: `handshake` |
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
mod metrics;
pub mod router;
mod sse;
pub mod state;
mod subprotocol;
mod upgrade;
