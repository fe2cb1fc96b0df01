//! Splits JSON into its values and unescapes strings. serde's deserializers would be 4 % of the page's download: they
//! parse numbers as floats for their error messages, with a table of powers of ten that does not compress.

use std::borrow::Cow;

use crate::tokens::{value_length, whitespace};

/// A field of an object.
pub(crate) type Field<'a> = (Cow<'a, str>, &'a str);

/// Returns the fields of an object; `None` if the text is not one.
pub(crate) fn fields(text: &str) -> Option<Vec<Field<'_>>> {
    Reader(text).sequence('{', '}', |reader| {
        let name = string(reader.value()?)?;
        if !reader.skip(':') {
            return None;
        }
        Some((name, reader.value()?))
    })
}

/// Returns the elements of an array; `None` if the text is not one.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    Reader(text).sequence('[', ']', Reader::value)
}

/// Returns the value that a text consists of, without the whitespace around it; `None` if the text is not JSON.
pub(crate) fn value(text: &str) -> Option<&str> {
    let mut reader = Reader(text);
    let value = reader.value()?;
    reader.skip_whitespace();
    reader.0.is_empty().then_some(value)
}

/// Returns the contents of a string; `None` if the JSON is not one, or has a surrogate without its pair.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    unescape(json, None)
}

/// Returns the contents of a string; `None` if the JSON is not one. A surrogate without its pair becomes U+FFFD.
pub(crate) fn string_lossy(json: &str) -> Option<Cow<'_, str>> {
    unescape(json, Some(char::REPLACEMENT_CHARACTER))
}

/// The rest of a text that is being read.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Reads the whole text: values between an opening and a closing character, separated by commas.
    fn sequence<T>(mut self, open: char, close: char, read: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        if !self.skip(open) {
            return None;
        }
        let mut values = Vec::new();
        if !self.skip(close) {
            loop {
                values.push(read(&mut self)?);
                if self.skip(close) {
                    break;
                }
                if !self.skip(',') {
                    return None;
                }
            }
        }
        self.skip_whitespace();
        self.0.is_empty().then_some(values)
    }

    /// Reads a value of any type.
    fn value(&mut self) -> Option<&'a str> {
        self.skip_whitespace();
        let (value, rest) = self.0.split_at(value_length(self.0)?);
        self.0 = rest;
        Some(value)
    }

    /// Skips whitespace, and this character if it is next. Returns whether it was.
    fn skip(&mut self, character: char) -> bool {
        self.skip_whitespace();
        let rest = self.0.strip_prefix(character);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip_whitespace(&mut self) {
        self.0 = &self.0[whitespace(self.0)..];
    }
}

/// Returns the contents of a valid JSON value if it is a string. A surrogate without its pair becomes the replacement,
/// if there is one.
fn unescape(json: &str, replacement: Option<char>) -> Option<Cow<'_, str>> {
    let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
    let Some((plain, mut rest)) = quoted.split_once('\\') else { return Some(Cow::Borrowed(quoted)) };
    let mut text = plain.to_owned();
    loop {
        let (character, after) = escape(rest, replacement)?;
        text.push(character);
        let Some((plain, next)) = after.split_once('\\') else { return Some(Cow::Owned(text + after)) };
        text.push_str(plain);
        rest = next;
    }
}

/// Returns the character of an escape sequence, whose backslash was read, and the text after it.
fn escape(text: &str, replacement: Option<char>) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let character = match characters.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(characters.as_str(), replacement),
        character => character,
    };
    Some((character, characters.as_str()))
}

/// Returns the character of a Unicode escape, whose `\u` was read, and the text after it.
fn unicode_escape(text: &str, replacement: Option<char>) -> Option<(char, &str)> {
    let (first, rest) = code_unit(text)?;
    if let Some((second, after)) = rest.strip_prefix("\\u").and_then(code_unit)
        && let (0xd800..=0xdbff, 0xdc00..=0xdfff) = (first, second)
    {
        return Some((char::from_u32(0x1_0000 + (first - 0xd800) * 0x400 + (second - 0xdc00))?, after));
    }
    Some((char::from_u32(first).or(replacement)?, rest))
}

/// Returns the UTF-16 code unit of four hexadecimal digits, and the text after them.
fn code_unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_objects_and_arrays() {
        for (text, expected) in [
            ("{}", vec![]),
            (" { } ", vec![]),
            (r#"{"a":1.50,"b":[1,{"c":"}"}]}"#, vec![("a", "1.50"), ("b", r#"[1,{"c":"}"}]"#)]),
            ("{\n\t\"\\u0061\\n\" : null ,\r\"a\":\"x\"}", vec![("a\n", "null"), ("a", "\"x\"")]),
        ] {
            let fields = fields(text).unwrap();
            let fields: Vec<_> = fields.iter().map(|(name, json)| (name.as_ref(), *json)).collect();
            assert_eq!(fields, expected, "{text}");
        }
        for (text, expected) in [("[]", vec![]), (" [ 1e400 , \"a\",[[]],{} ] ", vec!["1e400", "\"a\"", "[[]]", "{}"])]
        {
            assert_eq!(elements(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn rejects_other_values_and_invalid_json() {
        for text in
            ["", "null", "[]", "{", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":}", "{a:1}", "{1:1}", "{} {}", "{\"a\":1]"]
        {
            assert!(fields(text).is_none(), "{text}");
        }
        for text in ["", "1", "{}", "[", "[,]", "[1,]", "[1 2]", "[01]", "[nul]", "[1]]", "\u{c}[]", "[\"\n\"]", "[1}"]
        {
            assert!(elements(text).is_none(), "{text}");
        }
    }

    #[test]
    fn unescapes_as_serde_does() {
        for json in [
            r#""""#,
            r#""é \u00e9""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u0000\uFFFF\ud83d\ude00!""#,
            r#""\\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00\ud800""#,
            "null",
            "[]",
        ] {
            let expected: Option<String> = serde_json::from_str(json).ok();
            assert_eq!(string(json).as_deref(), expected.as_deref(), "{json}");
        }
        assert!(matches!(string(r#""plain""#), Some(Cow::Borrowed("plain"))));
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
            assert_eq!(string_lossy(json).as_deref(), Some(text), "{json}");
        }
        assert_eq!(string_lossy(r#"["\ud800"]"#), None);
    }
}
