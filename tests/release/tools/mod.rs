//! The tools of the page with the real server: one file per noun.

mod access;
mod bytes;
mod choosy;
mod earlier;
mod export;
mod figures;
mod find;
mod guarded;
mod pause;
mod reload;
mod repeat;
mod rooms;
mod saved;
mod subprotocols;
mod token;
mod users;
