//! The server from outside, by its sockets: one file per concern.

mod api;
mod auth;
mod broadcast;
mod chaos;
mod close;
mod compression;
mod echo;
mod envelope;
mod events;
mod examples;
mod flood;
mod handshake;
mod heartbeat;
mod http2;
mod limits;
mod metrics;
mod openapi;
mod page;
mod plain;
mod problems;
mod promises;
mod slow;
mod sse;
mod stop;
mod tls;
mod transcripts;
