//! Searching and highlighting: plain text in the page, in time slices, and regular expressions in a thread.

use super::{
    marks::Marks,
    matching::{Batch, KindFilter, match_rows},
    pattern::Pattern,
    search::Search,
    thread::{MAX_MS, Outcome, Thread},
    toolbar::Toolbar,
};
use crate::{
    i18n::fill,
    model::log::{Log, LogEntry},
    reactive::view::Highlighter,
};
use leptos::prelude::*;
use std::rc::Rc;

/// Duration of a slice of the search, in milliseconds.
const SLICE_MS: f64 = 16.0;

impl Toolbar {
    /// Starts a search for the current pattern and kinds. Without them, the first call changes nothing: the list stays
    /// where it is.
    pub(super) fn start_search(self, is_first: bool) {
        let (typed, kinds) = (self.typed.get(), self.kinds.get());
        self.language.lang.track();
        self.list.restored.track();
        if is_first && typed.is_empty() && kinds == KindFilter::All {
            return;
        }
        self.exported.set(None);
        let [search_thread, marks_thread] = self.threads.get_value();
        search_thread.cancel();
        marks_thread.cancel();
        let pattern = if typed.is_empty() { Ok(None) } else { Pattern::new(&typed).map(Some) };
        self.error.set(pattern.as_ref().err().cloned().unwrap_or_default());
        let Ok(pattern) = pattern else { return };
        let in_thread = pattern.as_ref().is_some_and(Pattern::is_expression);
        let is_filtered = pattern.is_some() || kinds != KindFilter::All;
        self.list.highlighter.set(pattern.clone().map(|pattern| self.highlighter(pattern, marks_thread)));
        self.pattern.set_value(pattern);
        self.log.change(|log| {
            log.filter.reset(is_filtered);
            let search = Search::new(log.entries.pushed());
            self.search.set_value(is_filtered.then(|| if in_thread { search.for_thread() } else { search }));
        });
        self.list.follow.set(true);
        untrack(|| self.search());
    }

    fn highlighter(self, pattern: Pattern, thread: Thread) -> Highlighter {
        if pattern.is_expression() {
            return Marks::highlighter(self.list, pattern, thread, move |outcome| {
                self.list.highlighter.set(None);
                self.fail(outcome);
            });
        }
        Rc::new(move |text| pattern.highlight(text))
    }

    /// Searches the next rows.
    fn search(self) {
        match self.pattern.get_value() {
            Some(pattern) if pattern.is_expression() => self.search_in_thread(pattern),
            _ => self.search_slice(),
        }
    }

    /// Matches the next batch in the thread, and then the batches after it.
    fn search_in_thread(self, pattern: Pattern) {
        let [thread, _] = self.threads.get_value();
        if thread.is_busy() {
            return;
        }
        let (strings, kinds) = (self.language.strings(), self.kinds.get_untracked());
        let next = |log: &Log, search: &mut Search| {
            let (rows, piece) = search.next(log);
            let (texts, batch) = Batch::new(strings, kinds, &rows, piece);
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            (!ids.is_empty()).then(|| (ids, batch, pattern.request(&texts, false)))
        };
        let next = self.search.try_update_value(|search| self.log.peek(|log| next(log, search.as_mut()?)));
        let Some((ids, batch, request)) = next.flatten() else { return };
        thread.run(&request, move |outcome| match outcome {
            Outcome::Done(found) => {
                let found: Vec<_> = found.iter().map(|found| found.is_truthy()).collect();
                let results = batch.results(&found);
                self.search.update_value(|search| {
                    if let Some(search) = search {
                        self.log.change(|log| search.record_batch(log, ids, results));
                    }
                });
                untrack(|| self.search_in_thread(pattern));
            }
            error => self.fail(error),
        });
    }

    /// Ends the search and reports why.
    fn fail(self, outcome: Outcome) {
        let strings = untrack(|| self.strings());
        self.search.set_value(None);
        self.error.set(match outcome {
            Outcome::Failed(error) if !error.is_empty() => error,
            Outcome::TooSlow => fill(strings.too_slow, &[("ms", &MAX_MS)]),
            _ => strings.search_failed.to_owned(),
        });
    }

    /// Schedules a slice of the search for the next frame.
    pub(super) fn request_slice(self) {
        let active = self.search.try_update_value(|search| search.is_some()).unwrap_or_default();
        if active
            && !self.slice_requested.try_update_value(|requested| std::mem::replace(requested, true)).unwrap_or(true)
        {
            request_animation_frame(move || {
                if self.slice_requested.try_update_value(|requested| *requested = false).is_some() {
                    untrack(|| self.search());
                }
            });
        }
    }

    fn search_slice(self) {
        let end = js_sys::Date::now() + SLICE_MS;
        let strings = self.language.strings();
        let kinds = self.kinds.get_untracked();
        let pattern = self.pattern.get_value();
        let match_batch = |rows: &[&LogEntry], piece| match_rows(strings, pattern.as_ref(), kinds, rows, piece);
        let mut more = false;
        self.search.update_value(|search| {
            if let Some(search) = search {
                self.log.change(|log| more = search.slice(log, &match_batch, || js_sys::Date::now() < end));
            }
        });
        if more {
            self.request_slice();
        }
    }
}
