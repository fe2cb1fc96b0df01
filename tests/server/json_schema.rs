//! The part of JSON Schema that the server's `OpenAPI` description uses.

use serde_json::{Value, json};

/// Returns the first mismatch between a value and its schema. Undescribed properties are mismatches.
pub fn schema_error(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolved(document, schema);
    for keyword in schema.as_object().expect("a schema is an object").keys() {
        assert!(KEYWORDS.contains(&&**keyword), "the keyword {keyword} of {schema} is not checked");
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let errors: Vec<_> = choices.iter().map(|choice| schema_error(document, choice, value)).collect();
        return match errors.iter().filter(|error| error.is_none()).count() {
            0 => errors.into_iter().flatten().next(),
            1 => None,
            count => Some(format!("{value} matches {count} of {choices:?}")),
        };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return None, // Any value is valid.
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        return Some(format!("{value} is not {kinds:?}"));
    }
    match value {
        Value::Number(number) => out_of_range(schema, ["minimum", "maximum"], number.as_f64(), value),
        Value::String(text) => out_of_range(schema, ["minLength", "maxLength"], length(text), value),
        Value::Array(items) => items.iter().find_map(|item| schema_error(document, &schema["items"], item)),
        Value::Object(fields) if schema["properties"].is_object() => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let missing = required.iter().filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
            if let Some(missing) = missing {
                return Some(format!("{value} has no {missing}"));
            }
            fields.iter().find_map(|(name, value)| match schema["properties"].get(name) {
                Some(schema) => schema_error(document, schema, value),
                None => Some(format!("{name} is not described: {value}")),
            })
        }
        _ => None,
    }
}

/// Keywords that [`schema_error`] checks, and those that only annotate.
const KEYWORDS: [&str; 14] = [
    "$ref",
    "oneOf",
    "type",
    "properties",
    "required",
    "items",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "description",
    "example",
    "format",
    "default",
];

/// Resolves `$ref` in a schema.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is not defined"))
        }
        None => schema,
    }
}

/// Returns the number of characters of a text.
fn length(text: &str) -> Option<f64> {
    u32::try_from(text.chars().count()).ok().map(f64::from)
}

/// Returns a mismatch if a size is outside of the limits that a schema has under these keywords.
fn out_of_range(schema: &Value, [least, most]: [&str; 2], size: Option<f64>, value: &Value) -> Option<String> {
    let fits = schema[least].as_f64().is_none_or(|least| size >= Some(least))
        && schema[most].as_f64().is_none_or(|most| size <= Some(most));
    if fits { None } else { Some(format!("{value} is outside of {schema}")) }
}

#[test]
fn detects_mismatches() {
    let document = json!({"a": {"type": "object", "required": ["x"], "properties": {
        "x": {"type": ["integer", "null"], "minimum": 1}, "y": {"type": "array", "items": {"type": "string"}},
        "z": {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}, {"type": "string", "maxLength": 2}]}}}});
    let fits = |value: Value| schema_error(&document, &json!({"$ref": "#/a"}), &value).is_none();
    assert!(fits(json!({"x": 1})) && fits(json!({"x": null, "y": ["z"], "z": "ab"})) && fits(json!({"x": 1, "z": 4})));
    for invalid in [
        json!({}),
        json!([]),
        json!({"x": "1"}),
        json!({"x": 1.5}),
        json!({"x": 0}),
        json!({"x": 1, "y": [2]}),
        json!({"x": 1, "other": 1}),
        json!({"x": 1, "z": 5}),
        json!({"x": 1, "z": "abc"}),
        json!({"x": 1, "z": true}),
    ] {
        assert!(!fits(invalid.clone()), "{invalid}");
    }
}

#[test]
#[should_panic(expected = "the keyword allOf")]
fn rejects_unknown_keywords() {
    schema_error(&json!({}), &json!({"allOf": [{"type": "string"}, {"type": "integer"}]}), &json!("x"));
}
