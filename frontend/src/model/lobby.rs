//! Requests that publish in the lobby, the room of a server's plain clients.

use super::well_known::LOBBY;
use yodel_protocol::{EventName, Json, RoomName, Verb, frame::Publish};

/// Returns the request that publishes data in the lobby; `None` if the name of the event is invalid.
pub fn publish(event: &str, data: Json) -> Option<Verb> {
    let (room, event) = (RoomName::new(LOBBY).ok()?, EventName::new(event).ok()?);
    Some(Verb::Publish(Publish { room, event, data, key: None, echo: true }))
}
