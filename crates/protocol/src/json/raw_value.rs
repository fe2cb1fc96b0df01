//! JSON that serde passes through unread. Only serde's parser creates it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A valid JSON text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Text(Box<RawValue>);

impl Text {
    /// Wraps a text that is known to be valid.
    pub(super) fn new(text: String) -> Self {
        Self(RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// Returns the text.
    pub(super) fn get(&self) -> &str {
        self.0.get()
    }
}

impl From<Box<RawValue>> for Text {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}
