//! What the binary can be told to do, one file per command.

pub mod connect;
mod dial;
pub mod load;
pub mod publish;
pub mod serve;
pub mod token;
