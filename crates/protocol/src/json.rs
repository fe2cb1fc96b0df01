//! Application data: JSON that passes through unchanged, byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::raw::{elements, string, string_lossy};

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
        serde_json::from_str(text).map(Self::from_raw)
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

    /// Returns the unescaped text if the JSON is a string. A surrogate without its pair becomes U+FFFD.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        string_lossy(&self.0)
    }

    /// Returns the unescaped texts if the JSON is an array of strings.
    pub fn as_strings(&self) -> Option<Vec<String>> {
        elements(self.text())?.into_iter().map(|json| string(json).map(Cow::into_owned)).collect()
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
    fn returns_the_strings_of_an_array() {
        let strings = |json| Json::parse(json).unwrap().as_strings();
        assert_eq!(strings(r#" [ "a\n", "" ] "#), Some(vec!["a\n".to_owned(), String::new()]));
        assert_eq!(strings("[]"), Some(Vec::new()));
        for other in ["null", r#""a""#, r#"["a",1]"#, r#"{"a":"b"}"#] {
            assert_eq!(strings(other), None, "{other}");
        }
    }

    #[test]
    fn deserializes_a_requested_type() {
        assert_eq!(Json::parse("[1,2]").unwrap().to::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(Json::parse("[1,256]").unwrap().to::<Vec<u8>>().is_err());
    }
}
