//! Flags of `yodel load`, with defaults and units.

use std::num::NonZeroU64;
use std::time::Duration;

use clap::{Args, Subcommand};
use yodel_protocol::{RoomName, SUBPROTOCOL};

use super::common::CommonFlags;
use super::numbered;
use crate::value;

/// Subcommands of `yodel load`. The documentation of a field is the help of its flag.
#[derive(Clone, Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum LoadCommand {
    /// Measure the throughput of an echo endpoint
    Echo(EchoFlags),
    /// Measure broadcasts from one connection to all connections
    Broadcast(BroadcastFlags),
    /// Measure the memory of idle connections
    Idle(IdleFlags),
    /// Measure latencies at a fixed rate, independent of the server's speed
    Rate(RateFlags),
    /// Measure handshakes: open and close connections
    Handshake(HandshakeFlags),
}

const EXAMPLES: &str = "\
Examples:
  yodel load echo ws://127.0.0.1:8000/ws/echo --outstanding 8 --pid 4711
  yodel load broadcast wss://example.com/chat --connections 500
  yodel load rate ws://127.0.0.1:8000/ws/echo --rate 20000 --time 30s

The most reliable result is the server's CPU time per message, because it hardly depends on other load on the \
machine. It needs --pid, so the server must run on this machine. Messages per second characterize the server only \
while this program does not use all its CPU; the report warns if it does.";

/// Flags of `yodel load echo`.
#[derive(Args, Clone, Debug)]
pub struct EchoFlags {
    #[command(flatten)]
    pub common: CommonFlags,

    /// Open connections
    #[arg(long, value_name = "N", default_value = "64", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// Messages in flight per connection
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::count::<NonZeroU64>)]
    pub outstanding: NonZeroU64,

    /// Size of a message
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,

    /// Messages to measure, over all connections
    #[arg(long, value_name = "N", default_value = "200000", value_parser = value::count::<NonZeroU64>)]
    pub messages: NonZeroU64,

    /// Messages to send before the measurement [default: a fifth of --messages]
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

/// Flags of `yodel load broadcast`.
#[derive(Args, Clone, Debug)]
pub struct BroadcastFlags {
    #[command(flatten)]
    pub common: CommonFlags,

    /// Open connections; the first one sends, all receive
    #[arg(long, value_name = "N", default_value = "1000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// Messages in flight: sent, and not yet received by all connections
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::count::<NonZeroU64>)]
    pub outstanding: NonZeroU64,

    /// Size of a message; the first 12 bytes are its number
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = numbered::size)]
    pub size: usize,

    /// Messages to send and measure; each is received once per connection
    #[arg(long, value_name = "N", default_value = "500", value_parser = value::count::<NonZeroU64>)]
    pub messages: NonZeroU64,

    /// Messages to send before the measurement [default: a fifth of --messages]
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,

    /// Expect that the server does not send messages back to their sender
    #[arg(long)]
    pub no_self: bool,

    /// Use yodel.v1: all connections join this room, and the first one publishes
    #[arg(long, value_name = "ROOM", conflicts_with_all = ["binary", "subprotocol"], value_parser = room_name)]
    pub room: Option<RoomName>,
}

fn room_name(text: &str) -> Result<RoomName, String> {
    RoomName::new(text).map_err(|error| error.to_string())
}

/// Flags of `yodel load idle`.
#[derive(Args, Clone, Debug)]
pub struct IdleFlags {
    #[command(flatten)]
    pub common: CommonFlags,

    /// Open connections
    #[arg(long, value_name = "N", default_value = "1000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// Time without traffic before the server's memory is read
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = value::duration)]
    pub settle: Duration,

    /// Echoes per connection before the idle time; 0 if the endpoint does not echo
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::number::<u64>)]
    pub messages: u64,

    /// Size of a message
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,
}

/// Flags of `yodel load rate`.
#[derive(Args, Clone, Debug)]
pub struct RateFlags {
    #[command(flatten)]
    pub common: CommonFlags,

    /// Open connections, which send in turn
    #[arg(long, value_name = "N", default_value = "64", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// Messages per second, over all connections
    #[arg(long = "rate", value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub per_second: u32,

    /// Duration of the measurement
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = value::duration)]
    pub time: Duration,

    /// Size of a message
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,

    /// Messages to send before the measurement [default: one second's messages]
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

/// Flags of `yodel load handshake`.
#[derive(Args, Clone, Debug)]
pub struct HandshakeFlags {
    #[command(flatten)]
    pub common: CommonFlags,

    /// Connections to open, measure and close
    #[arg(long, value_name = "N", default_value = "5000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// Concurrent handshakes
    #[arg(long, value_name = "N", default_value = "32", value_parser = value::count::<NonZeroU64>)]
    pub concurrency: NonZeroU64,

    /// Handshakes before the measurement [default: a fifth of --connections]
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

impl LoadCommand {
    /// Returns the flags of all kinds of load.
    pub fn common(&self) -> &CommonFlags {
        match self {
            Self::Echo(options) => &options.common,
            Self::Broadcast(options) => &options.common,
            Self::Idle(options) => &options.common,
            Self::Rate(options) => &options.common,
            Self::Handshake(options) => &options.common,
        }
    }

    /// Returns the common flags, with the subprotocol that this load needs.
    pub fn handshake(&self) -> CommonFlags {
        let mut common = self.common().clone();
        if let Self::Broadcast(BroadcastFlags { room: Some(_), .. }) = self {
            common.subprotocol = Some(SUBPROTOCOL.to_owned());
        }
        common
    }

    /// Returns the size of a message, in bytes.
    pub fn size(&self) -> usize {
        match self {
            Self::Echo(options) => options.size,
            Self::Broadcast(options) => options.size,
            Self::Idle(options) => options.size,
            Self::Rate(options) => options.size,
            Self::Handshake(_) => 0,
        }
    }

    /// Returns the time without a received message after which the run fails.
    pub fn stall_timeout(&self) -> Duration {
        let between = match self {
            Self::Rate(options) => Duration::from_secs(1) / options.per_second,
            _ => Duration::ZERO,
        };
        self.common().timeout + between
    }
}
