//! Recipients of a message, other than the default of the server's path.

use super::well_known::TEXT;
use std::fmt;
use yodel_protocol::{
    ClientId, EventName, Json, RoomName, UserId, Verb,
    frame::{Publish, Send, Target},
};

/// Number of characters of a shortened client id.
const SHORT: usize = 8;

/// The recipient of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The members of a room; the sender need not be one.
    Room(RoomName),
    /// A user on all devices.
    User(UserId),
    /// One connection.
    Client(ClientId),
}

impl Destination {
    /// Returns the request that sends a text to this recipient.
    pub fn verb(&self, text: &str) -> Verb {
        let (event, data) = (text_event(), Json::string(text));
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

fn text_event() -> EventName {
    EventName::new(TEXT).expect("valid event name")
}

/// `#room`, `@user`, or `@` and a shortened client id.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => write!(f, "#{room}"),
            Self::User(user) => write!(f, "@{user}"),
            Self::Client(client) => write!(f, "@{}", short(client.as_str())),
        }
    }
}

/// Returns a shortened client id.
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
    fn displays_a_recipient() {
        assert_eq!(all().map(|to| to.to_string()), ["#deploys", "@ada", "@c_abcdef…"]);
        assert_eq!(short("c_1"), "c_1");
    }

    #[test]
    fn publishes_to_a_room_and_sends_to_a_user() {
        let frames = all().map(|to| ClientFrame { id: Id::new(1).unwrap(), verb: to.verb("hi") }.encode());
        let [room, user, client] = &frames;
        assert!(room.contains(r#""type":"publish","room":"deploys","event":"text","data":"hi""#), "{room}");
        assert!(user.contains(r#""type":"send","to":{"user":"ada"},"event":"text","data":"hi""#), "{user}");
        assert!(client.contains(r#""to":{"client":"c_abcdefghijklmnop"}"#), "{client}");
    }
}
