//! The value of --expect: a text, a regular expression, or a value in JSON that a received message must contain.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use regex_lite::{Regex, RegexBuilder};
use serde_json::{Number, Value};

use super::json_path::JsonPath;
use super::line::escaped;

/// Largest size of a compiled regular expression, in bytes.
const MAX_REGEX_SIZE: usize = 1024 * 1024;

/// Condition on a received message. Displayed as it was given.
#[derive(Clone, Debug)]
pub struct Expectation {
    given: String,
    pattern: Pattern,
}

#[derive(Clone, Debug)]
enum Pattern {
    /// The message contains this text.
    Text,
    /// A part of the message matches. The engine takes linear time.
    Regex(Regex),
    /// The message is JSON with this value at this path.
    Json(JsonPath, Value),
}

impl Expectation {
    /// Parses `/re/`, `json:PATH=VALUE`, or any other text.
    ///
    /// # Errors
    /// Returns a message for the user if the text is empty, or if the regular expression or the path is invalid.
    pub fn parse(given: &str) -> Result<Self, String> {
        let pattern = if let Some(condition) = given.strip_prefix("json:") {
            let (path, value) = JsonPath::parse_before_equals(condition)?;
            Pattern::Json(path, json_or_text(value)?)
        } else if let Some(pattern) = given.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Pattern::Regex(regex(pattern)?)
        } else if given.is_empty() {
            return Err("the text is empty; /^/ matches any message".to_owned());
        } else {
            Pattern::Text
        };
        Ok(Self { given: given.to_owned(), pattern })
    }

    /// Returns whether a received message meets the condition.
    pub fn matches(&self, message: &ReceivedMessage<'_>) -> bool {
        match &self.pattern {
            Pattern::Text => message.text.contains(&self.given),
            Pattern::Regex(regex) => regex.is_match(&message.text),
            Pattern::Json(path, expected) => {
                message.json().and_then(|json| path.value_in(json)).is_some_and(|value| is_equal(value, expected))
            }
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--expect '{}'", escaped(&self.given))
    }
}

/// A received message, as it is printed to a pipe. Bytes that are not UTF-8 count as U+FFFD.
#[derive(Debug)]
pub struct ReceivedMessage<'a> {
    text: Cow<'a, str>,
    /// The parsed text; `None` inside if it is not JSON.
    json: OnceCell<Option<Value>>,
}

impl<'a> ReceivedMessage<'a> {
    /// Creates a message from its bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { text: String::from_utf8_lossy(bytes), json: OnceCell::new() }
    }

    fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| serde_json::from_str(&self.text).ok()).as_ref()
    }
}

fn regex(pattern: &str) -> Result<Regex, String> {
    if pattern.is_empty() {
        return Err("the regular expression is empty; /^/ matches any message".to_owned());
    }
    let built = RegexBuilder::new(pattern).size_limit(MAX_REGEX_SIZE).build();
    built.map_err(|error| format!("invalid regular expression: {error}"))
}

/// Parses a value as JSON. A text needs no quotes, unless it would be other JSON.
fn json_or_text(value: &str) -> Result<Value, String> {
    match serde_json::from_str(value) {
        Ok(json) => Ok(json),
        Err(error) if value.starts_with(['{', '[', '"']) => Err(format!("the value is not valid JSON: {error}")),
        Err(_) => Ok(Value::String(value.to_owned())),
    }
}

/// Compares JSON by value: 1 equals 1.0, and the order of an object's fields does not matter.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => is_equal_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has_equal = |(key, value)| other.get(key).is_some_and(|other| is_equal(value, other));
            one.len() == other.len() && one.iter().all(has_equal)
        }
        _ => one == other,
    }
}

/// Compares integers exactly, and a number with a fraction or an exponent as a 64-bit float.
fn is_equal_number(one: &Number, other: &Number) -> bool {
    one == other || ((one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(given: &str, message: &str) -> bool {
        let expectation = Expectation::parse(given).unwrap_or_else(|error| panic!("{given}: {error}"));
        expectation.matches(&ReceivedMessage::new(message.as_bytes()))
    }

    #[test]
    fn a_text_is_contained_in_the_message() {
        assert!(matches("pong", "ping pong") && !matches("pong", "PONG"));
        assert!(matches("a.c", "xa.cx") && !matches("a.c", "abc"), "it is no regular expression");
        assert!(matches("/ready", "is /ready") && matches("/", "a/b") && matches("a/", "a/"), "one slash");
        assert!(matches("你好", "说你好!"));
    }

    #[test]
    fn a_regular_expression_matches_a_part_of_the_message() {
        assert!(matches("/^p[io]ng$/", "pong") && !matches("/^p[io]ng$/", "a pong"));
        assert!(matches(r"/\d+ users/", "now 12 users") && matches("/(?i)PONG/", "pong"));
        assert!(matches("/a/b/", "xa/bx"), "slashes inside need no escape");
        assert!(matches(r"/^\/a\/$/", "/a/") && matches("/^/", ""));
    }

    #[test]
    fn a_json_value_is_at_its_path() {
        let message = r#"{"type":"ready","n":1.0,"ok":true,"list":[{"id":7}],"none":null,"big":12345678901234567}"#;
        for right in [
            "json:type=ready",
            "json:type=\"ready\"",
            "json:n=1",
            "json:n=1e0",
            "json:ok=true",
            "json:none=null",
            "json:list[0].id=7",
            "json:list=[{\"id\":7.0}]",
            "json:big=12345678901234567",
        ] {
            assert!(matches(right, message), "{right}");
        }
        for wrong in [
            "json:type=read",
            "json:n=2",
            "json:ok=\"true\"",
            "json:missing=null",
            "json:list=[]",
            "json:big=12345678901234568",
        ] {
            assert!(!matches(wrong, message), "{wrong}");
        }
        assert!(matches("json:={\"b\":2,\"a\":1}", r#"{ "a": 1, "b": 2 }"#) && !matches("json:=1", "no JSON"));
        assert!(matches("json:=", "\"\"") && matches("json:a=", r#"{"a":""}"#), "an empty text");
    }

    #[test]
    fn rejects_patterns_that_cannot_be_meant() {
        let nested = "/".to_owned() + &"(".repeat(1_000) + &")".repeat(1_000) + "/";
        for (given, reason) in [
            ("", "text is empty"),
            ("//", "regular expression is empty"),
            ("/(/", "invalid regular expression"),
            (r"/\w{1000}{1000}/", "exceeded size limit"),
            (nested.as_str(), "invalid regular expression"),
            ("json:", "expected json:PATH=VALUE"),
            ("json:a", "expected json:PATH=VALUE"),
            ("json:a=[1", "not valid JSON"),
            ("json:a={b}", "not valid JSON"),
        ] {
            let error = Expectation::parse(given).expect_err(given);
            assert!(error.contains(reason) && !error.contains('\n'), "{given}: {error}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_match_around_them() {
        let expectation = Expectation::parse("ok").expect("a valid pattern");
        assert!(expectation.matches(&ReceivedMessage::new(b"\xffok\x00")));
    }
}
