//! The server from outside, by its sockets: one file per concern.

mod auth;
mod broadcast;
mod chaos;
mod close;
mod compression;
mod echo;
mod envelope;
mod events;
mod flood;
mod handshake;
mod heartbeat;
mod http2;
mod limits;
mod page;
mod plain;
mod slow;
mod stop;
mod tls;
mod transcripts;
