//! The name of a protocol choice, as it is stored.

use crate::model::address::ProtocolChoice;

const AUTOMATIC: &str = "automatic";
const PLAIN: &str = "plain";
const ENVELOPE: &str = "yodel.v1";

/// Returns the name of a choice, without its subprotocols.
pub(super) fn name(protocol: &ProtocolChoice) -> &'static str {
    match protocol {
        ProtocolChoice::Automatic => AUTOMATIC,
        ProtocolChoice::Plain(_) => PLAIN,
        ProtocolChoice::Envelope => ENVELOPE,
    }
}

/// Returns the choice with this name; `None` if there is none. Only plain messages have subprotocols.
pub(super) fn choice(name: &str, subprotocols: Vec<String>) -> Option<ProtocolChoice> {
    match name {
        AUTOMATIC => Some(ProtocolChoice::Automatic),
        PLAIN => Some(ProtocolChoice::Plain(subprotocols)),
        ENVELOPE => Some(ProtocolChoice::Envelope),
        _ => None,
    }
}
