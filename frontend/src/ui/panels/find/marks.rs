//! Highlights the matches of a regular expression. A thread lists them, so a row is shown without them at first.

use super::{
    pattern::{Pattern, marked},
    thread::{Outcome, Thread},
};
use crate::{reactive::view::Highlighter, state::ListState};
use js_sys::Array;
use leptos::prelude::*;
use std::{borrow::Cow, cell::RefCell, rc::Rc};
use wasm_bindgen::JsValue;

/// Largest number of texts whose matches are kept; more than the list renders.
const MAX_KNOWN: usize = 500;

/// The matches in the rendered texts.
pub struct Marks {
    list: &'static ListState,
    pattern: Pattern,
    thread: Thread,
    /// Texts and the ranges of their matches.
    known: RefCell<Vec<(String, Vec<u32>)>>,
    /// Texts whose matches are not listed yet.
    wanted: RefCell<Vec<String>>,
    on_error: Box<dyn Fn(Outcome)>,
}

impl Marks {
    /// Returns the highlighter of a pattern. Calls `on_error` when the thread fails; nothing is highlighted then.
    pub fn highlighter(
        list: &'static ListState,
        pattern: Pattern,
        thread: Thread,
        on_error: impl Fn(Outcome) + 'static,
    ) -> Highlighter {
        let (known, wanted) = (RefCell::default(), RefCell::default());
        let marks = Rc::new(Self { list, pattern, thread, known, wanted, on_error: Box::new(on_error) });
        Rc::new(move |text| marks.highlight(text))
    }

    fn highlight(self: &Rc<Self>, text: &str) -> AnyView {
        if let Some((_, ranges)) = self.known.borrow().iter().find(|(known, _)| known == text) {
            return marked(text, ranges);
        }
        let mut wanted = self.wanted.borrow_mut();
        if wanted.is_empty() {
            let marks = Rc::clone(self);
            request_animation_frame(move || marks.list_matches());
        }
        wanted.push(text.to_owned());
        text.to_owned().into_any()
    }

    fn list_matches(self: &Rc<Self>) {
        if self.thread.is_busy() {
            return; // The texts are requested when it is done.
        }
        let texts = self.wanted.take();
        if texts.is_empty() {
            return;
        }
        let all: Vec<_> = texts.iter().map(|text| Cow::from(text.as_str())).collect();
        let marks = Rc::clone(self);
        self.thread.run(&self.pattern.request(&all, true), move |outcome| match outcome {
            Outcome::Done(ranges) => marks.add(texts, &ranges),
            error => (marks.on_error)(error),
        });
    }

    fn add(self: &Rc<Self>, texts: Vec<String>, ranges: &Array) {
        let numbers = |ranges: JsValue| Array::from(&ranges).iter().map(|number| to_u32(&number)).collect();
        let mut known = self.known.borrow_mut();
        if known.len() > MAX_KNOWN {
            known.clear();
        }
        known.extend(texts.into_iter().zip(ranges.iter().map(numbers)));
        drop(known);
        self.list_matches();
        // The rendered rows are highlighted again.
        self.list.highlighter.update(|_| {});
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a string")]
fn to_u32(number: &JsValue) -> u32 {
    number.as_f64().unwrap_or_default() as u32
}
