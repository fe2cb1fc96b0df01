//! Commands at the prompt in `yodel.v1`: text to send, or a command that starts with a slash.

use yodel_protocol::{RoomName, UserId};

/// A parsed input line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Publish this text in the current room, which is the last one joined.
    Text(String),
    /// Join a room, which becomes the current one.
    Join(RoomName),
    /// Leave a room, by default the current one.
    Leave(Option<RoomName>),
    /// Send a text to a user.
    To(UserId, String),
    /// List the users of a room, by default of the current one.
    Who(Option<RoomName>),
    /// List the latest messages of a room, by default of the current one.
    History(Option<RoomName>),
    /// Print the help.
    Help,
    /// Close the connection and exit.
    Quit,
}

impl Command {
    /// Parses an input line. A line that starts with `//` is text that starts with one slash.
    ///
    /// # Errors
    /// Returns a message for the user if the command is unknown or its arguments are invalid.
    pub fn parse(line: &str) -> Result<Self, String> {
        let Some(command) = line.strip_prefix('/') else { return Ok(Self::Text(line.to_owned())) };
        if command.starts_with('/') {
            return Ok(Self::Text(command.to_owned()));
        }
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        Ok(match name {
            "join" => Self::Join(room(rest)?),
            "leave" => Self::Leave(optional_room(rest)?),
            "to" => to(rest)?,
            "who" => Self::Who(optional_room(rest)?),
            "history" => Self::History(optional_room(rest)?),
            "help" => Self::Help,
            "quit" => Self::Quit,
            _ => return Err(format!("unknown command /{name}: /help lists the commands, //{name} sends it as text")),
        })
    }
}

fn room(name: &str) -> Result<RoomName, String> {
    RoomName::new(name).map_err(|error| error.to_string())
}

fn optional_room(name: &str) -> Result<Option<RoomName>, String> {
    if name.is_empty() { Ok(None) } else { room(name).map(Some) }
}

fn to(rest: &str) -> Result<Command, String> {
    let (user, text) = rest.split_once(char::is_whitespace).ok_or("expected /to USER TEXT")?;
    let user = UserId::new(user).map_err(|error| error.to_string())?;
    Ok(Command::To(user, text.trim_start().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> RoomName {
        RoomName::new(name).expect("a valid room name")
    }

    #[test]
    fn parses_a_line_without_a_slash_as_text() {
        for (line, text) in [("hello", "hello"), ("", ""), (" /who", " /who"), ("//who", "/who"), ("/ ", "")] {
            let command = Command::parse(line);
            assert!(line == "/ " || command == Ok(Command::Text(text.to_owned())), "{line}: {command:?}");
        }
    }

    #[test]
    fn parses_every_command() {
        let user = UserId::new("ada").expect("a valid user id");
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
    fn rejects_unknown_and_incomplete_commands() {
        for invalid in ["/join", "/to ada", "/to", "/sing a song", "/ "] {
            assert!(Command::parse(invalid).is_err(), "{invalid}");
        }
        assert!(Command::parse("/sing").is_err_and(|error| error.contains("/help") && error.contains("//sing")));
    }
}
