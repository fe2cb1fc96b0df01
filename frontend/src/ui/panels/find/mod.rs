//! The toolbar above the list: filter, pause, export.
//!
//! | content | file |
//! |---|---|
//! | the pattern | [`pattern`] |
//! | matching rows | [`matching`] |
//! | search through all rows, in batches | [`search`] |
//! | matching regular expressions in a thread | [`thread`] |
//! | highlighting their matches | [`marks`] |
//! | export | [`export`] |
//! | a row as a line of the file | [`record`] |

mod export;
mod marks;
mod matching;
mod pattern;
mod record;
mod search;
mod thread;

use crate::{
    i18n::{fill, find::FindStrings},
    model::log::{EntryId, Log, LogEntry},
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Highlighter, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedSignal, ErasedValue, effect},
    platform::dom::{element, focus},
    state::{Language, Layout, ListState, LogState, context},
    ui::{
        focus::LIST,
        keys::is_composing,
        widgets::{button, toggle_group},
    },
};
use export::{Export, Progress};
use leptos::{ev::KeyboardEvent, prelude::*};
use marks::Marks;
use matching::{Batch, KindFilter, match_rows};
use pattern::Pattern;
use record::Format;
use search::Search;
use std::rc::Rc;
use thread::{Outcome, Thread};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Id of the filter field.
const FIELD: &str = "txtFind";
/// Duration of a slice of the search, in milliseconds.
const SLICE_MS: f64 = 16.0;

/// Returns the toolbar.
pub fn toolbar() -> AnyView {
    let toolbar = Toolbar::new();
    on_cleanup(move || toolbar.close());
    toolbar.view()
}

/// State of the toolbar. A handle: copies refer to the same toolbar.
#[derive(Clone, Copy)]
struct Toolbar {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    typed: ErasedSignal<String>,
    kinds: ErasedSignal<KindFilter>,
    /// The browser's message about an invalid regular expression, or why the search ended.
    error: ErasedSignal<String>,
    exporting: ErasedSignal<bool>,
    exported: ErasedSignal<Option<Progress>>,
    pattern: ErasedValue<Option<Pattern>>,
    search: ErasedValue<Option<Search>>,
    /// Threads that match regular expressions: for the search and for highlighting.
    threads: ErasedValue<[Thread; 2]>,
    /// Whether a slice of the search is scheduled.
    slice_requested: ErasedValue<bool>,
}

impl Toolbar {
    fn new() -> Self {
        let toolbar = Self {
            language: context::<Language>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            typed: ErasedSignal::default(),
            kinds: ErasedSignal::default(),
            error: ErasedSignal::default(),
            exporting: ErasedSignal::new(false),
            exported: ErasedSignal::new(None),
            pattern: ErasedValue::new(None),
            search: ErasedValue::new(None),
            threads: ErasedValue::new(Default::default()),
            slice_requested: ErasedValue::new(false),
        };
        effect(move || toolbar.start_search());
        let layout = context::<Layout>();
        effect(move || {
            if layout.filter_requested.get() {
                layout.filter_requested.set(false);
                request_animation_frame(focus_filter);
            }
        });
        effect(move || {
            toolbar.log.read(|log| log.entries.pushed());
            untrack(|| toolbar.request_slice());
        });
        toolbar
    }

    fn view(self) -> AnyView {
        view! {
            <section class="toolbar" aria-label=self.label(|strings| strings.heading)>
                <input
                    id=FIELD
                    class="form-control"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=self.label(|strings| strings.filter)
                    aria-describedby="found"
                    aria-invalid=text(move || (!self.error.get().is_empty()).to_string())
                    placeholder=self.label(|strings| strings.placeholder)
                    on:keydown=move |event| leave_filter(&event)
                    on:input=move |event| {
                        let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
                        self.typed.set(field.map(|field| field.value()).unwrap_or_default());
                    }
                />
                {self.kind_choice()}
                {button("btn", self.pause_label(), move || self.pause())}
                {button("btn", self.label(|strings| strings.export), move || self.exporting.update(|open| *open = !*open))}
                {self.formats()}
                <p id="found" role="status">
                    {text(move || self.status())}
                </p>
            </section>
        }
        .into_any()
    }

    fn kind_choice(self) -> AnyView {
        let one =
            |kinds: KindFilter, string: fn(&FindStrings) -> &'static str| -> (Text, BoolAttribute, ClickHandler) {
                (
                    self.label(string),
                    bool_attribute(move || self.kinds.get() == kinds),
                    click_handler(move || self.kinds.set(kinds)),
                )
            };
        let kinds = vec![
            one(KindFilter::All, |strings| strings.all),
            one(KindFilter::Sent, |strings| strings.sent),
            one(KindFilter::Received, |strings| strings.received),
            one(KindFilter::Events, |strings| strings.events),
        ];
        toggle_group(self.label(|strings| strings.kinds), kinds)
    }

    fn formats(self) -> DynamicView {
        let one = move |format, string| button("btn", self.label(string), move || self.export(format));
        dynamic_view(move || {
            self.exporting.get().then(|| {
                let both = (one(Format::Json, |strings| strings.json_lines), one(Format::Csv, |strings| strings.csv));
                view! { <span class="formats">{both}</span> }.into_any()
            })
        })
    }

    /// Starts a search for the current pattern and kinds.
    fn start_search(self) {
        let (typed, kinds) = (self.typed.get(), self.kinds.get());
        self.language.lang.track();
        self.list.restored.track();
        self.exported.set(None);
        let [search_thread, marks_thread] = self.threads.get_value();
        search_thread.cancel();
        marks_thread.cancel();
        let pattern = if typed.is_empty() { Ok(None) } else { Pattern::new(&typed).map(Some) };
        self.error.set(pattern.as_ref().err().cloned().unwrap_or_default());
        let Ok(pattern) = pattern else { return };
        let is_filtered = pattern.is_some() || kinds != KindFilter::All;
        self.list.highlighter.set(pattern.clone().map(|pattern| self.highlighter(pattern, marks_thread)));
        self.pattern.set_value(pattern);
        self.log.change(|log| {
            log.filter.reset(is_filtered);
            self.search.set_value(is_filtered.then(|| Search::new(log.entries.pushed())));
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
            Outcome::TooSlow => fill(strings.too_slow, &[("ms", &thread::MAX_MS)]),
            _ => strings.search_failed.to_owned(),
        });
    }

    /// Schedules a slice of the search for the next frame.
    fn request_slice(self) {
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

    fn status(self) -> String {
        let strings = self.strings();
        let number = |number: u64| self.language.strings().number(number);
        if !self.error.get().is_empty() {
            return self.error.get();
        }
        let (matches, total) = self.log.read(|log| (log.filter.match_count(), log.entries.len()));
        let fill_counts = |string, n, total| fill(string, &[("n", &number(n)), ("total", &number(total))]);
        if let (Some(Progress { rows, total, done }), true) = (self.exported.get(), self.exporting.get()) {
            return fill_counts(if done { strings.exported } else { strings.exporting }, rows, total);
        }
        matches.map_or_else(String::new, |matches| fill_counts(strings.count, matches as u64, total as u64))
    }

    fn pause(self) {
        self.log.change(|Log { entries, filter, .. }| {
            let pause_at = filter.held_back(entries).is_none().then(|| EntryId(entries.pushed()));
            filter.pause(pause_at);
        });
    }

    fn pause_label(self) -> Text {
        text(move || {
            let strings = self.strings();
            match self.log.read(|log| log.filter.held_back(&log.entries)) {
                None => strings.pause.to_owned(),
                Some(0) => strings.resume.to_owned(),
                Some(n) => fill(strings.resume_new, &[("n", &self.language.strings().number(n))]),
            }
        })
    }

    fn export(self, format: Format) {
        Export::start(self.language, self.log, format, move |progress| self.exported.set(Some(progress)));
    }

    /// Removes the filter: without the toolbar all rows are shown.
    fn close(self) {
        self.threads.get_value().iter().for_each(Thread::end);
        self.list.highlighter.set(None);
        self.log.change(|log| {
            log.filter.pause(None);
            log.filter.reset(false);
        });
    }

    fn strings(self) -> &'static FindStrings {
        FindStrings::of(self.language.lang.get())
    }

    fn label(self, string: fn(&FindStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}

/// Moves the focus to the filter field.
fn focus_filter() {
    if let Some(field) = element::<HtmlInputElement>(FIELD) {
        let _ = field.focus();
        field.select();
    }
}

/// Moves the focus to the list after Enter: the filter is applied while it is typed.
fn leave_filter(event: &KeyboardEvent) {
    if event.key() == "Enter" && !is_composing(event) {
        focus(LIST);
    }
}
