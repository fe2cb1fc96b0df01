//! Error of a direct message.

/// Error: every receiver of a direct message reads so slowly that the message could cost it its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receiver reads too slowly: try again later")]
pub struct ReceiversBusy;
