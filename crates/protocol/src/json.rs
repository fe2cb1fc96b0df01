//! The application's own data: any JSON, which passes through byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// JSON that nobody on the way parses: numbers keep their digits, objects the order of their fields.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// `null`
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// A copy of this JSON.
    pub(crate) fn of_raw(json: &RawValue) -> Self {
        Self(json.to_owned())
    }

    /// The JSON that this text is.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// A value as JSON.
    ///
    /// # Errors
    /// When the value has something that JSON lacks, such as a map whose keys are no strings.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        to_raw_value(value).map(Self)
    }

    /// A text as a JSON string.
    pub fn string(text: &str) -> Self {
        Self::of(text).unwrap_or_default() // Every text is a JSON string.
    }

    /// The JSON's own text.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The text that this is, when it is a string.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        /// Borrows where there is nothing to unescape, as serde's own implementation does not.
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        serde_json::from_str::<Text>(self.text()).ok().map(|text| text.0)
    }

    /// The value that this is.
    ///
    /// # Errors
    /// When it is not one of this type.
    pub fn to<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.text())
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::null()
    }
}

/// The same bytes, not the same meaning: `1` is not `1.0`.
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
    fn bytes_stay_what_they_are() {
        for text in ["1.0", "1e400", "123456789012345678901234567890", r#"{ "b" : 1,"a":2, "b":3 }"#, r#""\u00e9\/""#] {
            assert_eq!(Json::parse(text).unwrap().text(), text);
        }
        for wrong in ["", "{", "nul", "1 2", "'a'"] {
            assert!(Json::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_string_is_the_text_it_stands_for() {
        assert_eq!(Json::string("a \"quoted\"\n").text(), r#""a \"quoted\"\n""#);
        for text in ["", "plain", "line\nbreak", "\u{1f600}"] {
            assert_eq!(Json::string(text).as_string().as_deref(), Some(text));
        }
        assert_eq!(Json::parse(r#"{"a":"b"}"#).unwrap().as_string(), None);
        assert_eq!(Json::null().as_string(), None);
    }

    #[test]
    fn it_is_read_as_what_is_wanted() {
        assert_eq!(Json::parse("[1,2]").unwrap().to::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(Json::parse("[1,256]").unwrap().to::<Vec<u8>>().is_err());
    }
}
