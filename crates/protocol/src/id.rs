//! Identifiers and positions. Each is validated on creation, and cheap to clone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

/// Largest identifier: above 2^53, JavaScript numbers are no longer exact.
const MAX_ID: u64 = 1 << 53;

/// Error for a name that is empty, too long, or contains control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName {
    kind: &'static str,
    max: usize,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has 1 to {} bytes and no control characters", self.kind, self.max)
    }
}

impl std::error::Error for InvalidName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Maximum length in bytes.
            pub const MAX_LEN: usize = $max;

            /// Creates a name.
            ///
            /// # Errors
            /// Returns an error if the name is empty, longer than [`Self::MAX_LEN`], or contains control characters.
            pub fn new(name: &str) -> Result<Self, InvalidName> {
                if name.is_empty() || name.len() > Self::MAX_LEN || name.chars().any(char::is_control) {
                    return Err(InvalidName { kind: $kind, max: Self::MAX_LEN });
                }
                Ok(Self(name.into()))
            }

            /// Returns the name as a string slice.
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
    /// Identifier of a connection, chosen by the server. Two tabs of one user are two clients.
    ClientId, "a client id", 64
);
name!(
    /// Identifier of a person or program, with any number of connections: the `sub` of its token.
    UserId, "a user id", 255
);
name!(
    /// Name of a room.
    RoomName, "a room name", 255
);
name!(
    /// Application-defined name of a kind of message.
    EventName, "an event", 255
);
name!(
    /// Identifier of a room's history. A restart or reset starts a new epoch; offsets of different epochs cannot be
    /// compared.
    Epoch, "an epoch", 64
);
name!(
    /// Client-chosen identifier of a publish, usually 128 random bits. Within five minutes, a room publishes each key
    /// once.
    IdempotencyKey, "a key", 64
);

impl RoomName {
    /// Stands for all connections in the `room` field of a broadcast; it cannot be joined.
    pub const EVERYONE: &str = "*";

    /// Returns whether the name is [`Self::EVERYONE`].
    pub fn is_everyone(&self) -> bool {
        self.as_str() == Self::EVERYONE
    }
}

/// Client-chosen number of a request, 1 to 2^53, which the reply repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Id(u64);

impl Id {
    /// Creates an identifier; returns `None` outside the range 1 to 2^53.
    pub fn new(number: u64) -> Option<Self> {
        (1..=MAX_ID).contains(&number).then_some(Self(number))
    }

    /// Returns the number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| serde::de::Error::custom("an id is an integer from 1 to 2^53"))
    }
}

/// Position of a message in its room. The first is 1, and there are no gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offset(pub u64);

impl Offset {
    /// Returns the following offset.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Position of a subscriber in a room's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Epoch of the history.
    pub epoch: Epoch,
    /// Offset of the last received message; 0 for none.
    pub offset: Offset,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_names_outside_the_limits() {
        let longest = "x".repeat(255);
        assert_eq!(RoomName::new(&longest).unwrap().as_str(), longest);
        for invalid in ["", "line\nbreak", "\u{0}", "\u{7f}", &"x".repeat(256), &"é".repeat(128)] {
            let error = RoomName::new(invalid).unwrap_err().to_string();
            assert_eq!(error, "a room name has 1 to 255 bytes and no control characters");
            assert!(serde_json::from_value::<RoomName>(invalid.into()).is_err());
        }
        assert!(IdempotencyKey::new(&"x".repeat(65)).is_err());
    }

    #[test]
    fn accepts_ids_that_javascript_represents_exactly() {
        for (text, valid) in [
            ("1", true),
            ("9007199254740992", true),
            ("0", false),
            ("9007199254740993", false),
            ("-1", false),
            ("1.0", false),
        ] {
            assert_eq!(serde_json::from_str::<Id>(text).is_ok(), valid, "{text}");
        }
    }
}
