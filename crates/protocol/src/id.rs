//! Names and numbers: who, where, which. Each is checked where it comes in, and cheap to clone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

/// The largest number that every client can count to: JavaScript's integers end there.
const LARGEST: u64 = 1 << 53;

/// Why a name is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadName {
    what: &'static str,
    most: usize,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has 1 to {} bytes and no control characters", self.what, self.most)
    }
}

impl std::error::Error for BadName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// How long it may be, in bytes.
            pub const MOST: usize = $most;

            /// Checks a name.
            ///
            /// # Errors
            /// When it is empty, too long, or has control characters.
            pub fn new(name: &str) -> Result<Self, BadName> {
                if name.is_empty() || name.len() > Self::MOST || name.chars().any(char::is_control) {
                    return Err(BadName { what: $what, most: Self::MOST });
                }
                Ok(Self(name.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                Self::new(&name).map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A connection: two tabs of one user are two clients. The server's choice.
    ClientId, "a client", 64
);
name!(
    /// A person or program, on however many connections: the `sub` of its token.
    UserId, "a user", 255
);
name!(
    /// A room.
    RoomName, "a room", 255
);
name!(
    /// What a message is about: the application's own name.
    EventName, "an event", 255
);
name!(
    /// One life of a room's history: an offset means nothing in another one.
    Epoch, "an epoch", 64
);
name!(
    /// The client's own name for a message, 128 random bits: the same key is never published twice.
    Key, "a key", 64
);

impl RoomName {
    /// What stands for everybody where a message says its room; nobody can join it.
    pub const EVERYONE: &str = "*";

    /// Whether it stands for everybody.
    pub fn is_everyone(&self) -> bool {
        self.as_str() == Self::EVERYONE
    }
}

/// The client's number of a frame, which the reply to it repeats: 1 to 2^53.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Id(u64);

impl Id {
    /// Checks a number.
    pub fn new(number: u64) -> Option<Self> {
        (1..=LARGEST).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| serde::de::Error::custom("an id is a number from 1 to 2^53"))
    }
}

/// A message's place in its room: the first is 1, each next one more, without holes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offset(pub u64);

impl Offset {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// How far somebody has come in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// In which life of its history.
    pub epoch: Epoch,
    /// The last message that arrived; 0 for none.
    pub offset: Offset,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_bounds() {
        let longest = "x".repeat(255);
        assert_eq!(RoomName::new(&longest).unwrap().as_str(), longest);
        for wrong in ["", "line\nbreak", "\u{0}", "\u{7f}", &"x".repeat(256), &"é".repeat(128)] {
            let error = RoomName::new(wrong).unwrap_err().to_string();
            assert_eq!(error, "a room has 1 to 255 bytes and no control characters");
            assert!(serde_json::from_value::<RoomName>(wrong.into()).is_err());
        }
        assert!(Key::new(&"x".repeat(65)).is_err());
    }

    #[test]
    fn an_id_is_a_number_that_javascript_can_count_to() {
        for (text, good) in [
            ("1", true),
            ("9007199254740992", true),
            ("0", false),
            ("9007199254740993", false),
            ("-1", false),
            ("1.0", false),
        ] {
            assert_eq!(serde_json::from_str::<Id>(text).is_ok(), good, "{text}");
        }
    }
}
