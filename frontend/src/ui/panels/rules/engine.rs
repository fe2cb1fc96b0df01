//! Checks the received messages: those of the page in each frame, within a time limit, and regular expressions in a
//! thread. The log is the queue of the messages that wait.

use super::expressions::Expressions;
use crate::{
    i18n::rules::RuleStrings,
    model::{
        log::EntryId,
        rules::{Cursor, LoopGuard, Rule, RuleSet, Rules, rule_set::Parts},
    },
    platform::time::now_ms,
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{ConnectionPart, PageState, VariableStore, stored_rules::RULES},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::{rc::Rc, sync::Arc};

/// Time for the messages of one frame, in milliseconds.
const SLICE_MS: u64 = 8;
/// Number of messages, and of bytes, after which the clock is read.
const CHECK_EVERY: (usize, usize) = (64, 256 << 10);
/// Interval between two checks without frames, in milliseconds: hidden tabs draw none.
const HIDDEN_MS: u32 = 200;
/// Age of messages that a new page still checks, in milliseconds: its connection is open before the panels are loaded.
const START_MS: u64 = 15_000;

/// A rule whose condition a message met.
pub struct Firing {
    /// Index of the rule in its set.
    pub rule: usize,
    /// Entry of the message.
    pub id: EntryId,
    /// Time of arrival in milliseconds since 1970.
    pub at_ms: u64,
    /// The message.
    pub text: Arc<str>,
    /// Parts of the message at the paths of the set, if they are known.
    pub parts: Option<Parts>,
    /// Groups of the regular expression.
    pub groups: Vec<Option<String>>,
}

/// The rules of a connection, and what they did.
pub struct Engine {
    /// State of the page.
    pub page: &'static PageState,
    /// The variables that rules set and insert.
    pub variables: &'static VariableStore,
    /// The stored rules.
    pub rules: ConnectionPart<Rules>,
    /// The rule in the form; `None` while it is closed.
    pub draft: ErasedSignal<Option<Rule>>,
    /// Number of firings of each rule since the page was loaded.
    pub counts: ErasedSignal<Vec<(u32, u64)>>,
    /// The rules that are on.
    pub(super) set: ErasedValue<Rc<RuleSet>>,
    /// Rules that are off although the storage could not be changed.
    pub(super) stopped: ErasedValue<Vec<u32>>,
    pub(super) guard: ErasedValue<LoopGuard>,
    /// Number of messages that wait for the end of their delay.
    pub(super) delayed: ErasedValue<usize>,
    /// Time of the last notification of each rule.
    pub(super) notified: ErasedValue<Vec<(u32, u64)>>,
    pub(super) expressions: Expressions,
    cursor: ErasedValue<Cursor>,
    is_requested: ErasedValue<bool>,
    timer: ErasedValue<Option<Interval>>,
}

impl Engine {
    /// Loads the rules and follows the received messages.
    pub fn start(page: &'static PageState, variables: &'static VariableStore) -> &'static Self {
        let cursor = page.log.peek(|log| Cursor::since(log, now_ms().saturating_sub(START_MS)));
        let engine: &'static Self = Box::leak(Box::new(Self {
            page,
            variables,
            rules: ConnectionPart::load(RULES, page.connection),
            draft: ErasedSignal::new(None),
            counts: ErasedSignal::default(),
            set: ErasedValue::new(Rc::default()),
            stopped: ErasedValue::new(Vec::new()),
            guard: ErasedValue::new(LoopGuard::default()),
            delayed: ErasedValue::new(0),
            notified: ErasedValue::new(Vec::new()),
            expressions: Expressions::new(cursor),
            cursor: ErasedValue::new(cursor),
            is_requested: ErasedValue::new(false),
            timer: ErasedValue::new(None),
        }));
        let is_active = ErasedSignal::new(false);
        let set = untrack(|| engine.rules.with(RuleSet::new));
        is_active.set(!set.rules.is_empty());
        engine.set.set_value(Rc::new(set));
        effect(move || {
            engine.rules.with(|_| ());
            untrack(|| engine.compile());
            let active = engine.set.with_value(|set| !set.rules.is_empty());
            if is_active.get_untracked() != active {
                is_active.set(active);
            }
        });
        effect(move || {
            let active = is_active.get();
            engine.timer.set_value(active.then(|| Interval::new(HIDDEN_MS, move || engine.run())));
        });
        effect(move || {
            // Without rules, messages cost nothing.
            if is_active.get() {
                page.log.read(|_| ());
                untrack(|| engine.run());
            }
        });
        engine
    }

    /// Returns the engine from the context of the panels.
    pub fn from_context() -> &'static Self {
        expect_context::<&'static Self>()
    }

    /// Returns the strings of the rules, tracked.
    pub fn strings(&self) -> &'static RuleStrings {
        RuleStrings::of(self.page.language.lang.get())
    }

    /// Prepares the rules that are on. Rules check messages that arrive after they are switched on.
    pub(super) fn compile(&self) {
        let mut rules = self.rules.get();
        self.stopped.with_value(|stopped| stopped.iter().for_each(|id| rules.switch(*id, false)));
        let set = RuleSet::new(&rules);
        let before = self.set.get_value();
        let end = self.page.log.peek(Cursor::end);
        if !before.has_page_rules() {
            self.cursor.set_value(end);
        }
        if !before.has_expressions() {
            self.expressions.cursor.set_value(end);
        }
        self.set.set_value(Rc::new(set));
    }

    /// Returns whether a rule is on.
    pub(super) fn is_on(&self, id: u32) -> bool {
        self.set.with_value(|set| set.rules.iter().any(|rule| rule.id == id))
    }

    /// Checks the next messages. Those that remain wait for the next frame.
    pub(super) fn run(&'static self) {
        let set = self.set.get_value();
        if set.has_page_rules() {
            self.check(&set);
        }
        if set.has_expressions() {
            self.match_expressions(&set);
        }
    }

    fn check(&'static self, set: &Rc<RuleSet>) {
        let end = now_ms() + SLICE_MS;
        let (mut firings, mut is_late) = (Vec::new(), false);
        let (mut messages, mut bytes) = (0, 0);
        let check = |cursor: &mut Cursor| {
            self.page.log.peek(|log| {
                let missed = cursor.advance(log, |message| {
                    let text = &message.text;
                    set.check(text, |rule, parts| {
                        let (id, at_ms, text) = (message.id, message.at_ms, Arc::clone(text));
                        firings.push(Firing { rule, id, at_ms, text, parts, groups: Vec::new() });
                    });
                    messages += 1;
                    bytes += text.len();
                    if messages >= CHECK_EVERY.0 || bytes >= CHECK_EVERY.1 {
                        (messages, bytes) = (0, 0);
                        is_late = now_ms() >= end;
                    }
                    !is_late
                });
                (missed, cursor.is_at_end(log))
            })
        };
        let (missed, is_at_end) = self.cursor.try_update_value(check).unwrap_or((0, true));
        self.fire(set, firings);
        self.report_missed(missed);
        if !is_at_end {
            self.request_run();
        }
    }

    fn request_run(&'static self) {
        if !self.is_requested.try_update_value(|requested| std::mem::replace(requested, true)).unwrap_or(true) {
            request_animation_frame(move || {
                self.is_requested.set_value(false);
                untrack(|| self.run());
            });
        }
    }
}
