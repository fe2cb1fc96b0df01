//! Flags that every kind of load has.

use std::time::Duration;

use clap::Args;

use crate::dial::{Address, AddressParser, Header};
use crate::value;

/// What every kind of load has to be told.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct Common {
    /// The server: ws://HOST:PORT/PATH or wss://HOST:PORT/PATH.
    #[arg(value_name = "URL", value_parser = AddressParser::WEBSOCKET)]
    pub url: Address,

    /// The server's process: measure its CPU and memory, and those of the processes it started.
    #[arg(long, help_heading = "Measuring")]
    pub pid: Option<u32>,

    /// Print one JSON object instead of the table.
    #[arg(long, help_heading = "Measuring")]
    pub json: bool,

    /// How many threads send and receive.
    #[arg(long, help_heading = "Measuring", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,

    /// Give up when nothing has come for this long.
    #[arg(long, help_heading = "Measuring", value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub timeout: Duration,

    /// Send binary messages instead of text.
    #[arg(long, help_heading = "The connection")]
    pub binary: bool,

    /// Offer permessage-deflate and use it if the server does; the report says whether it does.
    #[arg(long, help_heading = "The connection")]
    pub compression: bool,

    /// Send this header with the handshake (repeatable).
    #[arg(long, help_heading = "The connection", value_name = "NAME: VALUE", value_parser = Header::parse)]
    pub header: Vec<Header>,

    /// Ask for this subprotocol.
    #[arg(long, help_heading = "The connection", value_name = "NAME", value_parser = Header::parse_token)]
    pub subprotocol: Option<String>,

    /// Do not check the server's certificate.
    #[arg(long, help_heading = "The connection")]
    pub insecure: bool,
}
