//! The binary as `make build` leaves it, and the page inside it in a browser: one file per concern.

mod bundle;
mod cli;
mod colours;
mod connect;
mod crowd;
mod fatal;
mod http2;
mod keyboard;
mod load;
mod log;
mod login;
mod lone;
mod look;
mod many;
mod offline;
mod peer;
mod promises;
mod relay;
mod restart;
mod safe;
mod signals;
mod stopwatch;
mod talk;
mod terminal;
mod tutorials;
mod typing;
