//! Tests of the page's tools panel, one file per tool, and their helpers.

mod accessibility;
mod auth_server;
mod bytes;
pub mod export;
mod history;
mod pause;
mod reload;
mod repeat;
mod rooms;
mod saved_messages;
mod search;
mod server_metrics;
mod subprotocol_server;
mod subprotocols;
mod token;
mod users;
