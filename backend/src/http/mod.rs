//! HTTP: routes, handlers, extractors and error responses.
//!
//! | content | file |
//! |---|---|
//! | routes, and the state of the handlers | `router`, `state` |
//! | WebSocket handshake | `upgrade`; its subprotocol: `subprotocol`; its responses: `handshake` |
//! | router as a service of accepted connections, and in the application of the embedding program | `service`, `mount` |
//! | host and client address of a request | `host`, `peer`; behind proxies: `forwarded` |
//! | HTTP API, its access check and its extractors | `api`, `access`, `extract` |
//! | rooms as Server-Sent Events | `sse` |
//! | metrics and probes | `metrics`, `health` |
//! | files of the page | `assets` |
//! | error responses (RFC 9457) | `error` |

mod access;
pub mod api;
pub mod assets;
pub mod error;
mod extract;
mod forwarded;
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
