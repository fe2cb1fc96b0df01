//! A recipient as text: `#room`, `@user`, or `@` and a client id. Pure.

use crate::model::Destination;
use yodel_protocol::{ClientId, RoomName, UserId};

/// The text is not a recipient.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidRecipient;

/// Parses a recipient; an empty text is `None`. A known client id takes precedence over a user id.
pub(super) fn parse(typed: &str, clients: &[ClientId]) -> Result<Option<Destination>, InvalidRecipient> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let room = typed.strip_prefix('#').and_then(|name| RoomName::new(name).ok()).filter(|room| !room.is_everyone());
    if let Some(room) = room {
        return Ok(Some(Destination::Room(room)));
    }
    let name = typed.strip_prefix('@').ok_or(InvalidRecipient)?;
    if let Some(client) = clients.iter().find(|client| client.as_str() == name) {
        return Ok(Some(Destination::Client(client.clone())));
    }
    UserId::new(name).map(|user| Some(Destination::User(user))).map_err(|_| InvalidRecipient)
}

/// Returns the text of a recipient.
pub(super) fn format(to: &Destination) -> String {
    match to {
        Destination::Client(client) => format!("@{client}"),
        to => to.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_it_formats() {
        let client = ClientId::new("c_abcdefghijklmnop").unwrap();
        for to in [
            Destination::Room(RoomName::new("a room").unwrap()),
            Destination::User(UserId::new("ada@example.com").unwrap()),
            Destination::Client(client.clone()),
        ] {
            assert_eq!(parse(&format(&to), std::slice::from_ref(&client)), Ok(Some(to)));
        }
    }

    #[test]
    fn rejects_anything_but_a_room_or_a_user() {
        assert_eq!(parse("  ", &[]), Ok(None));
        for typed in ["ada", "#", "@", "#*"] {
            assert_eq!(parse(typed, &[]), Err(InvalidRecipient), "{typed}");
        }
        let user = Destination::User(UserId::new("c_1").unwrap());
        assert_eq!(parse("@c_1", &[]), Ok(Some(user)), "no client has this id");
    }
}
