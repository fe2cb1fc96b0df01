//! What is looked for: the browser's regular expressions, which a plain text is made into.

use js_sys::{Array, Error, Function, JsString, Reflect, RegExp};
use leptos::prelude::*;
use std::{borrow::Cow, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// Bytes of a message that are looked at at once.
pub const PIECE: usize = 256 << 10;
/// Bytes that a piece and the next one share, so that what lies across is found.
pub const SHARED: usize = 1 << 10;

#[wasm_bindgen]
extern "C" {
    /// A regular expression that is given the browser's own text, not a copy of each.
    type Tester;

    #[wasm_bindgen(method)]
    fn test(this: &Tester, text: &JsString) -> bool;
}

/// Something to look for.
#[derive(Clone)]
pub struct Pattern {
    /// Finds whether.
    test: RegExp,
    /// Finds where.
    each: RegExp,
}

impl Pattern {
    /// `/expression/flags`, or a text in whatever case.
    ///
    /// # Errors
    /// The browser's words about an expression that is none.
    pub fn new(typed: &str) -> Result<Self, String> {
        let (source, flags) = expression(typed).unwrap_or_else(|| (escaped(typed), "iu"));
        let flags: String = flags.chars().filter(|flag| !matches!(flag, 'g' | 'y')).collect();
        Ok(Self { test: regexp(&source, &flags)?, each: regexp(&source, &(flags + "g"))? })
    }

    /// Whether it is in each of these texts. The browser is handed all of them at once and looks at parts of
    /// that: handing it a text takes longer than looking through it.
    pub fn test_each(&self, texts: &[Cow<str>]) -> Vec<bool> {
        let all = JsString::from(texts.concat());
        let test: &Tester = self.test.unchecked_ref();
        let mut to = 0;
        let is_in = |text: &Cow<str>| {
            let from = to;
            to += length(text);
            test.test(&all.slice(from, to))
        };
        texts.iter().map(is_in).collect()
    }

    /// The text with a mark where it is.
    pub fn mark(&self, text: &str) -> AnyView {
        let all = JsString::from(text);
        let slice = |from, to| String::from(all.slice(from, to));
        let (mut views, mut at) = (Vec::new(), 0);
        self.each.set_last_index(0);
        while let Some(found) = self.each.exec(text) {
            let length = found.get(0).dyn_into::<JsString>().map_or(0, |found| found.length());
            let from = self.each.last_index() - length;
            if length == 0 {
                // Nothing to mark; the browser would find the same nothing again.
                let is_pair = slice(from, from + 2).starts_with(|letter| letter > '\u{ffff}');
                self.each.set_last_index(from + 1 + u32::from(is_pair));
                continue;
            }
            views.push(slice(at, from).into_any());
            at = from + length;
            views.push(view! { <mark>{slice(from, at)}</mark> }.into_any());
        }
        views.push(slice(at, all.length()).into_any());
        views.into_any()
    }

    /// [`Self::mark`], for the rows.
    pub fn marks(self) -> crate::reactive::view::Mark {
        Rc::new(move |text| self.mark(text))
    }
}

/// How long the browser finds a text.
fn length(text: &str) -> u32 {
    let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// Made in a way that tells why not.
fn regexp(source: &str, flags: &str) -> Result<RegExp, String> {
    let construct = || {
        let class: Function = Reflect::get(&js_sys::global(), &"RegExp".into())?.dyn_into()?;
        Reflect::construct(&class, &Array::of2(&source.into(), &flags.into()))
    };
    let made: Result<JsValue, JsValue> = construct();
    made.map(JsCast::unchecked_into).map_err(|error| error.unchecked_into::<Error>().message().into())
}

/// What browsers take after an expression; anything else after a slash is a path.
const FLAGS: &str = "dgimsuvy";

/// What stands between slashes, and the flags after them.
fn expression(typed: &str) -> Option<(String, &str)> {
    let (source, flags) = typed.strip_prefix('/')?.rsplit_once('/')?;
    let is_expression = !source.is_empty() && flags.chars().all(|flag| FLAGS.contains(flag));
    is_expression.then(|| (source.to_owned(), flags))
}

/// A text as the expression that finds it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_stands_between_slashes() {
        assert_eq!(expression("/a.b/i"), Some(("a.b".into(), "i")));
        assert_eq!(expression("/a/b/"), Some(("a/b".into(), "")));
        for text in ["/ws", "//", "a/b/", "/a/B", "/", "/ws/echo"] {
            assert_eq!(expression(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_as_long_as_the_browser_finds_it() {
        assert_eq!(["", "abc", "é", "好", "😀!"].map(length), [0, 3, 1, 1, 3]);
    }

    #[test]
    fn a_text_means_itself() {
        assert_eq!(escaped("a.b (1) {x}"), r"a\.b \(1\) \{x\}");
    }
}
