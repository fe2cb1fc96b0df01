//! Every flag of `yodel load`, with its default and its unit.

use std::num::NonZeroU64;
use std::time::Duration;

use clap::{Args, Subcommand};
use yodel_protocol::{RoomName, SUBPROTOCOL};

use super::common::Common;
use super::numbered;
use crate::value;

/// The kinds of load. Each field is a flag; its documentation is the flag's help.
#[derive(Clone, Debug, Subcommand)]
#[command(after_help = READING)]
pub enum Load {
    /// Messages that come back to their sender, as fast as they do.
    Echo(Echo),
    /// Messages of one connection that come to all of them.
    Broadcast(Broadcast),
    /// Connections that are open and quiet, and what memory they cost.
    Idle(Idle),
    /// Messages at a fixed rate, whatever the server does; for latencies.
    Rate(Rate),
    /// Connections that open and close.
    Handshake(Handshake),
}

const READING: &str = "\
Examples:
  yodel load echo ws://127.0.0.1:8000/ws/echo --outstanding 8 --pid 4711
  yodel load broadcast wss://example.com/chat --connections 500
  yodel load rate ws://127.0.0.1:8000/ws/echo --rate 20000 --time 30s

The server's CPU per message is the figure to trust, because it hardly depends on
what else the machine does. It needs --pid, and so the same machine. Messages per
second say something about a server only while this program is not at its limit;
the report says so when it is.";

/// The flags of `yodel load echo`.
#[derive(Args, Clone, Debug)]
pub struct Echo {
    #[command(flatten)]
    pub common: Common,

    /// How many connections.
    #[arg(long, value_name = "N", default_value = "64", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// How many messages each connection has on their way at once.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::count::<NonZeroU64>)]
    pub outstanding: NonZeroU64,

    /// The size of a message.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,

    /// How many messages are measured, of all connections together.
    #[arg(long, value_name = "N", default_value = "200000", value_parser = value::count::<NonZeroU64>)]
    pub messages: NonZeroU64,

    /// How many messages go before them [default: a fifth of --messages].
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

/// The flags of `yodel load broadcast`.
#[derive(Args, Clone, Debug)]
pub struct Broadcast {
    #[command(flatten)]
    pub common: Common,

    /// How many connections; all of them listen, and the first one sends.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// How many messages are on their way at once: sent, and not yet with everybody.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::count::<NonZeroU64>)]
    pub outstanding: NonZeroU64,

    /// The size of a message; the first 12 bytes are its number.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = numbered::size)]
    pub size: usize,

    /// How many messages are sent and measured; each arrives once per connection.
    #[arg(long, value_name = "N", default_value = "500", value_parser = value::count::<NonZeroU64>)]
    pub messages: NonZeroU64,

    /// How many messages are sent before them [default: a fifth of --messages].
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,

    /// The server does not send a message back to its sender.
    #[arg(long)]
    pub no_self: bool,

    /// Speak yodel.v1: everybody joins this room, and the first one publishes there.
    #[arg(long, value_name = "ROOM", conflicts_with_all = ["binary", "subprotocol"], value_parser = room_name)]
    pub room: Option<RoomName>,
}

fn room_name(text: &str) -> Result<RoomName, String> {
    RoomName::new(text).map_err(|error| error.to_string())
}

/// The flags of `yodel load idle`.
#[derive(Args, Clone, Debug)]
pub struct Idle {
    #[command(flatten)]
    pub common: Common,

    /// How many connections.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// How long they are quiet before the server's memory is read.
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = value::duration)]
    pub settle: Duration,

    /// How many messages each connection sends and gets back before it is quiet; 0 for no echo.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::number::<u64>)]
    pub messages: u64,

    /// The size of a message.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,
}

/// The flags of `yodel load rate`.
#[derive(Args, Clone, Debug)]
pub struct Rate {
    #[command(flatten)]
    pub common: Common,

    /// How many connections take turns.
    #[arg(long, value_name = "N", default_value = "64", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// How many messages a second, of all connections together.
    #[arg(long = "rate", value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub per_second: u32,

    /// How long.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub time: Duration,

    /// The size of a message.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = value::size)]
    pub size: usize,

    /// How many messages go before those that are measured [default: those of a second].
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

/// The flags of `yodel load handshake`.
#[derive(Args, Clone, Debug)]
pub struct Handshake {
    #[command(flatten)]
    pub common: Common,

    /// How many connections are opened, measured and closed.
    #[arg(long, value_name = "N", default_value = "5000", value_parser = value::count::<NonZeroU64>)]
    pub connections: NonZeroU64,

    /// How many at once.
    #[arg(long, value_name = "N", default_value = "32", value_parser = value::count::<NonZeroU64>)]
    pub concurrency: NonZeroU64,

    /// How many before them [default: a fifth of --connections].
    #[arg(long, value_name = "N", value_parser = value::number::<u64>)]
    pub warmup: Option<u64>,
}

impl Load {
    /// What every kind has.
    pub fn common(&self) -> &Common {
        match self {
            Self::Echo(options) => &options.common,
            Self::Broadcast(options) => &options.common,
            Self::Idle(options) => &options.common,
            Self::Rate(options) => &options.common,
            Self::Handshake(options) => &options.common,
        }
    }

    /// What the server has to be told, with the subprotocol that this load needs.
    pub fn handshake(&self) -> Common {
        let mut common = self.common().clone();
        if let Self::Broadcast(Broadcast { room: Some(_), .. }) = self {
            common.subprotocol = Some(SUBPROTOCOL.to_owned());
        }
        common
    }

    /// The size of its messages in bytes.
    pub fn size(&self) -> usize {
        match self {
            Self::Echo(options) => options.size,
            Self::Broadcast(options) => options.size,
            Self::Idle(options) => options.size,
            Self::Rate(options) => options.size,
            Self::Handshake(_) => 0,
        }
    }

    /// For how long nothing may come.
    pub fn patience(&self) -> Duration {
        let between = match self {
            Self::Rate(options) => Duration::from_secs(1) / options.per_second,
            _ => Duration::ZERO,
        };
        self.common().timeout + between
    }
}
