//! Flags of all kinds of load.

use std::time::Duration;

use clap::Args;

use crate::dial::{Address, Header, TlsFlags, UrlParser};
use crate::value;

/// Flags of all kinds of load.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct CommonFlags {
    /// URL of the server: ws://HOST:PORT/PATH or wss://HOST:PORT/PATH
    #[arg(value_name = "URL", value_parser = UrlParser::WEBSOCKET)]
    pub url: Address,

    /// Process ID of the server: also measure the CPU time and memory of the server and its child processes
    #[arg(long, help_heading = "Measurement")]
    pub pid: Option<u32>,

    /// Print the report as one JSON object
    #[arg(long, help_heading = "Measurement")]
    pub json: bool,

    /// Threads that send and receive
    #[arg(long, help_heading = "Measurement", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,

    /// Fail when nothing is received for this time
    #[arg(long, help_heading = "Measurement", value_name = "DURATION", default_value = "10s", value_parser = value::duration)]
    pub timeout: Duration,

    /// Send binary messages instead of text
    #[arg(long, help_heading = "Connection")]
    pub binary: bool,

    /// Offer permessage-deflate; the report shows whether the server accepted it
    #[arg(long, help_heading = "Connection")]
    pub compression: bool,

    /// Send this header with the handshake (repeatable)
    #[arg(long, help_heading = "Connection", value_name = "NAME: VALUE", value_parser = Header::parse)]
    pub header: Vec<Header>,

    /// Offer this subprotocol
    #[arg(long, help_heading = "Connection", value_name = "NAME", value_parser = Header::parse_token)]
    pub subprotocol: Option<String>,

    /// TLS flags.
    #[command(flatten)]
    pub tls: TlsFlags,
}
