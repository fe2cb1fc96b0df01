//! Signals to other nodes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yodel_protocol::CloseCode;
use yodel_protocol::frame::Target;

use super::message::Message;

/// Something that other nodes do for their connections. It has no position, and is lost if a node does not receive it.
#[derive(Clone, Debug)]
pub enum Signal {
    /// Deliver a message without offset to all connections.
    Broadcast(Arc<Message>),
    /// Do something with certain connections.
    Clients(ClientSignal),
}

/// Signal to certain connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientSignal {
    /// Deliver a direct message.
    Direct {
        /// Receivers of the message.
        to: Target,
        /// Encoded `yodel.v1` frame.
        frame: String,
    },
    /// Close the connections.
    Disconnect {
        /// Connections to close.
        to: Target,
        /// Close code.
        code: CloseCode,
        /// Close reason.
        reason: String,
    },
}
