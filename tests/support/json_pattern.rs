//! JSON patterns: literal JSON in which words in capitals are placeholders.

use std::collections::HashMap;

use serde_json::Value;

/// Values of the placeholders that were compared so far.
pub type Placeholders = HashMap<String, Value>;

/// Asserts that a value matches `pattern`, which is JSON (see [`matches()`]).
pub fn assert_matches(value: &Value, pattern: &str) {
    assert_matches_with(value, pattern, &mut Placeholders::new());
}

/// Asserts that a value matches `pattern`, with placeholders that other patterns share.
pub fn assert_matches_with(value: &Value, pattern: &str, placeholders: &mut Placeholders) {
    let expected: Value = serde_json::from_str(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    assert!(matches(value, &expected, placeholders), "got      {value}\nexpected {expected}");
}

/// Returns whether a value equals the expected one; the order of fields does not matter. A string in capitals is a
/// placeholder. `TIME`, `EARLIER`, `LATER` and `MS` stand for any time, `USERS` for any list, and every other word for
/// one value: for any but null at first, and then for the same again.
pub fn matches(value: &Value, expected: &Value, placeholders: &mut Placeholders) -> bool {
    match (value, expected) {
        (value, Value::String(word)) if is_placeholder(word) => match word.as_str() {
            "TIME" | "EARLIER" | "LATER" | "MS" => value.is_u64(),
            "USERS" => value.is_array(),
            _ => !value.is_null() && placeholders.entry(word.clone()).or_insert_with(|| value.clone()) == value,
        },
        (Value::Object(fields), Value::Object(expected)) => {
            fields.len() == expected.len()
                && expected.iter().all(|(name, expected)| {
                    fields.get(name).is_some_and(|value| matches(value, expected, placeholders))
                })
        }
        (Value::Array(items), Value::Array(expected)) => {
            items.len() == expected.len()
                && items.iter().zip(expected).all(|(item, expected)| matches(item, expected, placeholders))
        }
        (value, expected) => value == expected,
    }
}

fn is_placeholder(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn detects_every_kind_of_mismatch() {
        let pattern = json!({"a": "TIME", "b": ["ID", "ID"], "c": "word"});
        let fits = |value: Value| matches(&value, &pattern, &mut Placeholders::new());
        assert!(fits(json!({"c": "word", "b": [1, 1], "a": 7})));
        for value in [
            json!({"a": "7", "b": [1, 1], "c": "word"}),
            json!({"a": 7, "b": [1, 2], "c": "word"}),
            json!({"a": 7, "b": [null, null], "c": "word"}),
            json!({"a": 7, "b": [1], "c": "word"}),
            json!({"a": 7, "b": [1, 1], "c": "other"}),
            json!({"a": 7, "b": [1, 1]}),
            json!({"a": 7, "b": [1, 1], "c": "word", "d": 1}),
        ] {
            assert!(!fits(value.clone()), "{value}");
        }
    }
}
