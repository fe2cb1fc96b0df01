//! What a person types in yodel.v1: text, or a command that begins with a slash.

use yodel_protocol::{RoomName, UserId};

/// What a line means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To be said in the last room.
    Say(String),
    /// Hear a room, and say what follows there.
    Join(RoomName),
    /// Hear a room no longer; the last one, if none is named.
    Leave(Option<RoomName>),
    /// Tell somebody.
    To(UserId, String),
    /// Who is in a room?
    Who(Option<RoomName>),
    /// What was said in a room?
    History(Option<RoomName>),
    /// What can be typed?
    Help,
    /// Enough.
    Quit,
}

impl Command {
    /// Reads a line.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse(line: &str) -> Result<Self, String> {
        let Some(command) = line.strip_prefix('/') else { return Ok(Self::Say(line.to_owned())) };
        if command.starts_with('/') {
            return Ok(Self::Say(command.to_owned()));
        }
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        Ok(match name {
            "join" => Self::Join(room(rest)?),
            "leave" => Self::Leave(perhaps(rest)?),
            "to" => to(rest)?,
            "who" => Self::Who(perhaps(rest)?),
            "history" => Self::History(perhaps(rest)?),
            "help" => Self::Help,
            "quit" => Self::Quit,
            _ => return Err(format!("/{name} is unknown: /help says what there is, //{name} sends it as text")),
        })
    }
}

fn room(name: &str) -> Result<RoomName, String> {
    RoomName::new(name).map_err(|error| error.to_string())
}

fn perhaps(name: &str) -> Result<Option<RoomName>, String> {
    if name.is_empty() { Ok(None) } else { room(name).map(Some) }
}

fn to(rest: &str) -> Result<Command, String> {
    let (user, text) = rest.split_once(char::is_whitespace).ok_or("allowed is /to USER TEXT")?;
    let user = UserId::new(user).map_err(|error| error.to_string())?;
    Ok(Command::To(user, text.trim_start().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> RoomName {
        RoomName::new(name).expect("a room's name")
    }

    #[test]
    fn a_line_is_text_unless_it_begins_with_a_slash() {
        for (line, text) in [("hello", "hello"), ("", ""), (" /who", " /who"), ("//who", "/who"), ("/ ", "")] {
            let command = Command::parse(line);
            assert!(line == "/ " || command == Ok(Command::Say(text.to_owned())), "{line}: {command:?}");
        }
    }

    #[test]
    fn every_command_is_understood() {
        let user = UserId::new("ada").expect("a user");
        for (line, command) in [
            ("/join chat", Command::Join(room("chat"))),
            ("/join  the room ", Command::Join(room("the room"))),
            ("/leave", Command::Leave(None)),
            ("/leave chat", Command::Leave(Some(room("chat")))),
            ("/to ada how are you", Command::To(user, "how are you".to_owned())),
            ("/who", Command::Who(None)),
            ("/history chat", Command::History(Some(room("chat")))),
            ("/help", Command::Help),
            ("/quit", Command::Quit),
        ] {
            assert_eq!(Command::parse(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for wrong in ["/join", "/to ada", "/to", "/sing a song", "/ "] {
            assert!(Command::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Command::parse("/sing").is_err_and(|error| error.contains("/help") && error.contains("//sing")));
    }
}
