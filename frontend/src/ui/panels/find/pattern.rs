//! The pattern of the filter: a regular expression of the browser, into which plain text is converted.

use js_sys::{Array, Error, Function, JsString, Reflect, RegExp};
use leptos::prelude::*;
use std::borrow::Cow;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// Bytes of a message that are matched in one call.
pub const PIECE: usize = 256 << 10;
/// Bytes that two consecutive pieces share, so that matches across the border are found.
pub const SHARED: usize = 1 << 10;

#[wasm_bindgen]
extern "C" {
    /// A `RegExp` that takes a browser string, so that the text is not copied per call. Both methods throw when a text
    /// needs more memory or recursion than the browser permits.
    type Tester;

    #[wasm_bindgen(method, catch)]
    fn test(this: &Tester, text: &JsString) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn exec(this: &Tester, text: &JsString) -> Result<Option<Array>, JsValue>;
}

/// A compiled pattern.
#[derive(Clone)]
pub struct Pattern {
    source: String,
    flags: String,
    /// `true` for a regular expression of the user. Matching it may take any time, so a [`thread`](super::thread) does.
    is_expression: bool,
    /// Without the flag `g`, to test a text.
    test: RegExp,
    /// With the flag `g`, to find all matches.
    each: RegExp,
}

impl Pattern {
    /// Compiles `/expression/flags`, or a text, which is matched case-insensitively.
    ///
    /// # Errors
    /// Returns the browser's message about an invalid expression.
    pub fn new(typed: &str) -> Result<Self, String> {
        let typed_expression = expression(typed);
        let is_expression = typed_expression.is_some();
        let (source, flags) = typed_expression.unwrap_or_else(|| (escaped(typed), "iu"));
        let flags: String = flags.chars().filter(|flag| !matches!(flag, 'g' | 'y')).collect();
        let (test, each) = (regexp(&source, &flags)?, regexp(&source, &format!("{flags}g"))?);
        Ok(Self { source, flags, is_expression, test, each })
    }

    /// Returns whether the pattern is a regular expression of the user.
    pub fn is_expression(&self) -> bool {
        self.is_expression
    }

    /// Returns for each text whether it matches. A text that the browser cannot match counts as one that does not
    /// match. All texts are passed to the browser at once and sliced there, because passing a string costs more than
    /// matching it.
    pub fn test_each(&self, texts: &[Cow<str>]) -> Vec<bool> {
        let all = JsString::from(texts.concat());
        let test: &Tester = self.test.unchecked_ref();
        let mut from = 0;
        let matches = |to| test.test(&all.slice(std::mem::replace(&mut from, to), to)).unwrap_or(false);
        ends(texts).into_iter().map(matches).collect()
    }

    /// Returns the request to a [`thread`](super::thread) that tests each text, or lists the matches in each.
    pub fn request(&self, texts: &[Cow<str>], list: bool) -> Array {
        let ends: Array = ends(texts).into_iter().map(JsValue::from).collect();
        let (source, flags) = (JsValue::from(&self.source), JsValue::from(&self.flags));
        Array::of5(&source, &flags, &texts.concat().into(), &ends, &list.into())
    }

    /// Returns the text with its matches highlighted. For a pattern of plain text only: an expression may match the
    /// empty string, which does not advance.
    pub fn highlight(&self, text: &str) -> AnyView {
        let mut ranges = Vec::new();
        self.each.set_last_index(0);
        let each: &Tester = self.each.unchecked_ref();
        while let Ok(Some(found)) = each.exec(&JsString::from(text)) {
            let length = found.get(0).dyn_into::<JsString>().map_or(0, |found| found.length());
            let to = self.each.last_index();
            ranges.extend([to - length, to]);
        }
        marked(text, &ranges)
    }
}

/// Returns a text with ranges highlighted: beginning and end of each, in UTF-16 code units.
pub fn marked(text: &str, ranges: &[u32]) -> AnyView {
    let all = JsString::from(text);
    let slice = |from, to| String::from(all.slice(from, to));
    let (mut views, mut at) = (Vec::new(), 0);
    for range in ranges.chunks_exact(2) {
        views.push(slice(at, range[0]).into_any());
        at = range[1];
        views.push(view! { <mark>{slice(range[0], at)}</mark> }.into_any());
    }
    views.push(slice(at, all.length()).into_any());
    views.into_any()
}

/// Returns the end of each text in the concatenation of all, in UTF-16 code units.
fn ends(texts: &[Cow<str>]) -> Vec<u32> {
    let mut end = 0;
    let add = |text: &Cow<str>| {
        end += length(text);
        end
    };
    texts.iter().map(add).collect()
}

/// Returns the length of a text in UTF-16 code units.
fn length(text: &str) -> u32 {
    let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// Compiles an expression. Unlike `RegExp::new`, this returns the error.
fn regexp(source: &str, flags: &str) -> Result<RegExp, String> {
    let construct = || {
        let class: Function = Reflect::get(&js_sys::global(), &"RegExp".into())?.dyn_into()?;
        Reflect::construct(&class, &Array::of2(&source.into(), &flags.into()))
    };
    let expression: Result<JsValue, JsValue> = construct();
    expression.map(JsCast::unchecked_into).map_err(|error| error.unchecked_into::<Error>().message().into())
}

/// Flags of a regular expression. A text like `/ws/echo`, with other letters after the last slash, is plain text.
const FLAGS: &str = "dgimsuvy";

/// Splits `/source/flags`; `None` if the text is not an expression.
fn expression(typed: &str) -> Option<(String, &str)> {
    let (source, flags) = typed.strip_prefix('/')?.rsplit_once('/')?;
    let is_expression = !source.is_empty() && flags.chars().all(|flag| FLAGS.contains(flag));
    is_expression.then(|| (source.to_owned(), flags))
}

/// Returns the expression that matches a text literally.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_an_expression_between_slashes() {
        assert_eq!(expression("/a.b/i"), Some(("a.b".into(), "i")));
        assert_eq!(expression("/a/b/"), Some(("a/b".into(), "")));
        for text in ["/ws", "//", "a/b/", "/a/B", "/", "/ws/echo"] {
            assert_eq!(expression(text), None, "{text}");
        }
    }

    #[test]
    fn measures_length_in_utf16_code_units() {
        assert_eq!(["", "abc", "é", "好", "😀!"].map(length), [0, 3, 1, 1, 3]);
        assert_eq!(ends(&["abc", "", "😀!"].map(Cow::from)), [3, 3, 6]);
    }

    #[test]
    fn escapes_special_characters() {
        assert_eq!(escaped("a.b (1) {x}"), r"a\.b \(1\) \{x\}");
    }
}
