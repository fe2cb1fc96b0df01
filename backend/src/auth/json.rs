//! JSON that means what it says: objects are objects, and `null` is something.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Reads an object. Without this a list would do as well, its values taken in order.
pub fn object<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let begins = text.trim_start_matches([' ', '\t', '\n', '\r']);
    begins.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// A field of an object that is there, even as `null`. For `Option` that would be as good as none,
/// and a permission that is `null` as good as one that nobody limited.
pub fn present<'t, D: Deserializer<'t>>(deserializer: D) -> Result<Option<&'t RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct One<'t> {
        #[serde(borrow, default, deserialize_with = "present")]
        field: Option<&'t RawValue>,
    }

    /// The field of an object, if it is one.
    fn field(text: &str) -> Option<&str> {
        object::<One>(text).map(|one| one.field.map_or("nothing", RawValue::get))
    }

    #[test]
    fn an_object_is_no_list_and_null_is_there() {
        assert_eq!(field("{}"), Some("nothing"));
        assert_eq!(field("\n {\"field\":null}"), Some("null"));
        assert_eq!(field(r#"{"other":1,"field": [1, 2] }"#), Some("[1, 2]"));
        for wrong in ["", "[1]", "null", "{", r#"{"field":1} x"#, r#"{"field":1,"field":2}"#] {
            assert_eq!(field(wrong), None, "{wrong}");
        }
    }
}
