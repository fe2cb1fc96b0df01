//! Application data: JSON that passes through unchanged, byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;

use crate::object::{Object, write_string};
use crate::raw::{elements, fields, string, string_lossy, value};

#[cfg(feature = "raw_value")]
mod raw_value;
#[cfg(not(feature = "raw_value"))]
mod text;

#[cfg(feature = "raw_value")]
use raw_value::Text;
#[cfg(not(feature = "raw_value"))]
use text::Text;

/// Unparsed JSON. Numbers keep their digits, objects keep the order of their fields.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Text);

impl Json {
    /// Returns `null`.
    pub fn null() -> Self {
        Self::new("null".to_owned())
    }

    /// Returns the JSON of a text that is known to be valid.
    pub(crate) fn new(text: String) -> Self {
        Self(Text::new(text))
    }

    /// Reads a text; `None` if it is not valid JSON.
    pub fn read(text: &str) -> Option<Self> {
        value(text).map(|json| Self::new(json.to_owned()))
    }

    /// Parses a text.
    ///
    /// # Errors
    /// Returns an error with the position of the mistake if the text is not valid JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Serializes a value.
    ///
    /// # Errors
    /// Returns an error if JSON cannot represent the value, such as a map with keys other than strings.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        to_raw_value(value).map(|raw| Self(raw.into()))
    }

    /// Returns the text as a JSON string.
    pub fn string(text: &str) -> Self {
        let mut json = String::with_capacity(text.len() + 2);
        write_string(text, &mut json);
        Self::new(json)
    }

    /// Returns texts as a JSON array of strings.
    pub fn strings<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::array(texts.into_iter().map(|text| Self::string(text).text().to_owned()))
    }

    /// Returns the JSON text.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// Returns the unescaped text if the JSON is a string. A surrogate without its pair becomes U+FFFD.
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        string_lossy(self.text())
    }

    /// Returns the unescaped texts if the JSON is an array of strings.
    pub fn as_strings(&self) -> Option<Vec<String>> {
        elements(self.text())?.into_iter().map(|json| string(json).map(Cow::into_owned)).collect()
    }

    /// Returns records as a JSON array of objects with these fields, whose names need no escapes.
    pub fn records<'t, const N: usize>(names: [&str; N], records: impl IntoIterator<Item = [&'t str; N]>) -> Self {
        let objects = records.into_iter().map(|fields| {
            let mut object = Object::new();
            for (name, field) in names.into_iter().zip(fields) {
                object.text(name, field);
            }
            object.end()
        });
        Self::array(objects)
    }

    /// Returns these fields of each object if the JSON is an array of objects that have them, each a string.
    pub fn as_records<const N: usize>(&self, names: [&str; N]) -> Option<Vec<[String; N]>> {
        let record = |object| {
            let fields = fields(object)?;
            let mut record = [const { String::new() }; N];
            for (value, name) in record.iter_mut().zip(names) {
                let (_, json) = fields.iter().find(|(field, _)| field == name)?;
                *value = string(json)?.into_owned();
            }
            Some(record)
        };
        elements(self.text())?.into_iter().map(record).collect()
    }

    pub(crate) fn array(elements: impl Iterator<Item = String>) -> Self {
        let mut json = String::from("[");
        for element in elements {
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(&element);
        }
        json.push(']');
        Self::new(json)
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
            assert_eq!(Json::read(&format!(" {text}\n")).unwrap().text(), text);
        }
        for invalid in ["", "{", "nul", "1 2", "'a'"] {
            assert!(Json::parse(invalid).is_err(), "{invalid}");
            assert!(Json::read(invalid).is_none(), "{invalid}");
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
    fn converts_between_strings_and_an_array() {
        for texts in [vec![], vec![""], vec!["a", "\"b\""]] {
            let json = Json::strings(texts.iter().copied());
            assert_eq!(json.text(), serde_json::to_string(&texts).unwrap());
            assert_eq!(json.as_strings().unwrap(), texts);
        }
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
    fn converts_between_records_and_an_array() {
        let records = [["a", "\"1\""], ["", ""]];
        let json = Json::records(["name", "text"], records);
        assert_eq!(json.text(), r#"[{"name":"a","text":"\"1\""},{"name":"","text":""}]"#);
        assert_eq!(json.as_records(["name", "text"]).unwrap(), records);
        assert_eq!(json.as_records(["text"]).unwrap(), [[records[0][1]], [""]]);
        for other in ["null", "{}", "[1]", "[{}]", r#"[{"name":1,"text":""}]"#] {
            assert_eq!(Json::parse(other).unwrap().as_records(["name", "text"]), None, "{other}");
        }
    }

    #[test]
    fn deserializes_a_requested_type() {
        assert_eq!(Json::parse("[1,2]").unwrap().to::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(Json::parse("[1,256]").unwrap().to::<Vec<u8>>().is_err());
    }
}
