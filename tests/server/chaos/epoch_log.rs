//! Observations of a room, grouped by epoch.

use yodel_protocol::{Offset, Position};

use super::client::Observation;

/// Messages that a client observed in one epoch of a room.
pub struct EpochLog {
    /// Position at which the client joined.
    pub begin: Position,
    /// Offset and text of each message.
    pub messages: Vec<(u64, String)>,
    /// `true` if the loss with the previous epoch was reported.
    pub gap: bool,
}

/// Groups the observations of a room by epoch.
pub fn epoch_logs(observed: &[Observation]) -> Vec<EpochLog> {
    let mut epoch_logs: Vec<EpochLog> = Vec::new();
    let mut is_incomplete = false;
    for observed in observed {
        match observed {
            Observation::Gap { of_epoch: true } => epoch_logs.last_mut().expect("joined before a gap").gap = true,
            Observation::Gap { of_epoch: false } => is_incomplete = true,
            Observation::Joined(position) => {
                if epoch_logs.last().is_none_or(|last| last.begin.epoch != position.epoch) {
                    is_incomplete = false;
                    // All messages of a later epoch are delivered.
                    let offset = if epoch_logs.is_empty() { position.offset } else { Offset(0) };
                    let begin = Position { epoch: position.epoch.clone(), offset };
                    epoch_logs.push(EpochLog { begin, messages: Vec::new(), gap: false });
                }
            }
            // Held back for an earlier message that was lost with its epoch.
            Observation::Message { .. } if is_incomplete => {}
            Observation::Message { offset, text } => {
                epoch_logs.last_mut().expect("joined before the first message").messages.push((*offset, text.clone()));
            }
        }
    }
    epoch_logs
}
