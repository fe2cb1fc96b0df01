//! Where a message goes, other than where the server's path leads.

use super::well_known::TEXT;
use std::fmt;
use yodel_protocol::{
    ClientId, EventName, Json, RoomName, UserId, Verb,
    frame::{Publish, Send, Target},
};

/// So many characters of a connection's name tell it from others.
const SHORT: usize = 8;

/// Who gets a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Everybody in a room; one need not be in it.
    Room(RoomName),
    /// A user on all devices.
    User(UserId),
    /// One connection.
    Client(ClientId),
}

impl Destination {
    /// What is asked of the server to get a text there.
    pub fn verb(&self, text: &str) -> Verb {
        let (event, data) = (about(), Json::string(text));
        let to = match self {
            Self::Room(room) => {
                return Verb::Publish(Publish { room: room.clone(), event, data, key: None, echo: true });
            }
            Self::User(user) => Target::User(user.clone()),
            Self::Client(client) => Target::Client(client.clone()),
        };
        Verb::Send(Send { to, event, data })
    }
}

fn about() -> EventName {
    EventName::new(TEXT).expect("an event's name")
}

/// As people write it; a connection's name is shortened.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => write!(f, "#{room}"),
            Self::User(user) => write!(f, "@{user}"),
            Self::Client(client) => write!(f, "@{}", short(client.as_str())),
        }
    }
}

/// A connection's name, shortened.
pub fn short(client: &str) -> String {
    let mut short: String = client.chars().take(SHORT).collect();
    if short.len() < client.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use yodel_protocol::{ClientFrame, Id};

    fn all() -> [Destination; 3] {
        [
            Destination::Room(RoomName::new("deploys").unwrap()),
            Destination::User(UserId::new("ada").unwrap()),
            Destination::Client(ClientId::new("c_abcdefghijklmnop").unwrap()),
        ]
    }

    #[test]
    fn a_destination_reads_as_people_write_it() {
        assert_eq!(all().map(|to| to.to_string()), ["#deploys", "@ada", "@c_abcdef…"]);
        assert_eq!(short("c_1"), "c_1");
    }

    #[test]
    fn a_text_is_published_in_a_room_and_sent_to_a_person() {
        let frames = all().map(|to| ClientFrame { id: Id::new(1).unwrap(), verb: to.verb("hi") }.encode());
        let [room, user, client] = &frames;
        assert!(room.contains(r#""type":"publish","room":"deploys","event":"text","data":"hi""#), "{room}");
        assert!(user.contains(r#""type":"send","to":{"user":"ada"},"event":"text","data":"hi""#), "{user}");
        assert!(client.contains(r#""to":{"client":"c_abcdefghijklmnop"}"#), "{client}");
    }
}
