//! Paths to a value in JSON, such as `a.b[0].c`.

use serde_json::{Deserializer, Value};

/// A path of keys and indexes. The empty path is the whole value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonPath(Vec<PathStep>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PathStep {
    /// A field of an object.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
}

impl JsonPath {
    /// Parses the path before the first `=` outside of a quoted key, and returns it with the text after the `=`. Keys
    /// that contain one of `.[]=` are written as `["a.b"]`.
    ///
    /// # Errors
    /// Returns a message for the user if the path is invalid or no `=` follows it.
    pub fn parse_before_equals(text: &str) -> Result<(Self, &str), String> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (step, after) = match rest.chars().next() {
                None => return Err("expected json:PATH=VALUE, such as json:user.name=ada".to_owned()),
                Some('=') => return Ok((Self(steps), &rest[1..])),
                Some('[') => bracket(&rest[1..])?,
                Some('.') if !steps.is_empty() => key(&rest[1..])?,
                Some(_) if steps.is_empty() => key(rest)?,
                Some(other) => return Err(format!("expected '.', '[' or '=' in the path before {other:?}")),
            };
            steps.push(step);
            rest = after;
        }
    }

    /// Returns the value at this path; `None` if there is none.
    pub fn value_in<'v>(&self, json: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(json, |value, step| match step {
            PathStep::Key(key) => value.as_object()?.get(key),
            PathStep::Index(index) => value.as_array()?.get(*index),
        })
    }
}

/// Parses a key without quotes, and returns it with the text after it.
fn key(text: &str) -> Result<(PathStep, &str), String> {
    let end = text.find(['.', '[', ']', '=']).unwrap_or(text.len());
    if end == 0 {
        return Err("a key in the path is empty; write an empty key as [\"\"]".to_owned());
    }
    Ok((PathStep::Key(text[..end].to_owned()), &text[end..]))
}

/// Parses what follows a `[`: an index or a quoted key, and the `]`.
fn bracket(text: &str) -> Result<(PathStep, &str), String> {
    let invalid = || "expected an index such as [0], or a key such as [\"a.b\"]".to_owned();
    let (step, rest) = if text.starts_with('"') {
        let mut keys = Deserializer::from_str(text).into_iter::<String>();
        let key = keys.next().and_then(Result::ok).ok_or_else(invalid)?;
        (PathStep::Key(key), &text[keys.byte_offset()..])
    } else {
        let end = text.find(']').ok_or_else(invalid)?;
        (PathStep::Index(text[..end].parse().map_err(|_| invalid())?), &text[end..])
    };
    Ok((step, rest.strip_prefix(']').ok_or_else(invalid)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_value_at_a_path() {
        let json = json!({ "a": { "b": [{ "c": 1 }, [2, 3]] }, "x.y": { "=]": 4 }, "": 5, "\"": 6 });
        for (text, value) in [
            ("a.b[0].c=", Some(json!(1))),
            ("a.b[1][1]=", Some(json!(3))),
            ("[\"a\"].b[1]=", Some(json!([2, 3]))),
            ("[\"x.y\"][\"=]\"]=", Some(json!(4))),
            ("[\"\"]=", Some(json!(5))),
            ("[\"\\\"\"]=", Some(json!(6))),
            ("=", Some(json.clone())),
            ("a.b[2]=", None),
            ("a[0]=", None),
            ("a.b.c=", None),
            ("a.c=", None),
        ] {
            let (path, rest) = JsonPath::parse_before_equals(text).expect(text);
            assert_eq!((path.value_in(&json), rest), (value.as_ref(), ""), "{text}");
        }
    }

    #[test]
    fn ends_at_the_first_equals_sign_outside_of_quotes() {
        let (path, rest) = JsonPath::parse_before_equals("[\"a=b\"]=c=d").expect("a valid path");
        assert_eq!((path, rest), (JsonPath(vec![PathStep::Key("a=b".to_owned())]), "c=d"));
    }

    #[test]
    fn rejects_invalid_paths() {
        for (text, reason) in [
            ("", "expected json:PATH=VALUE"),
            ("a.b", "expected json:PATH=VALUE"),
            ("a..b=1", "key in the path is empty"),
            (".a=1", "key in the path is empty"),
            ("a.=1", "key in the path is empty"),
            ("a[0]b=1", "'.', '[' or '='"),
            ("a]=1", "'.', '[' or '='"),
            ("a[x]=1", "an index such as [0]"),
            ("a[-1]=1", "an index such as [0]"),
            ("a[0=1", "an index such as [0]"),
            ("a[\"b=1", "an index such as [0]"),
            ("a[\"b\"=1", "an index such as [0]"),
        ] {
            let error = JsonPath::parse_before_equals(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
