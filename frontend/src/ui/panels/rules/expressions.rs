//! Matches regular expressions in a thread, in batches: one batch, and of it one rule, at a time. A rule whose
//! expression takes too long is switched off.

use super::engine::{Engine, Firing};
use crate::{
    i18n::fill_exact,
    model::rules::{
        Cursor, RuleSet,
        cursor::ReceivedText,
        rule_set::{CompiledRule, Test, checked_part},
    },
    reactive::ErasedValue,
    ui::panels::find::{
        pattern::Pattern,
        thread::{MAX_MS, Outcome, Thread},
    },
};
use js_sys::Array;
use leptos::prelude::untrack;
use std::{borrow::Cow, rc::Rc, sync::Arc};
use wasm_bindgen::JsCast;

/// Largest number of messages in a batch.
const BATCH: usize = 2_048;
/// Number of bytes after which a batch ends.
const BATCH_BYTES: usize = 256 << 10;
/// Mode of the thread: the groups of the first match in each text.
const GROUPS: &str = "groups";

/// The thread, and the messages that it has matched.
pub struct Expressions {
    pub(super) cursor: ErasedValue<Cursor>,
    thread: ErasedValue<Thread>,
}

/// Messages that are matched at once.
struct Batch {
    set: Rc<RuleSet>,
    messages: Vec<ReceivedText>,
}

impl Expressions {
    /// Creates a state without a thread, which starts with the first batch.
    pub(super) fn new(cursor: Cursor) -> Self {
        Self { cursor: ErasedValue::new(cursor), thread: ErasedValue::new(Thread::default()) }
    }
}

/// Compiles an expression, typed as `expression` or `/expression/flags`.
///
/// # Errors
/// Returns the browser's message about an invalid expression.
pub fn compile(typed: &str) -> Result<Pattern, String> {
    let pattern = Pattern::new(typed)?;
    if pattern.is_expression() { Ok(pattern) } else { Pattern::new(&["/", typed, "/"].concat()) }
}

impl Engine {
    /// Matches the next batch, unless one is under way.
    pub(super) fn match_expressions(&'static self, set: &Rc<RuleSet>) {
        if self.expressions.thread.with_value(Thread::is_busy) {
            return;
        }
        let (mut messages, mut bytes) = (Vec::new(), 0);
        let take = |message: ReceivedText| {
            bytes += message.text.len();
            messages.push(message);
            messages.len() < BATCH && bytes < BATCH_BYTES
        };
        let advance = |cursor: &mut Cursor| self.page.log.peek(|log| cursor.advance(log, take));
        let missed = self.expressions.cursor.try_update_value(advance).unwrap_or_default();
        self.report_missed(missed);
        if !messages.is_empty() {
            self.match_rule(Rc::new(Batch { set: Rc::clone(set), messages }), 0);
        }
    }

    /// Matches a batch against the first rule from this index on, then against the rules after it, and then the next
    /// batch.
    fn match_rule(&'static self, batch: Rc<Batch>, from: usize) {
        let next = batch.set.rules.iter().enumerate().skip(from).find_map(|(index, rule)| match &rule.test {
            Test::Matches(expression) if self.is_on(rule.id) => Some((index, rule, expression)),
            _ => None,
        });
        let Some((index, rule, expression)) = next else { return self.run() };
        let request = match compile(expression) {
            Ok(pattern) => request(&pattern, rule, &batch.messages),
            Err(error) => {
                self.switch_off_failed(rule, &error);
                return self.match_rule(Rc::clone(&batch), index + 1);
            }
        };
        let thread = self.expressions.thread.get_value();
        thread.run(&request, move |outcome| untrack(|| self.finish_rule(batch, index, outcome)));
    }

    fn finish_rule(&'static self, batch: Rc<Batch>, index: usize, outcome: Outcome) {
        let rule = &batch.set.rules[index];
        match outcome {
            Outcome::Done(results) if self.is_on(rule.id) => {
                self.fire(&batch.set, firings(&batch, index, &results));
            }
            Outcome::Done(_) => {}
            Outcome::TooSlow => {
                let report = fill_exact(self.strings().off_slow, &[("name", &rule.name), ("ms", &MAX_MS)]);
                self.switch_off(rule.id, report);
            }
            Outcome::Failed(error) => self.switch_off_failed(rule, &error),
        }
        self.match_rule(batch, index + 1);
    }

    fn switch_off_failed(&'static self, rule: &CompiledRule, error: &str) {
        let report = untrack(|| self.strings()).off_failed;
        self.switch_off(rule.id, fill_exact(report, &[("name", &rule.name), ("error", &error)]));
    }
}

/// Returns the request to the thread for a rule.
fn request(pattern: &Pattern, rule: &CompiledRule, messages: &[ReceivedText]) -> Array {
    let texts: Vec<_> = messages.iter().map(|message| Cow::from(checked_part(&message.text))).collect();
    let request = pattern.request(&texts, false);
    if rule.needs_groups() {
        request.set(request.length() - 1, GROUPS.into());
    }
    request
}

/// Returns the messages that match: their result is `true`, or the groups of the match.
fn firings(batch: &Batch, rule: usize, results: &Array) -> Vec<Firing> {
    let firing = |(message, result): (&ReceivedText, wasm_bindgen::JsValue)| {
        let groups = result.dyn_ref::<Array>();
        let is_match = groups.map_or(result.is_truthy(), |groups| groups.length() > 0);
        let groups = groups.map(|groups| groups.iter().map(|group| group.as_string()).collect()).unwrap_or_default();
        let (id, at_ms, text) = (message.id, message.at_ms, Arc::clone(&message.text));
        is_match.then_some(Firing { rule, id, at_ms, text, parts: None, groups })
    };
    batch.messages.iter().zip(results.iter()).filter_map(firing).collect()
}
