//! The first message of a room in the log, before which its history is requested.

use crate::model::log::{Body, Envelope, Log};
use yodel_protocol::{Offset, RoomName};

/// Returns the offset of the first message of a room in the list, after the last reset of the room.
///
/// The report of a reset follows the messages that were recovered since then, if any, with nothing in between.
pub(super) fn first_offset(log: &Log, room: &RoomName) -> Option<Offset> {
    let (mut first, mut recovered) = (None, None::<Recovered>);
    for entry in log.entries.iter() {
        let offset = entry.envelope().filter(|envelope| envelope.room.as_ref() == Some(room)).map(Envelope::offset);
        match (&entry.body, offset) {
            (Body::Recovered { room: joined, messages }, _) if joined == room => {
                recovered = Some(Recovered { first: None, left: *messages });
            }
            (Body::Gap { room: reset, lost: None }, _) if reset == room => {
                first = recovered.take().and_then(|recovered| recovered.first);
            }
            (Body::Gap { room: joined, .. }, _) if joined == room => {}
            (_, Some(offset)) => {
                first = first.or(offset);
                recovered = recovered.and_then(|recovered| recovered.next(offset));
            }
            _ => recovered = None,
        }
    }
    first
}

/// Messages that were recovered by one join.
struct Recovered {
    first: Option<Offset>,
    /// Number of the messages that follow in the list.
    left: u64,
}

impl Recovered {
    /// Adds the next message of the room; returns `None` if it is not a recovered one.
    fn next(self, offset: Option<Offset>) -> Option<Self> {
        Some(Self { first: self.first.or(offset), left: self.left.checked_sub(1)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yodel_client::Effect;
    use yodel_protocol::{Epoch, Position, ServerFrame};

    fn room() -> RoomName {
        RoomName::new("a").unwrap()
    }

    fn message(log: &mut Log, room: &str, offset: u64) {
        let text =
            format!(r#"{{"type":"message","room":"{room}","offset":{offset},"event":"text","data":1,"time":9}}"#);
        let Ok(ServerFrame::Message(message)) = ServerFrame::decode(&text) else { panic!("{text}") };
        log.apply(1, &Effect::Message(message.into()));
    }

    fn at(epoch: &str, offset: u64) -> Position {
        Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(offset) }
    }

    /// Joins the room again and recovers messages at these offsets.
    fn join(log: &mut Log, offsets: &[u64]) {
        log.apply(1, &Effect::Joined { room: room(), position: at("f", 9), users: None, more_users: false });
        for offset in offsets {
            message(log, "a", *offset);
        }
    }

    /// Joins the room again after a reset.
    fn reset(log: &mut Log, offsets: &[u64]) {
        join(log, offsets);
        log.apply(1, &Effect::Gap { room: room(), after: at("e", 9), upto: at("f", 9) });
        log.settle();
    }

    #[test]
    fn finds_the_first_offset_after_the_last_reset() {
        let mut log = Log::default();
        message(&mut log, "b", 3);
        assert_eq!(first_offset(&log, &room()), None);
        message(&mut log, "a", 70);
        message(&mut log, "a", 71);
        assert_eq!(first_offset(&log, &room()), Some(Offset(70)));
        reset(&mut log, &[]);
        message(&mut log, "a", 5);
        assert_eq!(first_offset(&log, &room()), Some(Offset(5)), "nothing was recovered");
        reset(&mut log, &[1, 2, 3]);
        message(&mut log, "a", 4);
        assert_eq!(first_offset(&log, &room()), Some(Offset(1)), "recovered messages precede the report of a reset");
        reset(&mut log, &[9]);
        assert_eq!(first_offset(&log, &room()), Some(Offset(9)), "the offset is higher than those before the reset");
        message(&mut log, "b", 4);
        reset(&mut log, &[]);
        assert_eq!(first_offset(&log, &room()), None, "the messages were recovered before an earlier reset");
    }

    #[test]
    fn messages_after_recovered_ones_belong_to_the_ended_epoch() {
        let mut log = Log::default();
        join(&mut log, &[1, 2]);
        log.settle();
        assert_eq!(first_offset(&log, &room()), Some(Offset(1)));
        message(&mut log, "a", 3);
        reset(&mut log, &[]);
        assert_eq!(first_offset(&log, &room()), None);
    }
}
