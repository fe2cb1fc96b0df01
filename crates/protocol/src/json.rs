//! Application data: JSON that passes through unchanged, byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// Unparsed JSON. Numbers keep their digits, objects keep the order of their fields.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// Returns `null`.
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// Copies raw JSON.
    pub(crate) fn from_raw(json: &RawValue) -> Self {
        Self(json.to_owned())
    }

    /// Parses a text.
    ///
    /// # Errors
    /// Returns an error if the text is not valid JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Serializes a value.
    ///
    /// # Errors
    /// Returns an error if JSON cannot represent the value, such as a map with keys other than strings.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        to_raw_value(value).map(Self)
    }

    /// Returns the text as a JSON string.
    pub fn string(text: &str) -> Self {
        Self::from_value(text).unwrap_or_default() // Every text is a JSON string.
    }

    /// Returns the JSON text.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// Returns the unescaped text if the JSON is a string.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        /// Borrows unless the string contains escapes; serde's own `Cow` implementation always allocates.
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        serde_json::from_str::<Text>(self.text()).ok().map(|text| text.0)
    }

    /// Deserializes a value.
    ///
    /// # Errors
    /// Returns an error if the JSON does not have this type.
    pub fn to<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.text())
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::null()
    }
}

/// Compares the text, not the value: `1` is not `1.0`.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Json {}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preserves_the_text() {
        for text in ["1.0", "1e400", "123456789012345678901234567890", r#"{ "b" : 1,"a":2, "b":3 }"#, r#""\u00e9\/""#] {
            assert_eq!(Json::parse(text).unwrap().text(), text);
        }
        for invalid in ["", "{", "nul", "1 2", "'a'"] {
            assert!(Json::parse(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn converts_between_strings_and_json() {
        assert_eq!(Json::string("a \"quoted\"\n").text(), r#""a \"quoted\"\n""#);
        for text in ["", "plain", "line\nbreak", "\u{1f600}"] {
            assert_eq!(Json::string(text).as_string().as_deref(), Some(text));
        }
        assert_eq!(Json::parse(r#"{"a":"b"}"#).unwrap().as_string(), None);
        assert_eq!(Json::null().as_string(), None);
    }

    #[test]
    fn deserializes_a_requested_type() {
        assert_eq!(Json::parse("[1,2]").unwrap().to::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(Json::parse("[1,256]").unwrap().to::<Vec<u8>>().is_err());
    }
}
