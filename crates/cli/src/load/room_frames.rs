//! Frames of `yodel.v1` for a room: join, publish, and the data of a message.

use std::sync::Arc;

use yodel_protocol::frame::{Join, Publish, Verb};
use yodel_protocol::{ClientFrame, EventName, Id, Json, RoomName};

/// Text before and after the data of a message.
const MESSAGE: &[u8] = br#"{"type":"message""#;
const DATA: &[u8] = br#""data":""#;
const TIME: &[u8] = br#"","time":"#;

/// Frames for one room.
#[derive(Clone, Debug)]
pub struct RoomFrames {
    join: Arc<str>,
    name: RoomName,
    event: EventName,
}

impl RoomFrames {
    /// Creates the frames for the room with this name.
    pub fn new(name: &RoomName) -> Self {
        let join = Verb::Join(Join { room: name.clone(), since: None });
        let event = EventName::new("load").expect("a valid event name");
        Self { join: frame(1, join).into(), name: name.clone(), event }
    }

    /// Returns the frame that joins the room.
    pub fn join(&self) -> &str {
        &self.join
    }

    /// Returns the frame that publishes a text, with a request id derived from the message's number.
    pub fn publish(&self, number: u64, text: &[u8]) -> Vec<u8> {
        let data = Json::string(&String::from_utf8_lossy(text));
        let (room, event) = (self.name.clone(), self.event.clone());
        frame(number + 2, Verb::Publish(Publish { room, event, data, key: None, echo: true })).into_bytes()
    }
}

/// Returns the data of a message, a string without escapes; `None` for other frames.
pub fn data(message: &[u8]) -> Option<&[u8]> {
    let rest = message.strip_prefix(MESSAGE)?;
    let start = find(rest, DATA)? + DATA.len();
    let end = find(&rest[start..], TIME)?;
    Some(&rest[start..start + end])
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn frame(id: u64, verb: Verb) -> String {
    let id = Id::new(id).expect("message numbers are valid request ids");
    ClientFrame { id, verb }.encode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extracts_the_published_data() {
        let room = RoomFrames::new(&RoomName::new("r").unwrap());
        let sent = String::from_utf8(room.publish(5, b"000000000005 alp")).unwrap();
        assert_eq!(sent, r#"{"id":7,"type":"publish","room":"r","event":"load","data":"000000000005 alp"}"#);
        let message = br#"{"type":"message","room":"r","offset":1,"event":"load","data":"000000000005 alp","time":1}"#;
        assert_eq!(data(message), Some(&b"000000000005 alp"[..]));
        for other in [&br#"{"type":"ok","id":7}"#[..], br#"{"type":"message","data":1,"time":1}"#, b""] {
            assert_eq!(data(other), None);
        }
    }
}
