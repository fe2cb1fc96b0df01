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

    /// Returns the unescaped text if the JSON is a string. A surrogate without its pair becomes U+FFFD.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        /// Borrows unless the string contains escapes; serde's own `Cow` implementation always allocates.
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        if let Ok(text) = serde_json::from_str::<Text>(self.text()) {
            return Some(text.0);
        }
        let is_string = self.text().starts_with('"');
        is_string.then(|| serde_json::from_str(&replace_lone_surrogates(self.text())).ok().map(Cow::Owned))?
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

/// Returns JSON in which each escaped surrogate without its pair is an escaped U+FFFD.
fn replace_lone_surrogates(json: &str) -> String {
    let (mut replaced, mut rest) = (String::new(), json);
    while let Some(at) = rest.find('\\') {
        replaced.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (surrogate(rest), surrogate(rest.get(6..).unwrap_or_default())) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                replaced.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (None, _) => 2,
        };
        let (escape, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        replaced.push_str(escape);
        rest = after;
    }
    replaced + rest
}

/// Returns the surrogate that is escaped at the start of a text.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..=0xdfff).contains(unit))
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
            (r#""\\ud800\\\udfff\\""#, "\\ud800\\\u{fffd}\\"),
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
