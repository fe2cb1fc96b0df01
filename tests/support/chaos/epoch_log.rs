//! Observations of a room, by epoch.

use yodel_protocol::{Offset, Position};

use super::client::PublishedMessage;

/// An event that a client observed in a room.
#[derive(Debug)]
pub(super) enum Observation {
    Joined(Position),
    Message {
        offset: u64,
        content: PublishedMessage,
    },
    /// A loss; `of_epoch` if an epoch has ended.
    Gap {
        of_epoch: bool,
    },
}

/// Messages that a client observed in one epoch of a room.
#[derive(Debug)]
pub struct EpochLog {
    /// Position at which the client joined.
    pub begin: Position,
    /// Offset and content of each message, up to the first loss in the epoch.
    pub messages: Vec<(u64, PublishedMessage)>,
    /// `true` if the loss with the previous epoch was reported.
    pub gap: bool,
    /// `true` if a loss in the epoch itself was reported.
    pub is_incomplete: bool,
}

/// Groups the observations of a room by epoch.
pub(super) fn epoch_logs(observed: &[Observation]) -> Vec<EpochLog> {
    let mut epoch_logs: Vec<EpochLog> = Vec::new();
    for observed in observed {
        match observed {
            Observation::Gap { of_epoch: true } => epoch_logs.last_mut().expect("joined before a gap").gap = true,
            Observation::Gap { of_epoch: false } => {
                epoch_logs.last_mut().expect("joined before a gap").is_incomplete = true;
            }
            Observation::Joined(position) => {
                if epoch_logs.last().is_none_or(|last| last.begin.epoch != position.epoch) {
                    // All messages of a later epoch are delivered; of one that the client has left, those after it.
                    let left = epoch_logs.iter().rev().find(|log| log.begin.epoch == position.epoch);
                    let offset = match left {
                        _ if epoch_logs.is_empty() => position.offset,
                        Some(log) => log.messages.last().map_or(log.begin.offset, |(offset, _)| Offset(*offset)),
                        None => Offset(0),
                    };
                    let begin = Position { epoch: position.epoch.clone(), offset };
                    epoch_logs.push(EpochLog { begin, messages: Vec::new(), gap: false, is_incomplete: false });
                }
            }
            Observation::Message { offset, content } => {
                let log = epoch_logs.last_mut().expect("joined before the first message");
                // Held back for an earlier message that was lost with its epoch.
                if !log.is_incomplete {
                    log.messages.push((*offset, *content));
                }
            }
        }
    }
    epoch_logs
}
