//! Actions of clients and faults.

use std::fmt;

/// Action at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Time since the start, in milliseconds.
    pub at_ms: u64,
    /// The action.
    pub action: Action,
}

/// Action of a client, or a fault, which ends by itself after a number of milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A client publishes messages, one after the other without waiting.
    Publish { client: usize, room: usize, count: u64, echo: bool },
    /// A client joins a room, now and on every later connection.
    Join { client: usize, room: usize },
    /// A client reads the latest messages of a room.
    Read { client: usize, room: usize },
    /// A client leaves a room.
    Leave { client: usize, room: usize },
    /// A client sends direct messages to another one, or to all connections of its user.
    Send { client: usize, to: usize, as_user: bool, count: u64 },
    /// A client sends messages to all connections.
    Broadcast { client: usize, count: u64 },
    /// A client closes its connection, and connects again later.
    Disconnect { client: usize, ms: u64 },
    /// The connection of a client is lost.
    Cut { client: usize, cut: Cut },
    /// The connection of a client carries nothing for a time, and then everything.
    Stall { client: usize, ms: u64 },
    /// The process of a node is killed, and started again later.
    Kill { node: usize, ms: u64 },
    /// A node shuts down gracefully, and is started again later.
    Drain { node: usize, ms: u64 },
    /// A node neither receives nor sends anything for a time, and then everything.
    Freeze { node: usize, ms: u64 },
    /// Requests, answers and events of the store are lost or late.
    Degrade { loss: usize, event_loss: usize, latency_ms: u64, ms: u64 },
    /// The subscriptions of a node are interrupted.
    Interrupt { node: usize, ms: u64 },
    /// The subscriptions of a node receive nothing, although they look alive.
    Silence { node: usize, ms: u64 },
    /// The store answers nobody.
    FreezeStore { ms: u64 },
    /// The asynchronous copy of the store becomes current.
    Copy,
    /// The asynchronous copy of the store replaces it. `stale` goes on with the old one until the end of the fault.
    FailOver { stale: Option<usize>, ms: u64 },
    /// The store evicts a room.
    Evict { room: usize },
    /// The store removes the history of a room.
    Trim { room: usize },
    /// The store forgets which rooms have changed.
    ForgetChanges,
    /// A message that no node can read is published.
    Damage { room: usize },
    /// The machine loses power after a number of writes and syncs, or after half the time, and is started again.
    LosePower { operations: u64, ms: u64 },
    /// The disk is full after another number of bytes.
    FillDisk { room: usize, ms: u64 },
    /// All operations of the disk fail.
    BreakDisk { ms: u64 },
    /// One of the next writes and syncs of the disk fails.
    FailOperation { within: u64 },
    /// The next sync of the disk fails.
    FailSync,
    /// Syncs of the disk are slow.
    SlowDisk { latency_ms: u64, ms: u64 },
    /// Some reads of the disk fail before their end.
    ShortReads { ms: u64 },
    /// The wall clock of the machine is set forward, until it is started again.
    JumpClock,
}

/// Kind of a lost connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Both sides notice it.
    Reset,
    /// The client notices it at once. What it has sent arrives, perhaps later than the next connection.
    Late,
    /// Neither side notices it.
    Silent,
}

impl Action {
    /// Returns whether messages may be lost, which clients have to be told.
    pub fn is_lossy(&self) -> bool {
        matches!(self, Self::FailOver { .. } | Self::Evict { .. } | Self::Trim { .. } | Self::Damage { .. })
    }

    /// Returns whether a node ends and begins again.
    pub fn ends_node(&self) -> bool {
        matches!(self, Self::Kill { .. } | Self::Drain { .. } | Self::LosePower { .. })
    }

    /// Returns simpler actions that may have the same consequences.
    pub fn simpler(&self) -> Vec<Self> {
        let mut simpler = Vec::new();
        let mut copy = *self;
        if copy.duration().is_some_and(|ms| *ms > 100) {
            copy.duration().into_iter().for_each(|ms| *ms /= 2);
            simpler.push(copy);
        }
        match *self {
            Self::Publish { client, room, count, echo } => {
                if count > 1 {
                    simpler.push(Self::Publish { client, room, count: 1, echo });
                    simpler.push(Self::Publish { client, room, count: count / 2, echo });
                }
                if !echo {
                    simpler.push(Self::Publish { client, room, count, echo: true });
                }
            }
            Self::Send { client, to, as_user, count } if count > 1 => {
                simpler.push(Self::Send { client, to, as_user, count: count / 2 });
            }
            Self::Broadcast { client, count } if count > 1 => {
                simpler.push(Self::Broadcast { client, count: count / 2 });
            }
            Self::FailOver { stale: Some(_), ms } => simpler.push(Self::FailOver { stale: None, ms }),
            Self::Cut { client, cut: Cut::Late | Cut::Silent } => simpler.push(Self::Cut { client, cut: Cut::Reset }),
            Self::Drain { node, ms } => simpler.push(Self::Kill { node, ms }),
            Self::LosePower { operations: 1.., ms } => simpler.push(Self::LosePower { operations: 0, ms }),
            _ => {}
        }
        simpler
    }

    /// Returns the duration of a fault.
    fn duration(&mut self) -> Option<&mut u64> {
        match self {
            Self::Disconnect { ms, .. }
            | Self::Stall { ms, .. }
            | Self::Kill { ms, .. }
            | Self::Drain { ms, .. }
            | Self::Freeze { ms, .. }
            | Self::Degrade { ms, .. }
            | Self::Interrupt { ms, .. }
            | Self::Silence { ms, .. }
            | Self::FreezeStore { ms }
            | Self::FailOver { ms, .. }
            | Self::LosePower { ms, .. }
            | Self::FillDisk { ms, .. }
            | Self::BreakDisk { ms }
            | Self::SlowDisk { ms, .. }
            | Self::ShortReads { ms } => Some(ms),
            _ => None,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Publish { client, room, count, echo } => {
                write!(f, "client {client} publishes {count} in r{room}{}", if *echo { "" } else { " without echo" })
            }
            Self::Join { client, room } => write!(f, "client {client} joins r{room}"),
            Self::Read { client, room } => write!(f, "client {client} reads the history of r{room}"),
            Self::Leave { client, room } => write!(f, "client {client} leaves r{room}"),
            Self::Send { client, to, as_user, count } => {
                write!(f, "client {client} sends {count} to {}client {to}", if *as_user { "the user of " } else { "" })
            }
            Self::Broadcast { client, count } => write!(f, "client {client} broadcasts {count}"),
            Self::Disconnect { client, ms } => write!(f, "client {client} disconnects for {ms} ms"),
            Self::Cut { client, cut } => write!(f, "the connection of client {client} is cut ({cut:?})"),
            Self::Stall { client, ms } => write!(f, "the connection of client {client} stalls for {ms} ms"),
            Self::Kill { node, ms } => write!(f, "node {node} is killed for {ms} ms"),
            Self::Drain { node, ms } => write!(f, "node {node} is drained and away for {ms} ms"),
            Self::Freeze { node, ms } => write!(f, "node {node} freezes for {ms} ms"),
            Self::Degrade { loss, event_loss, latency_ms, ms } => write!(
                f,
                "the store loses {loss} % of the calls and {event_loss} % of the events, with {latency_ms} ms latency, for {ms} ms"
            ),
            Self::Interrupt { node, ms } => write!(f, "the subscriptions of node {node} are interrupted for {ms} ms"),
            Self::Silence { node, ms } => write!(f, "the subscriptions of node {node} are silent for {ms} ms"),
            Self::FreezeStore { ms } => write!(f, "the store freezes for {ms} ms"),
            Self::Copy => write!(f, "the copy of the store becomes current"),
            Self::FailOver { stale: None, ms } => {
                write!(f, "the store fails over; subscriptions follow within {ms} ms")
            }
            Self::FailOver { stale: Some(node), ms } => {
                write!(f, "the store fails over; subscriptions and node {node} follow within {ms} ms")
            }
            Self::Evict { room } => write!(f, "the store evicts r{room}"),
            Self::Trim { room } => write!(f, "the store removes the history of r{room}"),
            Self::ForgetChanges => write!(f, "the store forgets which rooms have changed"),
            Self::Damage { room } => write!(f, "an unreadable message is published in r{room}"),
            Self::LosePower { operations, ms } => {
                write!(f, "the machine loses power after {operations} writes, and is started after {ms} ms")
            }
            Self::FillDisk { room, ms } => write!(f, "the disk is full after {room} bytes, for {ms} ms"),
            Self::BreakDisk { ms } => write!(f, "the disk fails for {ms} ms"),
            Self::FailOperation { within } => write!(f, "one of the next {within} writes of the disk fails"),
            Self::FailSync => write!(f, "the next sync of the disk fails"),
            Self::SlowDisk { latency_ms, ms } => write!(f, "syncs take up to {latency_ms} ms, for {ms} ms"),
            Self::JumpClock => write!(f, "the wall clock jumps forward"),
            Self::ShortReads { ms } => write!(f, "reads of the disk fail for {ms} ms"),
        }
    }
}
