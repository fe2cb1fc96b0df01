//! Application data: JSON that passes through unchanged, byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};
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

    /// Returns the unescaped text if the JSON is a string. A surrogate without its pair becomes U+FFFD.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        /// Borrows unless the string contains escapes; serde's own `Cow` implementation always allocates.
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        let text = serde_json::from_str::<Text>(self.text()).ok().map(|text| text.0);
        text.or_else(|| self.text().starts_with('"').then(|| self.to().ok()).flatten().map(LossyText::into_text))
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

/// A string that may contain surrogates without their pairs, which the parser passes as if they were encoded in UTF-8.
struct LossyText(Vec<u8>);

impl LossyText {
    fn into_text(self) -> Cow<'static, str> {
        let mut bytes = self.0;
        for index in 0..bytes.len() {
            if let [0xed, 0xa0..=0xbf, _, ..] = bytes[index..] {
                bytes[index..index + 3].copy_from_slice("\u{fffd}".as_bytes());
            }
        }
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl<'de> Deserialize<'de> for LossyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = LossyText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<LossyText, E> {
                Ok(LossyText(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
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
    fn replaces_surrogates_without_a_pair() {
        for (json, text) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\udc00b\ud800""#, "a\u{fffd}b\u{fffd}"),
            (r#""\ud800\ud83d\ude00\n""#, "\u{fffd}\u{1f600}\n"),
            (r#""\ud800\u00e9é""#, "\u{fffd}éé"),
        ] {
            let json = Json::parse(json).unwrap();
            assert_eq!(json.as_string().as_deref(), Some(text), "{json:?}");
        }
        assert_eq!(Json::parse(r#"["\ud800"]"#).unwrap().as_string(), None);
    }

    #[test]
    fn deserializes_a_requested_type() {
        assert_eq!(Json::parse("[1,2]").unwrap().to::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(Json::parse("[1,256]").unwrap().to::<Vec<u8>>().is_err());
    }
}
