//! Strict JSON parsing: objects must be objects, and `null` is not the same as a missing field.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Parses a JSON object; `None` if `text` is anything else. Serde alone would also accept an array, with
/// its values in the order of the fields.
pub fn parse_object<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r']);
    trimmed.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// Deserializes a field so that `null` is a value. By default, serde would treat it as missing, and a
/// permission that is `null` would mean no restriction.
pub fn present_value<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Option<&'t RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct One<'t> {
        #[serde(borrow, default, deserialize_with = "present_value")]
        field: Option<&'t RawValue>,
    }

    /// Returns the raw field of an object; `None` if `text` is not an object.
    fn field(text: &str) -> Option<&str> {
        parse_object::<One>(text).map(|one| one.field.map_or("nothing", RawValue::get))
    }

    #[test]
    fn rejects_arrays_and_keeps_null() {
        assert_eq!(field("{}"), Some("nothing"));
        assert_eq!(field("\n {\"field\":null}"), Some("null"));
        assert_eq!(field(r#"{"other":1,"field": [1, 2] }"#), Some("[1, 2]"));
        for wrong in ["", "[1]", "null", "{", r#"{"field":1} x"#, r#"{"field":1,"field":2}"#] {
            assert_eq!(field(wrong), None, "{wrong}");
        }
    }
}
