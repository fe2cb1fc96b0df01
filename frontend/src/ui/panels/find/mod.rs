//! The toolbar above the list: filter, pause, export.
//!
//! | content | file |
//! |---|---|
//! | the pattern | [`pattern`] |
//! | matching rows | [`matching`] |
//! | search through all rows, in time slices | [`search`] |
//! | export | [`export`] |
//! | a row as a line of the file | [`record`] |

mod export;
mod matching;
mod pattern;
mod record;
mod search;

use crate::{
    i18n::{fill, find::FindStrings},
    model::log::{EntryId, Log, LogEntry},
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Language, Layout, ListState, LogState, context},
    ui::widgets::{button, toggle_group},
};
use export::Export;
use leptos::prelude::*;
use matching::{KindFilter, match_rows};
use pattern::Pattern;
use record::Format;
use search::Search;
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
    layout: &'static Layout,
    list: &'static ListState,
    log: &'static LogState,
    typed: ErasedSignal<String>,
    kinds: ErasedSignal<KindFilter>,
    /// The browser's message about an invalid regular expression.
    error: ErasedSignal<String>,
    exporting: ErasedSignal<bool>,
    /// Number of exported rows, and whether the export is complete.
    exported: ErasedSignal<Option<(u64, bool)>>,
    pattern: ErasedValue<Option<Pattern>>,
    search: ErasedValue<Option<Search>>,
    /// Whether a slice of the search is scheduled.
    slice_requested: ErasedValue<bool>,
}

impl Toolbar {
    fn new() -> Self {
        let toolbar = Self {
            language: context::<Language>(),
            layout: context::<Layout>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            typed: ErasedSignal::default(),
            kinds: ErasedSignal::default(),
            error: ErasedSignal::default(),
            exporting: ErasedSignal::new(false),
            exported: ErasedSignal::new(None),
            pattern: ErasedValue::new(None),
            search: ErasedValue::new(None),
            slice_requested: ErasedValue::new(false),
        };
        effect(move || toolbar.start_search());
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
        self.exported.set(None);
        let pattern = if typed.is_empty() { Ok(None) } else { Pattern::new(&typed).map(Some) };
        self.error.set(pattern.as_ref().err().cloned().unwrap_or_default());
        let Ok(pattern) = pattern else { return };
        let is_filtered = pattern.is_some() || kinds != KindFilter::All;
        self.list.highlighter.set(pattern.clone().map(Pattern::highlighter));
        self.pattern.set_value(pattern);
        self.log.change(|log| {
            log.filter.reset(is_filtered);
            self.search.set_value(is_filtered.then(|| Search::new(log.entries.pushed())));
        });
        self.list.follow.set(true);
        untrack(|| self.search_slice());
    }

    /// Schedules a slice of the search for the next frame.
    fn request_slice(self) {
        let active = self.search.try_update_value(|search| search.is_some()).unwrap_or_default();
        if active
            && !self.slice_requested.try_update_value(|requested| std::mem::replace(requested, true)).unwrap_or(true)
        {
            request_animation_frame(move || {
                if self.slice_requested.try_update_value(|requested| *requested = false).is_some() {
                    untrack(|| self.search_slice());
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
        let fill_counts = |string, n| fill(string, &[("n", &number(n)), ("total", &number(total as u64))]);
        if let (Some((exported, done)), true) = (self.exported.get(), self.exporting.get()) {
            return fill_counts(if done { strings.exported } else { strings.exporting }, exported);
        }
        matches.map_or_else(String::new, |matches| fill_counts(strings.count, matches as u64))
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
        Export::start(self.language, self.log, format, move |exported, done| {
            self.exported.set(Some((exported, done)));
        });
    }

    /// Removes filter and pause, and says so: without the toolbar all rows are shown.
    fn close(self) {
        let is_active = |log: &Log| log.filter.match_count().is_some() || log.filter.held_back(&log.entries).is_some();
        if self.log.peek(is_active) {
            self.layout.notify("filter", self.label(|strings| strings.ended));
        }
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
