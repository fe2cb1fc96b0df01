//! JSON as a plain text, for programs that read and write frames without serde. With serde it is read again each time.

use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A valid JSON text.
#[derive(Clone)]
pub(super) struct Text(Box<str>);

impl Text {
    /// Wraps a text that is known to be valid.
    pub(super) fn new(text: String) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub(super) fn get(&self) -> &str {
        &self.0
    }
}

impl From<Box<RawValue>> for Text {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw.into())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.get()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}
